//! Executions that states start, of state machines of the same workspace.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html>

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use asl::{Integration, Json, Pattern};
use executor::{Answer, Execution, FailedAt, Failure, Outcome, Reply, Start, TaskRequest, simulate};

use super::sdk::{self, Refusal};
use super::{Machine, Offline};
use crate::settings::MachineType;

/// The most characters a cause may have. A cause that describes an execution whose cause describes another, and so on,
/// would double with each.
///
/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_TaskFailedEventDetails.html>
const LONGEST_CAUSE: usize = 32_768;

/// How many executions may be inside each other: nobody means more, and each takes memory until the innermost ends.
const DEPTH: usize = 64;

/// Starts the execution that `request` names and, where the integration says so, waits for its end.
pub(super) async fn start(offline: &Offline, request: &TaskRequest, integration: &Integration) -> Reply {
    let nested = match Nested::prepare(offline, request, integration) {
        Ok(nested) => nested,
        Err(refusal) => {
            let at = match integration.pattern {
                Pattern::RequestResponse => FailedAt::Run,
                Pattern::Sync | Pattern::Sync2 | Pattern::WaitForTaskToken => FailedAt::Submit,
            };
            return Reply {
                answer: Answer::Failed(refusal.failure(request), at),
                ..Reply::never()
            };
        }
    };
    let started = nested.started(request);
    let waits = &*integration.api == "startSyncExecution";
    match integration.pattern {
        Pattern::RequestResponse if waits => {
            let execution = nested.run().await;
            Reply {
                took: Some(duration(&execution)),
                ..Reply::success(synchronous(&execution))
            }
        }
        Pattern::RequestResponse => {
            nested.detach();
            Reply::success(started)
        }
        // Nobody here returns a token: only a timeout ends it.
        Pattern::WaitForTaskToken => {
            nested.detach();
            Reply {
                submitted: Some(started),
                ..Reply::never()
            }
        }
        pattern @ (Pattern::Sync | Pattern::Sync2) => {
            let execution = nested.run().await;
            Reply {
                submitted: Some(started),
                answer: ended(&execution, pattern),
                took: Some(duration(&execution)),
                ..Reply::never()
            }
        }
    }
}

/// An execution about to begin.
struct Nested {
    offline: Offline,
    execution: Execution,
}

impl Nested {
    fn prepare(offline: &Offline, request: &TaskRequest, integration: &Integration) -> Result<Nested, Refusal> {
        let shared = &offline.shared;
        let text = |name: &str| request.arguments.get(name).and_then(Json::as_str);
        let arn = text("StateMachineArn").unwrap_or_default();
        let machine = shared
            .targets
            .machine(arn)
            .and_then(|name| shared.machines.nested.get(name));
        let machine = machine.ok_or_else(|| {
            let message = format!("State Machine Does Not Exist: '{arn}'");
            refused("StateMachineDoesNotExist", message)
        })?;
        let synchronous = &*integration.api == "startSyncExecution";
        if synchronous && machine.machine_type == MachineType::Standard {
            let message = "This operation is not supported by this type of state machine".to_owned();
            return Err(refused("StateMachineTypeNotSupported", message));
        }
        if offline.depth >= DEPTH {
            let message = format!("Execution Limit Exceeded: {DEPTH} executions are inside each other");
            return Err(refused("ExecutionLimitExceeded", message));
        }
        let start = start_of(offline, machine, request, text("Name"))?;
        Ok(Nested {
            offline: Offline::nested(shared, machine, offline.depth + 1),
            execution: Execution::new(Arc::clone(&machine.program), start, request.at),
        })
    }

    /// The answer of StartExecution.
    fn started(&self, request: &TaskRequest) -> Json {
        let arn = &self.execution.start().execution_arn;
        let seconds = asl::Number::from_f64(self.execution.started_at().as_millisecond() as f64 / 1000.0);
        let start_date = seconds.map_or(Json::Null, Json::Number);
        let fields = [("ExecutionArn", Json::String(arn.clone()))];
        let date = [("StartDate", start_date)];
        if sdk::is_sdk(&request.resource) {
            return Json::object(fields.into_iter().chain(date));
        }
        let metadata = sdk::metadata(request, &[], ("application/x-amz-json-1.0", arn.len() + 51));
        Json::object(fields.into_iter().chain(metadata).chain(date))
    }

    async fn run(self) -> Execution {
        let Nested { offline, mut execution } = self;
        Box::pin(simulate(&mut execution, &offline)).await;
        execution
    }

