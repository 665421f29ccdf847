//! History as JSON, the way `aws stepfunctions get-execution-history` prints it.

use std::sync::Arc;

use asl::Json;
use jiff::Timestamp;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::details::{EvaluationFailed, EventDetails, IterationLabel, TaskLabel, TaskScheduled};
use super::{History, HistoryEvent};
use crate::Failure;

impl Serialize for History {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("events", self.events())?;
        map.end()
    }
}

impl Serialize for HistoryEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("timestamp", &cli_time(self.timestamp))?;
        map.serialize_entry("type", self.type_name())?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("previousEventId", &self.previous_event_id)?;
        if let Some((key, details)) = self.details.to_json() {
            map.serialize_entry(key, &details)?;
        }
        map.end()
    }
}

/// A time as the AWS CLI prints it by default: ISO 8601 with an offset, and with microseconds where there is a fraction.
/// The service itself knows milliseconds.
#[must_use]
pub fn cli_time(time: Timestamp) -> String {
    let milliseconds = time.as_millisecond().rem_euclid(1000);
    let seconds = time.strftime("%Y-%m-%dT%H:%M:%S");
    if milliseconds == 0 {
        format!("{seconds}+00:00")
    } else {
        format!("{seconds}.{milliseconds:03}000+00:00")
    }
}

impl EventDetails {
    /// The name of the details object and what is in it; nothing for the types that have none.
    fn to_json(&self) -> Option<(&'static str, Json)> {
        let (key, fields) = match self {
            EventDetails::ExecutionStarted { input, role_arn } => {
                let mut fields = payload("input", input);
                fields.push(("roleArn", Json::String(role_arn.clone())));
                ("executionStartedEventDetails", fields)
            }
            EventDetails::ExecutionSucceeded { output } => {
                ("executionSucceededEventDetails", payload("output", output))
            }
            EventDetails::ExecutionFailed(why) => ("executionFailedEventDetails", failure(why)),
            EventDetails::ExecutionTimedOut(why) => ("executionTimedOutEventDetails", failure(why)),
            EventDetails::ExecutionAborted(why) => ("executionAbortedEventDetails", failure(why)),
            EventDetails::StateEntered { name, input, .. } => {
                let mut fields = vec![("name", Json::String(name.clone()))];
                fields.extend(payload("input", input));
                ("stateEnteredEventDetails", fields)
            }
            EventDetails::StateExited {
                name, output, assigned, ..
            } => {
                let mut fields = vec![("name", Json::String(name.clone()))];
                fields.extend(payload("output", output));
                fields.extend(assigned_variables(assigned));
                ("stateExitedEventDetails", fields)
            }
            EventDetails::EvaluationFailed(failed) => ("evaluationFailedEventDetails", evaluation_failed(failed)),
            EventDetails::TaskScheduled(task) => ("taskScheduledEventDetails", task_scheduled(task)),
            EventDetails::TaskStarted(task) => ("taskStartedEventDetails", label(task)),
            EventDetails::TaskStartFailed(task, why) => ("taskStartFailedEventDetails", labelled(task, failure(why))),
            EventDetails::TaskSubmitted { task, output } => {
                ("taskSubmittedEventDetails", labelled(task, payload("output", output)))
            }
            EventDetails::TaskSubmitFailed(task, why) => ("taskSubmitFailedEventDetails", labelled(task, failure(why))),
            EventDetails::TaskSucceeded { task, output } => {
                ("taskSucceededEventDetails", labelled(task, payload("output", output)))
            }
            EventDetails::TaskFailed(task, why) => ("taskFailedEventDetails", labelled(task, failure(why))),
            EventDetails::TaskTimedOut(task, why) => ("taskTimedOutEventDetails", labelled(task, failure(why))),
            EventDetails::LambdaFunctionScheduled(task) => ("lambdaFunctionScheduledEventDetails", function(task)),
            EventDetails::LambdaFunctionScheduleFailed(why) => {
                ("lambdaFunctionScheduleFailedEventDetails", failure(why))
            }
            EventDetails::LambdaFunctionStartFailed(why) => ("lambdaFunctionStartFailedEventDetails", failure(why)),
            EventDetails::LambdaFunctionSucceeded { output } => {
                ("lambdaFunctionSucceededEventDetails", payload("output", output))
            }
            EventDetails::LambdaFunctionFailed(why) => ("lambdaFunctionFailedEventDetails", failure(why)),
            EventDetails::LambdaFunctionTimedOut(why) => ("lambdaFunctionTimedOutEventDetails", failure(why)),
            EventDetails::ActivityScheduled(task) => ("activityScheduledEventDetails", activity(task)),
            EventDetails::ActivityScheduleFailed(why) => ("activityScheduleFailedEventDetails", failure(why)),
            EventDetails::ActivityStarted { worker_name } => {
                let name = worker_name
                    .iter()
                    .map(|name| ("workerName", Json::String(name.clone())));
                ("activityStartedEventDetails", name.collect())
            }
            EventDetails::ActivitySucceeded { output } => ("activitySucceededEventDetails", payload("output", output)),
            EventDetails::ActivityFailed(why) => ("activityFailedEventDetails", failure(why)),
            EventDetails::ActivityTimedOut(why) => ("activityTimedOutEventDetails", failure(why)),
            EventDetails::MapStateStarted { length } => {
                ("mapStateStartedEventDetails", vec![("length", Json::from(*length))])
            }
            EventDetails::MapIterationStarted(label) => ("mapIterationStartedEventDetails", iteration(label)),
            EventDetails::MapIterationSucceeded(label) => ("mapIterationSucceededEventDetails", iteration(label)),
            EventDetails::MapIterationFailed(label) => ("mapIterationFailedEventDetails", iteration(label)),
            EventDetails::MapIterationAborted(label) => ("mapIterationAbortedEventDetails", iteration(label)),
            EventDetails::StateAborted { .. }
            | EventDetails::LambdaFunctionStarted
            | EventDetails::ParallelStateStarted
            | EventDetails::ParallelStateSucceeded
            | EventDetails::ParallelStateFailed
            | EventDetails::MapStateSucceeded
            | EventDetails::MapStateFailed => return None,
        };
        Some((key, Json::object(fields)))
    }
}

