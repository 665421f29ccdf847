//! What cargo says: as cargo draws it, or as events where stderr is for programs.

use std::{fmt, path::PathBuf, process::Stdio};

use anstream::ColorChoice;
use cargo_metadata::{
    CompilerMessage, Message,
    diagnostic::{DiagnosticLevel, DiagnosticSpan},
};
use serde::Serialize;
use tokio::process::Command;

use crate::{
    args::Format,
    output::{Reporter, Verbosity},
};

/// How cargo's own text and the compiler's diagnostics come to the user.
///
/// | | cargo's text | diagnostics |
/// |---|---|---|
/// | text | cargo draws it | cargo draws them |
/// | text, `-q` | errors alone | errors alone, drawn here |
/// | JSON | an event for each line | an event for each |
/// | JSON, `-q` | errors alone, an event for each line | errors alone, an event for each |
pub(super) fn ask(command: &mut Command, reporter: &Reporter) {
    let is_quiet = reporter.verbosity() == Verbosity::Quiet;
    let format = match (reporter.format(), is_quiet) {
        (Format::Text, false) => "json-render-diagnostics",
        (Format::Text, true) => "json-diagnostic-rendered-ansi",
        (Format::Json, _) => "json",
    };
    command.args(["--message-format", format]);
    if is_quiet {
        command.arg("--quiet");
    }
    match ColorChoice::global() {
        ColorChoice::Auto => {}
        ColorChoice::Always | ColorChoice::AlwaysAnsi => drop(command.args(["--color", "always"])),
        ColorChoice::Never => drop(command.args(["--color", "never"])),
    }
    command.stdout(Stdio::piped()).stderr(match reporter.format() {
        Format::Text => Stdio::inherit(),
        Format::Json => Stdio::piped(),
    });
}

/// An executable as cargo tells of it.
#[derive(Debug)]
pub(super) struct Executable {
    /// cargo's name of the package.
    pub(super) package_id: String,
    /// The binary of the package.
    pub(super) binary: String,
    /// Where it is.
    pub(super) path: PathBuf,
}

/// Takes a line of cargo's messages: an executable is kept, a diagnostic is told.
pub(super) fn hear(line: &[u8], executables: &mut Vec<Executable>, reporter: &Reporter) {
    match serde_json::from_slice(line) {
        Ok(Message::CompilerArtifact(artifact)) => {
            executables.extend(artifact.executable.map(|path| Executable {
                package_id: artifact.package_id.repr,
                binary: artifact.target.name,
                path: path.into(),
            }));
        }
        Ok(Message::CompilerMessage(message)) => tell(message, reporter),
        // What else there is, now or in a later cargo, is of no use here.
        _ => {}
    }
}

/// Takes a line of cargo's text, which comes only where stderr is for programs.
pub(super) fn repeat(line: &[u8], reporter: &Reporter) {
    let line = String::from_utf8_lossy(line);
    let line = Line { cargo: line.trim_end() };
    if !line.cargo.is_empty() {
        reporter.essential(&line);
    }
}

fn tell(message: CompilerMessage, reporter: &Reporter) {
    let event = Event::new(message);
    match event.diagnostic.level {
        DiagnosticLevel::Error | DiagnosticLevel::Ice => reporter.essential(&event),
        _ => reporter.event(&event),
    }
}

/// A line of cargo's text.
#[derive(Serialize)]
struct Line<'a> {
    cargo: &'a str,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.cargo)
    }
}

/// A diagnostic of the compiler.
#[derive(Serialize)]
struct Event {
    diagnostic: Diagnostic,
}

#[derive(Serialize)]
struct Diagnostic {
    level: DiagnosticLevel,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(flatten)]
    place: Option<Place>,
    /// As the compiler draws it.
    rendered: String,
}

#[derive(Serialize)]
struct Place {
    /// Relative to the root of the cargo workspace.
    path: String,
    line: usize,
    column: usize,
}

impl Event {
    fn new(message: CompilerMessage) -> Event {
        let message = message.message;
        let primary = message.spans.iter().find(|span| span.is_primary);
        Event {
            diagnostic: Diagnostic {
                place: primary.map(Place::new),
                rendered: message.rendered.unwrap_or_else(|| message.message.clone()),
                level: message.level,
                message: message.message,
                code: message.code.map(|code| code.code),
            },
        }
    }
}

impl Place {
    fn new(span: &DiagnosticSpan) -> Place {
        Place {
            path: span.file_name.clone(),
            line: span.line_start,
            column: span.column_start,
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.diagnostic.rendered.trim_end())
    }
}
