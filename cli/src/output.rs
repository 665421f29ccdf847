//! The only way to the terminal: the result to stdout, everything else to stderr through a [`Reporter`].

mod hints;
mod page;
mod question;
mod reporter;
mod table;

use std::{
    fmt::Display,
    io::{self, IsTerminal, Write},
};

use anstream::ColorChoice;
use serde::Serialize;

pub(crate) use page::{Page, Pressed};
pub use question::Consent;
pub use reporter::{Progress, Reporter, Spinner, Verbosity};
pub(crate) use table::{Field, Table};

use crate::{
    args::{Format, Global},
    error::{Error, Exit, Summary},
};

/// How results and messages are written.
#[derive(Clone, Debug)]
pub struct Output {
    format: Format,
    reporter: Reporter,
}

impl Output {
    /// As the arguments say. Colours are decided here for the whole process, with `NO_COLOR` and `CLICOLOR_FORCE`
    /// honoured where `--color` leaves it open.
    #[must_use]
    pub fn new(global: &Global) -> Output {
        match global.color {
            clap::ColorChoice::Auto => ColorChoice::Auto,
            clap::ColorChoice::Always => ColorChoice::Always,
            clap::ColorChoice::Never => ColorChoice::Never,
        }
        .write_global();
        Output {
            format: global.output,
            reporter: Reporter::new(global),
        }
    }

    /// Where events, questions and errors go.
    #[must_use]
    pub fn reporter(&self) -> &Reporter {
        &self.reporter
    }

    /// How many columns the terminal has that results go to; nothing where they go elsewhere.
    #[must_use]
    pub(crate) fn columns(&self) -> Option<usize> {
        let stdout = io::stdout();
        let size = stdout
            .is_terminal()
            .then(|| rustix::termios::tcgetwinsize(stdout).ok())??;
        Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
    }

    /// Writes the result of a command. A reader that has gone away is not an error.
    ///
    /// # Errors
    /// When stdout cannot be written.
    pub fn print_result(&self, result: &(impl Display + Serialize)) -> Result<(), Error> {
        let text = match self.format {
            Format::Text => result.to_string(),
            Format::Json => serde_json::to_string_pretty(result)
                .map_err(|error| Error::io("write the result as JSON", io::Error::other(error)))?,
        };
        match self.reporter.suspend(|| write_line(&text)) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(|source| Error::io("write the result", source)),
        }
    }

    /// Writes one of many results: a line for people, or a line of JSON. Gives whether anybody reads on.
    ///
    /// # Errors
    /// When stdout cannot be written.
    pub(crate) fn print_line(&self, result: &(impl Display + Serialize)) -> Result<bool, Error> {
        let text = match self.format {
            Format::Text => result.to_string(),
            Format::Json => serde_json::to_string(result)
                .map_err(|error| Error::io("write the result as JSON", io::Error::other(error)))?,
        };
        match self.reporter.suspend(|| write_line(&text)) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            Err(source) => Err(Error::io("write the result", source)),
            Ok(()) => Ok(true),
        }
    }

    /// Tells an error, if there is one, and gives the exit code.
    #[must_use]
    pub(crate) fn finish(&self, outcome: Result<Exit, Error>) -> Exit {
        let error = match outcome {
            Ok(exit) => return exit,
            Err(error) => error,
        };
        let chain = error.chain();
        match (self.format, &error) {
            (Format::Json, _) => self
                .reporter
                .json(&serde_json::json!({ "error": Summary::new(&error, &chain) })),
            (Format::Text, Error::Invalid(report)) => self.reporter.always(report),
            (Format::Text, _) => self
                .reporter
                .error(&chain.join("\n  caused by: "), error.help().as_deref()),
        }
        error.exit()
    }
}

fn write_line(text: &str) -> io::Result<()> {
    let mut stdout = anstream::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    if !text.is_empty() && !text.ends_with('\n') {
        stdout.write_all(b"\n")?;
    }
    stdout.flush()
}