type Field = (&'static str, Json);
type Fields = Vec<Field>;

fn payload(key: &'static str, value: &Json) -> Fields {
    let details = if key == "input" {
        "inputDetails"
    } else {
        "outputDetails"
    };
    vec![
        (key, value.to_string().into()),
        (details, Json::object([("truncated", Json::Bool(false))])),
    ]
}

fn assigned_variables(assigned: &[(Arc<str>, Json)]) -> Fields {
    if assigned.is_empty() {
        return Vec::new();
    }
    let texts = assigned
        .iter()
        .map(|(name, value)| (name.clone(), value.to_string().into()));
    vec![
        ("assignedVariables", Json::object(texts)),
        (
            "assignedVariablesDetails",
            Json::object([("truncated", Json::Bool(false))]),
        ),
    ]
}

fn evaluation_failed(failed: &EvaluationFailed) -> Fields {
    let mut fields = failure(&failed.failure);
    fields.extend(
        failed
            .location
            .iter()
            .map(|location| ("location", Json::String(location.clone()))),
    );
    fields.push(("state", Json::String(failed.state.clone())));
    fields
}

fn failure(why: &Failure) -> Fields {
    let error = why.error.iter().map(|error| ("error", Json::String(error.clone())));
    let cause = why.cause.iter().map(|cause| ("cause", Json::String(cause.clone())));
    error.chain(cause).collect()
}

fn label(task: &TaskLabel) -> Fields {
    vec![
        ("resourceType", Json::String(task.resource_type.clone())),
        ("resource", Json::String(task.resource.clone())),
    ]
}

fn labelled(task: &TaskLabel, more: Fields) -> Fields {
    let mut fields = label(task);
    fields.extend(more);
    fields
}

fn iteration(label: &IterationLabel) -> Fields {
    vec![
        ("name", Json::String(label.name.clone())),
        ("index", Json::from(label.index)),
    ]
}

fn task_scheduled(task: &TaskScheduled) -> Fields {
    let mut fields = label(&task.task);
    fields.push(("region", Json::String(task.region.clone())));
    fields.push(("parameters", task.parameters.to_string().into()));
    fields.extend(timeout(task));
    fields.extend(heartbeat(task));
    fields.extend(credentials(task));
    fields
}

/// The event of a function tells no heartbeat.
fn function(task: &TaskScheduled) -> Fields {
    let mut fields = called(task);
    fields.extend(timeout(task));
    fields.extend(credentials(task));
    fields
}

/// The event of an activity tells no credentials.
fn activity(task: &TaskScheduled) -> Fields {
    let mut fields = called(task);
    fields.extend(timeout(task));
    fields.extend(heartbeat(task));
    fields
}

fn called(task: &TaskScheduled) -> Fields {
    let mut fields = vec![("resource", Json::String(task.task.resource.clone()))];
    fields.extend(payload("input", &task.parameters));
    fields
}

fn timeout(task: &TaskScheduled) -> Option<Field> {
    let seconds = task.timeout_seconds?;
    Some(("timeoutInSeconds", Json::from(seconds)))
}

fn heartbeat(task: &TaskScheduled) -> Option<Field> {
    let seconds = task.heartbeat_seconds?;
    Some(("heartbeatInSeconds", Json::from(seconds)))
}

fn credentials(task: &TaskScheduled) -> Option<Field> {
    let arn = task.role_arn.clone()?;
    Some(("taskCredentials", Json::object([("roleArn", Json::String(arn))])))
}
