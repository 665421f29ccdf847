//! How an execution ended.

use std::fmt;

use anstyle::{AnsiColor, Style};
use executor::services::executions::LONGEST_CAUSE;
use serde::Serialize;

use super::shown;

/// How an execution ended, or that it goes on, for people who watch.
#[derive(Serialize)]
#[serde(rename_all = "camelCase", tag = "event", rename = "executionEnded")]
pub(crate) struct Ended<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// As the API names it.
    pub(crate) status: &'static str,
    #[serde(rename = "durationInMillis")]
    pub(crate) duration: i64,
    /// What all chance came from, of an execution on this machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) seed: Option<u64>,
    /// Its error and cause.
    #[serde(skip)]
    pub(crate) failure: Option<(&'a str, &'a str)>,
    /// Why the execution that failed first failed, for where that is cut off of the cause.
    #[serde(skip)]
    pub(crate) reason: Option<String>,
    /// The states that run, where it goes on.
    #[serde(skip)]
    pub(crate) running: String,
}

impl fmt::Display for Ended<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let duration = shown(self.duration);
        let (style, after) = match self.status {
            "SUCCEEDED" => (AnsiColor::Green.on_default().bold(), "after"),
            "RUNNING" | "PENDING_REDRIVE" => (AnsiColor::Cyan.on_default().bold(), "for"),
            _ => (AnsiColor::Red.on_default().bold(), "after"),
        };
        let style: Style = style;
        write!(formatter, "{style}{}{style:#} {after} {duration}", self.status)?;
        if !self.running.is_empty() {
            write!(formatter, ", in {}", self.running)?;
        }
        let Some((error, cause)) = self.failure else {
            return Ok(());
        };
        let cause = match &self.reason {
            Some(reason) if is_cut_off(cause) => reason.clone(),
            _ => message(cause),
        };
        let separator = if cause.is_empty() { "" } else { ": " };
        write!(formatter, ": {error}{separator}{cause}")
    }
}

/// The part of a cause that is for people: of a Lambda function's error document its message, of the description of an
/// execution what that failed with, and so on inward.
pub(crate) fn message(cause: &str) -> String {
    let Ok(document) = serde_json::from_str::<serde_json::Value>(cause) else {
        return match is_cut_off(cause) {
            true => "an execution that it started failed".to_owned(),
            false => cause.to_owned(),
        };
    };
    let text = |name: &str| document.get(name).and_then(serde_json::Value::as_str);
    match (text("errorMessage"), text("ExecutionArn"), text("Error")) {
        (Some(message), ..) => message.to_owned(),
        (None, Some(_), Some(error)) => match text("Cause").map(message) {
            Some(cause) if error == TASK_FAILED => cause,
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_owned(),
        },
        _ => cause.to_owned(),
    }
}

/// The error of a task whose execution failed.
pub(crate) const TASK_FAILED: &str = "States.TaskFailed";

/// Whether a cause describes an execution within an execution, and so on, and the reason is beyond what a cause may hold.
pub(crate) fn is_cut_off(cause: &str) -> bool {
    cause.len() >= LONGEST_CAUSE && cause.starts_with(r#"{"Cause":"{"#)
}
