//! Events become lines, JSON lines or a progress bar on stderr.

use std::{
    fmt::Display,
    io::{IsTerminal, Write},
    time::Duration,
};

use anstyle::{AnsiColor, Style};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::hints;
use crate::{
    args::{DEFAULT_STAGE, Format, Global},
    diagnostics::Report,
};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HELP: Style = AnsiColor::Cyan.on_default().bold();

/// How often a spinner turns.
const TICK: Duration = Duration::from_millis(120);

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// `-q`: errors and warnings.
    Quiet,
    /// What happens.
    Normal,
    /// `-v`: how it happens as well.
    Verbose,
}

/// Tells on stderr what happens. Cheap to clone; all clones share one terminal.
#[derive(Clone, Debug)]
pub struct Reporter {
    format: Format,
    verbosity: Verbosity,
    /// The stage, where it is not the usual one.
    stage: Option<String>,
    bars: MultiProgress,
}

impl Reporter {
    pub(super) fn new(global: &Global) -> Reporter {
        let verbosity = match (global.quiet, global.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, true) => Verbosity::Verbose,
            (false, false) => Verbosity::Normal,
        };
        let drawn = global.output == Format::Text && verbosity > Verbosity::Quiet && std::io::stderr().is_terminal();
        let target = if drawn {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        Reporter {
            format: global.output,
            verbosity,
            stage: Some(global.stage.clone()).filter(|stage| stage != DEFAULT_STAGE),
            bars: MultiProgress::with_draw_target(target),
        }
    }

    /// How much the user wants to hear.
    #[must_use]
    pub fn verbosity(&self) -> Verbosity {
        self.verbosity
    }

    /// In which form it tells.
    #[must_use]
    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Tells what `-q` does not hide.
    pub(crate) fn essential(&self, event: &(impl Display + Serialize)) {
        self.at(Verbosity::Quiet, event);
    }

    /// Tells what happened: its `Display` as a line, or itself as a line of JSON. `-q` hides it.
    pub fn event(&self, event: &(impl Display + Serialize)) {
        self.at(Verbosity::Normal, event);
    }

    /// The same for what only `-v` shows.
    pub fn detail(&self, event: &(impl Display + Serialize)) {
        self.at(Verbosity::Verbose, event);
    }

    /// The same for what even `-q` shows.
    pub fn important(&self, event: &(impl Display + Serialize)) {
        self.at(Verbosity::Quiet, event);
    }

    /// Draws what was found in a file, if anything was.
    pub fn findings(&self, report: &Report) {
        if !report.diagnostics.is_empty() {
            self.at(Verbosity::Quiet, report);
        }
    }

    /// Tells something that is likely not what the user wants.
    pub fn warning(&self, message: &str, help: Option<&str>) {
        self.message("warning", WARNING, message, help);
    }

    /// Tells an error. The error that ends a command is told by [`super::Output`].
    pub(crate) fn error(&self, message: &str, help: Option<&str>) {
        self.message("error", ERROR, message, help);
    }

    /// Whether progress is drawn, because stderr is a terminal.
    #[must_use]
    pub(crate) fn draws(&self) -> bool {
        !self.bars.is_hidden()
    }

    /// A progress bar of `total` steps, drawn on a terminal only; it goes away when dropped.
    #[must_use]
    pub fn progress(&self, total: u64) -> Progress {
        let style = ProgressStyle::with_template("{bar:24} {pos}/{len} {wide_msg}");
        let bar = ProgressBar::new(total).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Progress(self.bars.add(bar))
    }

    /// A line that says what is under way and for how long, drawn on a terminal only; it goes away when dropped.
    #[must_use]
    pub fn spinner(&self) -> Spinner {
        let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}");
        let bar = ProgressBar::new_spinner().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        Spinner(self.bars.add(bar))
    }

    /// Runs `write` while no progress bar is on the screen.
    pub fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bars.suspend(write)
    }

    pub(super) fn always(&self, text: &impl Display) {
        // Nobody is left to tell when stderr itself cannot be written.
        let _ = self.suspend(|| writeln!(anstream::stderr().lock(), "{text}"));
    }

    pub(super) fn json(&self, value: &impl Serialize) {
        if let Ok(line) = serde_json::to_string(value) {
            self.always(&line);
        }
    }

    fn at(&self, verbosity: Verbosity, event: &(impl Display + Serialize)) {
        match self.format {
            _ if self.verbosity < verbosity => {}
            Format::Text => self.always(event),
            Format::Json => self.json(event),
        }
    }

    fn message(&self, level: &'static str, style: Style, message: &str, help: Option<&str>) {
        let help = help.map(|help| hints::of_stage(help, self.stage.as_deref()));
        match (self.format, help.as_deref()) {
            (Format::Json, _) => self.json(&serde_json::json!({ level: { "message": message, "help": help } })),
            (Format::Text, None) => self.always(&format_args!("{style}{level}:{style:#} {message}")),
            (Format::Text, Some(help)) => self.always(&format_args!(
                "{style}{level}:{style:#} {message}\n{HELP}help:{HELP:#} {help}"
            )),
        }
    }
}

/// A progress bar on a terminal, nothing elsewhere.
#[derive(Debug)]
pub struct Progress(ProgressBar);

impl Progress {
    /// One step is done; `next` is what happens now.
    pub fn advance(&self, next: impl Display) {
        self.0.inc(1);
        self.0.set_message(next.to_string());
    }
}

/// What is under way, on a terminal; nothing elsewhere.
#[derive(Debug)]
pub struct Spinner(ProgressBar);

impl Spinner {
    /// What is under way now; its time counts from here.
    pub fn message(&self, now: String) {
        if self.0.message() != now {
            self.0.reset_elapsed();
            self.0.set_message(now);
            self.0.enable_steady_tick(TICK);
        }
    }
}

impl Spinner {
    /// The same is under way, in other words.
    pub(crate) fn reword(&self, now: String) {
        self.0.set_message(now);
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
