//! The functions, called as Step Functions calls them, and the workflow over them.

use std::collections::BTreeMap;
use std::future::{Future, ready};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use check_inventory::Catalogue;
use executor::{
    Execution, Failure, Outcome, Program, Reply, Start, Surroundings, TaskRequest, Workflow, history::EventDetails,
    simulate,
};
use futures_util::FutureExt;
use jiff::Timestamp;
use order::ErrorType;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, from_str, from_value, json, to_value};

const DEFINITION: &str = include_str!("../../../../statemachine/order-workflow.asl.json");

/// Calls a function by its logical name.
pub(crate) fn call(function: &str, payload: Value, request_id: &str) -> Result<Value, Failure> {
    match function {
        "ValidateOrderFunction" => answer(payload, |request| validate_order::handle(request, request_id)),
        "CheckInventoryFunction" => {
            let catalogue = Catalogue::load(None).unwrap();
            answer(payload, |request| check_inventory::handle(request, &catalogue))
        }
        "ProcessPaymentFunction" => answer(payload, process_payment::handle),
        "ConfirmOrderFunction" => answer(payload, confirm_order::handle),
        other => panic!("there is no function {other}"),
    }
}

fn answer<Request, Response, Error>(
    payload: Value,
    handle: impl Fn(&Request) -> Result<Response, Error>,
) -> Result<Value, Failure>
where
    Request: DeserializeOwned,
    Response: Serialize,
    Error: ErrorType,
{
    match handle(&from_value(payload).unwrap()) {
        Ok(response) => Ok(to_value(response).unwrap()),
        Err(error) => {
            let payload = json!({ "errorType": error.error_type(), "errorMessage": error.to_string() });
            Err(Failure::new(error.error_type(), payload.to_string()))
        }
    }
}

/// How an execution of the workflow ended, and what happened on the way.
pub(crate) struct Run {
    execution: Execution,
    /// How often each function was called.
    pub(crate) calls: BTreeMap<String, usize>,
}

/// Runs the workflow; `trouble` says which calls (by function, counted from 0) end in an error that is not of the function.
pub(crate) fn run(input: &Value, trouble: impl Fn(&str, usize) -> Option<&'static str>) -> Run {
    let text = asl::substitute(DEFINITION, |placeholder| Some(placeholder.name.to_owned()));
    let parsed = asl::parse(&text.text);
    assert_eq!((text.unresolved, parsed.diagnostics), (vec![], vec![]));
    let program = Program::new(parsed.machine.unwrap()).unwrap();
    let mut execution = Execution::new(Arc::new(program), start(input), Timestamp::UNIX_EPOCH);
    let functions = Functions {
        trouble,
        calls: Mutex::default(),
    };
    simulate(&mut execution, &functions).now_or_never().unwrap();
    Run {
        execution,
        calls: functions.calls.into_inner().unwrap(),
    }
}

fn start(input: &Value) -> Start {
    Start {
        execution_arn: "arn:aws:states:us-east-1:123456789012:execution:order:test".into(),
        execution_name: "test".into(),
        state_machine_arn: "arn:aws:states:us-east-1:123456789012:stateMachine:order".into(),
        state_machine_name: "order".into(),
        role_arn: "".into(),
        region: "us-east-1".into(),
        workflow: Workflow::Standard,
        input: input.to_string().parse().unwrap(),
        seed: 1,
    }
}

struct Functions<Trouble> {
    trouble: Trouble,
    calls: Mutex<BTreeMap<String, usize>>,
}

impl<Trouble: Fn(&str, usize) -> Option<&'static str>> Surroundings for Functions<Trouble> {
    fn call(&self, request: TaskRequest) -> impl Future<Output = Reply> + '_ {
        let arguments = to_value(&request.arguments).unwrap();
        let function = arguments["FunctionName"].as_str().unwrap();
        let mut calls = self.calls.lock().unwrap();
        let count = calls.entry(function.to_owned()).or_default();
        let outcome = match (self.trouble)(function, *count) {
            Some(error) => Err(Failure::new(error, "")),
            None => call(function, arguments["Payload"].clone(), &request.request_id),
        };
        *count += 1;
        ready(match outcome {
            Ok(payload) => {
                let output = json!({ "ExecutedVersion": "$LATEST", "Payload": payload, "StatusCode": 200 });
                Reply::success(output.to_string().parse().unwrap())
            }
            Err(failure) => Reply::failure(failure),
        })
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _span: Duration) -> impl Future<Output = ()> + '_ {
        std::future::pending()
    }
}

impl Run {
    /// The output, or the error and the cause.
    pub(crate) fn end(&self) -> Result<Value, (String, Value)> {
        match self.execution.outcome().unwrap() {
            Outcome::Succeeded(output) => Ok(to_value(output).unwrap()),
            Outcome::Failed(Failure {
                error: Some(error),
                cause: Some(cause),
            }) => Err((error.to_string(), from_str(cause).unwrap_or(json!(&**cause)))),
            other => panic!("it ended with {other:?}"),
        }
    }

    /// The states it was in.
    pub(crate) fn states(&self) -> Vec<&str> {
        let events = self.execution.history().events().iter();
        let entered = events.filter(|event| matches!(event.details, EventDetails::StateEntered { .. }));
        entered.filter_map(|event| event.name()).map(|name| &**name).collect()
    }

    /// What left a state.
    pub(crate) fn output_of(&self, state: &str) -> Value {
        let events = self.execution.history().events().iter();
        let exited = events.filter(|event| event.name().is_some_and(|name| **name == *state));
        let mut outputs = exited.filter_map(|event| match &event.details {
            EventDetails::StateExited { output, .. } => Some(to_value(output).unwrap()),
            _ => None,
        });
        outputs.next_back().unwrap()
    }
}