    fn detach(self) {
        let shared = Rc::clone(&self.offline.shared);
        let running = tokio::task::spawn_local(async move { drop(self.run().await) });
        shared.detached.borrow_mut().push(running);
    }
}

fn start_of(
    offline: &Offline,
    machine: &Rc<Machine>,
    request: &TaskRequest,
    name: Option<&str>,
) -> Result<Start, Refusal> {
    let scope = &offline.shared.scope;
    let name = name.unwrap_or(&request.request_id);
    let execution_arn = match machine.machine_type {
        MachineType::Standard => scope.execution_arn(&machine.name, name),
        MachineType::Express => scope.express_execution_arn(&machine.name, name, &request.request_id),
    };
    if !offline.shared.names.borrow_mut().insert(execution_arn.clone()) {
        let message = format!("Execution Already Exists: '{execution_arn}'");
        return Err(refused("ExecutionAlreadyExists", message));
    }
    Ok(Start {
        execution_arn: execution_arn.into(),
        execution_name: name.into(),
        state_machine_arn: scope.machine_arn(&machine.name).into(),
        state_machine_name: machine.name.as_str().into(),
        role_arn: scope.role_arn(&machine.name).into(),
        region: scope.region.as_str().into(),
        workflow: machine.machine_type.into(),
        input: input(request)?,
        seed: seed(&request.request_id),
    })
}

/// The input is JSON, or JSON as text; without one it is `{}`.
fn input(request: &TaskRequest) -> Result<Json, Refusal> {
    match request.arguments.get("Input") {
        None | Some(Json::Null) => Ok(Json::object::<&str>([])),
        Some(Json::String(text)) => text.parse().map_err(|_| {
            let message = format!("Invalid State Machine Execution Input: '{text}'");
            refused("InvalidExecutionInput", message)
        }),
        Some(json) => Ok(json.clone()),
    }
}

/// Request ids come from the seed of the execution around it.
fn seed(request_id: &str) -> u64 {
    let digits: String = request_id.chars().filter(char::is_ascii_hexdigit).take(16).collect();
    u64::from_str_radix(&digits, 16).unwrap_or_default()
}

fn ended(execution: &Execution, pattern: Pattern) -> Answer {
    let parsed = pattern == Pattern::Sync2;
    match execution.outcome() {
        Some(Outcome::Succeeded(_)) => Answer::Succeeded(described(execution, parsed)),
        // It waits for what never comes.
        None => Answer::Never,
        Some(Outcome::Failed(_) | Outcome::TimedOut | Outcome::Aborted(_)) => {
            let cause = described(execution, false).to_string();
            let cause: String = cause.chars().take(LONGEST_CAUSE).collect();
            Answer::Failed(Failure::new("States.TaskFailed", cause), FailedAt::Run)
        }
    }
}

/// What DescribeExecution says; with `parsed`, input and output are JSON instead of text.
fn described(execution: &Execution, parsed: bool) -> Json {
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
    let date = |time: jiff::Timestamp| Json::from(time.as_millisecond());
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
    let (redrivable, reason) = match status {
        "SUCCEEDED" => ("NOT_REDRIVABLE", Some("Execution is SUCCEEDED and cannot be redriven")),
        _ => ("REDRIVABLE", None),
    };
    fields.push(("RedriveCount", Json::from(0_u64)));
    fields.push(("RedriveStatus", Json::from(redrivable)));
    fields.extend(reason.map(|reason| ("RedriveStatusReason", Json::from(reason))));
    fields.push(("StartDate", date(execution.started_at())));
    fields.push(("StateMachineArn", text(&start.state_machine_arn)));
    fields.push(("Status", Json::from(status)));
    fields.push(("StopDate", date(execution.now())));
    Json::object(fields)
}

/// The answer of StartSyncExecution, which tells of a failure and does not fail.
fn synchronous(execution: &Execution) -> Json {
    let described = described(execution, false);
    let Some(object) = described.as_object() else {
        return described;
    };
    let fields = object.iter().filter(|(name, _)| !name.starts_with("Redrive"));
    Json::object(fields.map(|(name, value)| (name.clone(), value.clone())))
}

fn duration(execution: &Execution) -> Duration {
    let passed = execution.now().duration_since(execution.started_at());
    Duration::try_from(passed).unwrap_or_default()
}

fn refused(code: &'static str, message: String) -> Refusal {
    Refusal {
        service: ("Sfn", "AWSStepFunctions"),
        prefix: "StepFunctions",
        code,
        status: 400,
        message,
    }
}
