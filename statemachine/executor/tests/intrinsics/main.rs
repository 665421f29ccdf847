//! What each intrinsic function gives, or the cause of the failure, when a Pass state calls it.
#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests")]

mod arrays;
mod calls;
mod laws;
mod numbers;
mod texts;

use std::sync::Arc;

use asl::Json;
use executor::{Execution, Outcome, Program, Start, Workflow};

const STARTED_AT: jiff::Timestamp = jiff::Timestamp::constant(1_767_225_600, 0);

fn run(definition: &Json, input: Json, seed: u64) -> Outcome {
    let parsed = asl::parse(&definition.to_string());
    let machine = parsed.machine.unwrap_or_else(|| panic!("{:?}", parsed.diagnostics));
    let start = Start {
        execution_arn: "arn:aws:states:us-east-1:111111111111:execution:machine:run".into(),
        execution_name: "run".into(),
        state_machine_arn: "arn:aws:states:us-east-1:111111111111:stateMachine:machine".into(),
        state_machine_name: "machine".into(),
        role_arn: "arn:aws:iam::111111111111:role/role".into(),
        region: "us-east-1".into(),
        workflow: Workflow::Standard,
        input,
        seed,
    };
    let execution = Execution::new(Arc::new(Program::new(machine).unwrap()), start, STARTED_AT);
    execution.outcome().unwrap().clone()
}

/// A machine whose only state is `state`.
fn machine(state: Json) -> Json {
    Json::object([("StartAt", Json::from("S")), ("States", Json::object([("S", state)]))])
}

/// The value of `call`, or the cause of the failure behind the words on the state.
fn call_with(call: &str, input: Json, seed: u64) -> Result<Json, String> {
    let state = Json::object([
        ("Type", Json::from("Pass")),
        ("Parameters", Json::object([("v.$", Json::from(call))])),
        ("End", true.into()),
    ]);
    match run(&machine(state), input, seed) {
        Outcome::Succeeded(output) => Ok(output.get("v").unwrap().clone()),
        Outcome::Failed(failure) => {
            let cause = failure.cause.unwrap_or_default();
            let place = "An error occurred while executing the state 'S' (entered at the event id #2). ";
            let (error, cause) = (failure.error.unwrap(), cause.strip_prefix(place).unwrap_or(&cause));
            Err(format!("{error}: {cause}"))
        }
        other => panic!("{call}: {other:?}"),
    }
}

fn call(call: &str, input: Json) -> Result<Json, String> {
    call_with(call, input, 1)
}

/// Compares JSON text, so that `1` and `1.0` differ.
fn check(expression: &str, input: &str, expected: &str) {
    let answer = call(expression, input.parse().unwrap()).map(|value| value.to_string());
    assert_eq!(answer.as_deref(), Ok(expected), "{expression} over {input}");
}

fn check_fails(expression: &str, input: &str, expected: &str) {
    let expected = format!("States.Runtime: The function '{expression}' had the following error: {expected}");
    let answer = call(expression, input.parse().unwrap());
    assert_eq!(answer, Err(expected), "{expression} over {input}");
}

/// Each of `calls` is refused for its arguments.
fn check_refuses(function: &str, calls: &[&str]) {
    for arguments in calls {
        let expected = format!("Invalid arguments in States.{function}");
        check_fails(
            &format!("States.{function}({arguments})"),
            r#"{"a":[1,2],"o":{}}"#,
            &expected,
        );
    }
}
