//! Executions that states start, and how they are told of.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html>

use std::sync::Arc;

use asl::{Json, Pattern, Resource};
use jiff::Timestamp;

use super::{Refusal, date, is_sdk, metadata};
use crate::{Answer, Awaited, Execution, FailedAt, Failure, Nested, Outcome, Reply, TaskRequest, Workflow};

/// The most characters a cause may have. A cause that describes an execution whose cause describes another, and so on,
/// would double with each.
///
/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_TaskFailedEventDetails.html>
pub const LONGEST_CAUSE: usize = 32_768;

/// The ARN of the state machine that `request` starts.
#[must_use]
pub fn machine_arn(request: &TaskRequest) -> &str {
    let arn = request.arguments.get("StateMachineArn").and_then(Json::as_str);
    arn.unwrap_or_default()
}

/// The name of the execution that `request` starts.
#[must_use]
pub fn name(request: &TaskRequest) -> &str {
    let name = request.arguments.get("Name").and_then(Json::as_str);
    name.unwrap_or(&request.request_id)
}

/// A seed for the execution that `request` starts, of the chance of the execution around it.
#[must_use]
pub fn seed(request: &TaskRequest) -> u64 {
    let digits = request.request_id.chars().filter(char::is_ascii_hexdigit);
    let digits: String = digits.take(16).collect();
    u64::from_str_radix(&digits, 16).unwrap_or_default()
}

/// The input is JSON, or JSON as text; without one it is `{}`.
///
/// # Errors
/// A text that is not JSON.
pub fn input(request: &TaskRequest) -> Result<Json, Refusal> {
    match request.arguments.get("Input") {
        None | Some(Json::Null) => Ok(Json::object::<&str>([])),
        Some(Json::String(text)) => text.parse().map_err(|_| {
            let message = format!("Invalid State Machine Execution Input: '{}'", problem(text));
            refused("InvalidExecutionInput", message)
        }),
        Some(json) => Ok(json.clone()),
    }
}

/// What AWS's parser says of a text that is not JSON.
fn problem(text: &str) -> String {
    let text = text.trim_start();
    let word = text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let begins = text.chars().next();
    match begins {
        None => "No content to map due to end-of-input".to_owned(),
        Some(first) if first.is_alphabetic() && !["true", "false", "null"].contains(&word) => format!(
            "Unrecognized token '{word}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or \
             'false')"
        ),
        Some(_) => text.to_owned(),
    }
}

/// Whether a state machine of this kind can be started so.
///
/// # Errors
/// How the task ends where it cannot.
pub fn check(request: &TaskRequest, workflow: Workflow) -> Result<(), Reply> {
    let Resource::Integration(integration) = &request.resource else {
        return Ok(());
    };
    let synchronous = &*integration.api == "startSyncExecution";
    match (integration.pattern, workflow) {
        (_, Workflow::Standard) if synchronous => {
            let message = "This operation is not supported by this type of state machine".to_owned();
            Err(refusal(request, &refused("StateMachineTypeNotSupported", message)))
        }
        (Pattern::Sync | Pattern::Sync2, Workflow::Express) => {
            let cause = format!(
                "The state machine '{}' is of type EXPRESS: what becomes of its executions cannot be described, so that \
                 '{}' cannot wait for them. Start it with 'arn:aws:states:::aws-sdk:sfn:startSyncExecution'",
                machine_arn(request),
                request.resource.arn()
            );
            Err(Reply {
                answer: Answer::Failed(Failure::new("States.Runtime", cause), FailedAt::Submit),
                ..Reply::never()
            })
        }
        _ => Ok(()),
    }
}

/// The task ends because the start was refused.
#[must_use]
pub fn refusal(request: &TaskRequest, refusal: &Refusal) -> Reply {
    super::refused(request, refusal.failure(request))
}

/// `execution` as what `request` starts: whether its end is waited for, and what is answered.
#[must_use]
pub fn nested<S>(request: &TaskRequest, execution: Execution, surroundings: S) -> Nested<S> {
    let started = started(request, &execution.start().execution_arn, execution.started_at());
    let (submitted, awaited) = match &request.resource {
        Resource::Integration(integration) => match integration.pattern {
            Pattern::RequestResponse if &*integration.api == "startSyncExecution" => {
                let answer = match integration.sdk {
                    true => |execution: &Execution| Answer::Succeeded(synchronous(execution, true)),
                    false => |execution: &Execution| Answer::Succeeded(synchronous(execution, false)),
                };
                (None, Awaited::Yes(answer))
            }
            Pattern::RequestResponse => (None, Awaited::No(Answer::Succeeded(started))),
            // Nobody returns a token: only a timeout ends it.
            Pattern::WaitForTaskToken => (Some(started), Awaited::No(Answer::Never)),
            Pattern::Sync => (Some(started), Awaited::Yes(|execution| ended(execution, false))),
            Pattern::Sync2 => (Some(started), Awaited::Yes(|execution| ended(execution, true))),
        },
        Resource::Lambda { .. } | Resource::Activity { .. } => (None, Awaited::No(Answer::Succeeded(started))),
    };
    Nested {
        execution,
        surroundings,
        submitted,
        awaited,
    }
}

