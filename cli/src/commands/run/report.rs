//! What is told of an execution besides its result.

use std::fmt;

use anstyle::Style;
use executor::{Execution, Outcome};
use lambda_host::LogLine;
use serde::Serialize;

use crate::{
    history::{self, Ended},
    output::Reporter,
};

/// How it ended. `reason` is why the execution that failed first failed, for where that is cut off of the cause.
pub(super) fn ended<'a>(execution: &'a Execution, outcome: &'a Outcome, reason: Option<String>) -> Ended<'a> {
    Ended {
        name: &execution.start().execution_name,
        status: outcome.status().as_str(),
        duration: history::milliseconds(execution.started_at(), execution.now()),
        seed: Some(execution.start().seed),
        failure: match outcome {
            Outcome::Failed(failure) | Outcome::Aborted(failure) => Some((
                failure.error.as_deref().unwrap_or("no error name"),
                failure.cause.as_deref().unwrap_or_default(),
            )),
            Outcome::Succeeded(_) | Outcome::TimedOut => None,
        },
        reason,
        running: String::new(),
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
