//! An execution that has ended, as `DescribeExecution` gives it.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html>

use std::fmt;

use asl::Json;
use executor::{Execution, Failure, Outcome, Status, services::executions::redrive_status};
use serde::Serialize;
use serde_json::json;

/// `Serialize` gives what DescribeExecution gives, `Display` the output alone, or the error and its cause.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Described {
    execution_arn: String,
    state_machine_arn: String,
    name: String,
    status: &'static str,
    start_date: String,
    stop_date: String,
    input: String,
    input_details: Details,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_details: Option<Details>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    redrive_count: u32,
    redrive_status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    redrive_status_reason: Option<&'static str>,
    #[serde(skip)]
    shown: serde_json::Value,
}

#[derive(Serialize)]
struct Details {
    included: bool,
}

impl Described {
    /// An execution that has ended with `outcome`.
    pub(crate) fn new(execution: &Execution, outcome: &Outcome) -> Described {
        let start = execution.start();
        let output = match outcome {
            Outcome::Succeeded(output) => Some(output),
            Outcome::Failed(_) | Outcome::TimedOut | Outcome::Aborted(_) => None,
        };
        let failure = failure(outcome);
        let (redrive_status, redrive_status_reason) = redrive_status(execution);
        let text = |part: &Option<std::sync::Arc<str>>| part.as_deref().map(str::to_owned);
        Described {
            execution_arn: start.execution_arn.to_string(),
            state_machine_arn: start.state_machine_arn.to_string(),
            name: start.execution_name.to_string(),
            status: outcome.status().as_str(),
            start_date: executor::history::cli_time(execution.started_at()),
            stop_date: executor::history::cli_time(execution.now()),
            input: start.input.to_string(),
            input_details: Details { included: true },
            output: output.map(Json::to_string),
            output_details: output.map(|_| Details { included: true }),
            error: text(&failure.error),
            cause: text(&failure.cause),
            redrive_count: 0,
            redrive_status,
            redrive_status_reason,
            shown: shown(outcome, output, &failure),
        }
    }

    /// Whether it succeeded.
    pub(crate) fn succeeded(&self) -> bool {
        self.status == Status::Succeeded.as_str()
    }
}

fn shown(outcome: &Outcome, output: Option<&Json>, failure: &Failure) -> serde_json::Value {
    match (output, outcome) {
        (Some(output), _) => serde_json::to_value(output).unwrap_or_default(),
        // DescribeExecution shows no error of an execution that timed out; people want one.
        (None, Outcome::TimedOut) => json!({ "Error": "States.Timeout" }),
        (None, _) => {
            let parts = [("Error", &failure.error), ("Cause", &failure.cause)].into_iter();
            let given = parts.filter_map(|(name, part)| Some((name.to_owned(), part.as_deref()?)));
            serde_json::Value::from_iter(given)
        }
    }
}

fn failure(outcome: &Outcome) -> Failure {
    match outcome {
        Outcome::Failed(failure) | Outcome::Aborted(failure) => failure.clone(),
        Outcome::Succeeded(_) | Outcome::TimedOut => Failure::default(),
    }
}

impl fmt::Display for Described {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:#}", self.shown)
    }
}