/// The answer of StartExecution.
#[must_use]
pub fn started(request: &TaskRequest, arn: &Arc<str>, at: Timestamp) -> Json {
    let seconds = asl::Number::from_f64(at.as_millisecond() as f64 / 1000.0);
    let seconds = seconds.map_or(Json::Null, Json::Number);
    let fields = [("ExecutionArn", Json::String(arn.clone()))];
    let date = [("StartDate", date(request, seconds, at))];
    if is_sdk(&request.resource) {
        return Json::object(fields.into_iter().chain(date));
    }
    let metadata = metadata(request, &[], ("application/x-amz-json-1.0", arn.len() + 51), 200);
    Json::object(fields.into_iter().chain(metadata).chain(date))
}

fn ended(execution: &Execution, parsed: bool) -> Answer {
    let date = |time: Timestamp| Json::from(time.as_millisecond());
    match execution.outcome() {
        Some(Outcome::Succeeded(_)) => Answer::Succeeded(described(execution, parsed, date)),
        // It waits for what never comes.
        None => Answer::Never,
        Some(Outcome::Failed(_) | Outcome::TimedOut | Outcome::Aborted(_)) => {
            let cause = described(execution, false, date).to_string();
            let cause: String = cause.chars().take(LONGEST_CAUSE).collect();
            Answer::Failed(Failure::new("States.TaskFailed", cause), FailedAt::Run)
        }
    }
}

/// What DescribeExecution says; with `parsed`, input and output are JSON instead of text.
fn described(execution: &Execution, parsed: bool, date: impl Fn(Timestamp) -> Json) -> Json {
    let start = execution.start();
    let data = |json: &Json| {
        if parsed {
            json.clone()
        } else {
            Json::from(json.to_string())
        }
    };
    let details = || Json::object([("Included", Json::from(true))]);
    let text = |text: &Arc<str>| Json::String(text.clone());
    let mut fields = Vec::new();
    if let Some(Outcome::Failed(failure) | Outcome::Aborted(failure)) = execution.outcome() {
        fields.extend(failure.cause.iter().map(|cause| ("Cause", text(cause))));
        fields.extend(failure.error.iter().map(|error| ("Error", text(error))));
    }
    fields.push(("ExecutionArn", text(&start.execution_arn)));
    fields.push(("Input", data(&start.input)));
    fields.push(("InputDetails", details()));
    fields.push(("Name", text(&start.execution_name)));
    if let Some(Outcome::Succeeded(output)) = execution.outcome() {
        fields.push(("Output", data(output)));
        fields.push(("OutputDetails", details()));
    }
    let status = execution
        .outcome()
        .map_or("RUNNING", |outcome| outcome.status().as_str());
    let (redrivable, reason) = redrive_status(execution);
    fields.push(("RedriveCount", Json::from(0_u64)));
    fields.push(("RedriveStatus", Json::from(redrivable)));
    fields.extend(reason.map(|reason| ("RedriveStatusReason", Json::from(reason))));
    fields.push(("StartDate", date(execution.started_at())));
    fields.push(("StateMachineArn", text(&start.state_machine_arn)));
    fields.push(("Status", Json::from(status)));
    fields.push(("StopDate", date(execution.now())));
    Json::object(fields)
}

/// Whether an execution could be redriven, and why not, in the words of DescribeExecution.
#[must_use]
pub fn redrive_status(execution: &Execution) -> (&'static str, Option<&'static str>) {
    match execution.outcome() {
        Some(Outcome::Succeeded(_)) => ("NOT_REDRIVABLE", Some("Execution is SUCCEEDED and cannot be redriven")),
        None => ("NOT_REDRIVABLE", Some("Execution is RUNNING and cannot be redriven")),
        Some(_) => ("REDRIVABLE", None),
    }
}

/// The answer of StartSyncExecution, which tells of a failure and does not fail.
fn synchronous(execution: &Execution, sdk: bool) -> Json {
    let described = described(execution, false, |time| match sdk {
        true => Json::from(crate::time::context_time(time)),
        false => Json::from(time.as_millisecond()),
    });
    let Some(object) = described.as_object() else {
        return described;
    };
    let fields = object.iter().filter(|(name, _)| !name.starts_with("Redrive"));
    Json::object(fields.map(|(name, value)| (name.clone(), value.clone())))
}

/// Step Functions refuses the start.
#[must_use]
pub fn refused(code: &'static str, message: String) -> Refusal {
    Refusal {
        service: ("Sfn", "AWSStepFunctions"),
        prefix: "StepFunctions",
        code,
        status: 400,
        message,
    }
}

/// There is no such state machine.
#[must_use]
pub fn does_not_exist(arn: &str) -> Refusal {
    refused(
        "StateMachineDoesNotExist",
        format!("State Machine Does Not Exist: '{arn}'"),
    )
}
