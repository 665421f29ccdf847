//! Lines about states.

use std::fmt;

use anstyle::{AnsiColor, Style};
use executor::history::StateType;
use serde::Serialize;

use super::{message, shown};

/// A line about a state.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Told {
    #[serde(flatten)]
    pub(super) line: Line,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) state: String,
    #[serde(rename = "durationInMillis")]
    pub(super) duration: i64,
    /// The innermost Map iteration around it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) iteration: Option<usize>,
    /// The state machine, where its execution was started by a state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) state_machine: Option<String>,
    /// What else is said of it.
    #[serde(skip)]
    pub(super) note: String,
    #[serde(skip)]
    pub(super) depth: usize,
    #[serde(skip)]
    pub(super) width: usize,
}

/// What is said of it.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "event")]
pub(super) enum Line {
    /// Of states with states of their own, which are told in between.
    StateEntered,
    StateExited {
        #[serde(serialize_with = "type_name", rename = "stateType")]
        state_type: StateType,
        attempts: u64,
        caught: bool,
    },
    AttemptFailed {
        attempt: u64,
        error: String,
        cause: String,
    },
    /// Of a Map that was not left, and whose iterations are not told one by one.
    StateNotExited,
    /// The execution goes on where it had ended.
    ExecutionRedriven {
        count: u64,
    },
}

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();
const DIM: Style = Style::new().dimmed();

impl Line {
    fn sign(&self) -> (Style, &'static str) {
        match self {
            Line::StateEntered => (DIM, "▸"),
            Line::StateExited { caught: false, .. } => (GOOD, "✓"),
            Line::StateExited { caught: true, .. } => (DIM, "↷"),
            Line::AttemptFailed { .. } => (BAD, "✗"),
            Line::StateNotExited => (DIM, "⋮"),
            Line::ExecutionRedriven { .. } => (DIM, "↻"),
        }
    }
}

impl Told {
    /// Whether it tells of a failure.
    pub(super) fn is_failure(&self) -> bool {
        matches!(self.line, Line::AttemptFailed { .. })
    }

    fn name(&self) -> String {
        let indent = "  ".repeat(self.depth);
        let indent = match &self.state_machine {
            Some(machine) => format!("  {machine} › {indent}"),
            None => indent,
        };
        match self.iteration {
            Some(index) => format!("{indent}{} [{index}]", self.state),
            None => format!("{indent}{}", self.state),
        }
    }
}

impl fmt::Display for Told {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (style, sign) = self.line.sign();
        let (name, width) = (self.name(), self.width);
        match &self.line {
            Line::StateEntered => return write!(formatter, "{style}{sign}{style:#} {name}"),
            Line::ExecutionRedriven { count: 1 } => return write!(formatter, "{style}{sign}{style:#} redriven"),
            Line::ExecutionRedriven { count } => {
                return write!(formatter, "{style}{sign}{style:#} redriven, {count} times by now");
            }
            _ => {}
        }
        let duration = shown(self.duration);
        write!(
            formatter,
            "{style}{sign}{style:#} {name:<width$}  {DIM}{duration:>8}{DIM:#}"
        )?;
        match &self.line {
            Line::StateExited { caught: true, .. } => write!(formatter, "  the error is caught"),
            Line::StateExited { attempts, .. } if *attempts > 1 => write!(formatter, "  at attempt {attempts}"),
            Line::AttemptFailed { attempt, error, cause } => {
                let attempt = if *attempt > 1 {
                    format!("attempt {attempt}, ")
                } else {
                    String::new()
                };
                write!(formatter, "  {attempt}{BAD}{error}{BAD:#}")?;
                match message(cause) {
                    cause if cause.is_empty() => Ok(()),
                    cause => write!(formatter, ": {cause}"),
                }
            }
            _ => Ok(()),
        }?;
        match self.note.as_str() {
            "" => Ok(()),
            note => write!(formatter, "  {note}"),
        }
    }
}

fn type_name<S: serde::Serializer>(state: &StateType, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{state:?}"))
}
