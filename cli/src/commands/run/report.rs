//! What is told of an execution besides its result.

use std::fmt;

use anstyle::{AnsiColor, Style};
use executor::{Execution, Outcome};
use lambda_host::LogLine;
use serde::Serialize;

use crate::{offline, output::Reporter};

/// How it ended, for people who watch.
#[derive(Serialize)]
#[serde(rename_all = "camelCase", tag = "event", rename = "executionEnded")]
pub(super) struct Ended<'a> {
    name: &'a str,
    status: &'static str,
    #[serde(rename = "durationInMillis")]
    duration: i64,
    seed: u64,
    #[serde(skip)]
    outcome: &'a Outcome,
    /// Why the execution that failed first failed.
    #[serde(skip)]
    reason: Option<String>,
}

impl<'a> Ended<'a> {
    /// `reason` is why the execution that failed first failed, for where that is cut off of the cause.
    pub(super) fn new(execution: &'a Execution, outcome: &'a Outcome, reason: Option<String>) -> Ended<'a> {
        Ended {
            name: &execution.start().execution_name,
            status: outcome.status().as_str(),
            duration: offline::milliseconds(execution.started_at(), execution.now()),
            seed: execution.start().seed,
            outcome,
            reason,
        }
    }
}

impl fmt::Display for Ended<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let style = match self.outcome {
            Outcome::Succeeded(_) => AnsiColor::Green.on_default().bold(),
            Outcome::Failed(_) | Outcome::TimedOut | Outcome::Aborted(_) => AnsiColor::Red.on_default().bold(),
        };
        let duration = offline::shown(self.duration);
        write!(formatter, "{style}{}{style:#} after {duration}", self.status)?;
        match self.outcome {
            Outcome::Failed(failure) | Outcome::Aborted(failure) => {
                let error = failure.error.as_deref().unwrap_or("no error name");
                let cause = failure.cause.as_deref().unwrap_or_default();
                let cause = match &self.reason {
                    Some(reason) if offline::is_cut_off(cause) => reason.clone(),
                    _ => offline::message(cause),
                };
                write!(
                    formatter,
                    ": {error}{}{cause}",
                    if cause.is_empty() { "" } else { ": " }
                )
            }
            Outcome::Succeeded(_) | Outcome::TimedOut => Ok(()),
        }
    }
}

/// A line that a function wrote.
#[derive(Serialize)]
#[serde(rename_all = "camelCase", tag = "event", rename = "log")]
struct Logged {
    function: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    text: String,
}

impl fmt::Display for Logged {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIM: Style = Style::new().dimmed();
        write!(formatter, "  {DIM}{} | {}{DIM:#}", self.function, self.text)
    }
}

/// Tells the lines that functions write.
pub(super) fn forward_logs(reporter: &Reporter) -> impl Fn(LogLine) + Send + Sync + 'static {
    let reporter = reporter.clone();
    move |line| {
        reporter.event(&Logged {
            function: line.function,
            request_id: line.request_id,
            text: line.text,
        });
    }
}
