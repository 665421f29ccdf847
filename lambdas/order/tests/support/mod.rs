//! The functions, called as Step Functions calls them, and the workflow over them.

use check_inventory::Catalogue;
use executor::harness::{Call, Harness, Run, TaskError};
use futures_util::FutureExt;
use order::ErrorType;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, from_str, from_value, json, to_value};

const DEFINITION: &str = include_str!("../../../../statemachine/order-workflow.asl.json");

/// The functions by their logical names, in the order of their calls.
pub(crate) const FUNCTIONS: [&str; 4] = [
    "ValidateOrderFunction",
    "CheckInventoryFunction",
    "ProcessPaymentFunction",
    "ConfirmOrderFunction",
];

/// Calls a function by its logical name.
pub(crate) fn call(function: &str, payload: Value, request_id: &str) -> Result<Value, TaskError> {
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
) -> Result<Value, TaskError>
where
    Request: DeserializeOwned,
    Response: Serialize,
    Error: ErrorType,
{
    match handle(&from_value(payload).unwrap()) {
        Ok(response) => Ok(to_value(response).unwrap()),
        Err(error) => {
            let payload = json!({ "errorType": error.error_type(), "errorMessage": error.to_string() });
            Err(TaskError::new(error.error_type(), payload.to_string()))
        }
    }
}

/// Runs the workflow over the handlers; `trouble` says which calls (by function, counted from 1) end in an error that is not
/// of the function.
pub(crate) fn run(input: Value, trouble: impl Fn(&str, u64) -> Option<&'static str> + Copy + 'static) -> Run {
    let mut harness = Harness::new(DEFINITION).unwrap();
    for function in FUNCTIONS {
        harness = harness.function(function, async move |task: Call| {
            match trouble(function, task.attempt) {
                Some(error) => Err(TaskError::new(error, "")),
                None => call(function, task.input, "1"),
            }
        });
    }
    harness.run(input).now_or_never().unwrap().unwrap()
}

/// The output, or the error and the cause, which is JSON where a function wrote it.
pub(crate) fn end(run: &Run) -> Result<Value, (&str, Value)> {
    let cause = run.cause().unwrap_or_default();
    let cause = from_str(cause).unwrap_or_else(|_| json!(cause));
    run.output().cloned().map_err(|_| (run.error().unwrap(), cause))
}
