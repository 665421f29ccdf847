//! How much an execution may hold, and what happens beyond.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::sync::Arc;

use executor::harness::Harness;
use executor::{Execution, Outcome, Program, Start, Workflow};
use futures_util::FutureExt;
use serde_json::{Value, json};

/// Runs a loop that is left after `rounds` rounds of two states each: the error and the number of events.
fn looped(rounds: usize, workflow: Workflow) -> (Option<String>, usize) {
    let definition = json!({ "StartAt": "Check", "States": {
        "Check": {
            "Type": "Choice",
            "Choices": [{ "Variable": "$.count", "NumericGreaterThanEquals": rounds, "Next": "Done" }],
            "Default": "Count"
        },
        "Count": { "Type": "Pass", "Parameters": { "count.$": "States.MathAdd($.count, 1)" }, "Next": "Check" },
        "Done": { "Type": "Succeed" }
    } });
    let harness = Harness::new(&definition.to_string()).unwrap().workflow(workflow);
    let run = harness.run(json!({ "count": 0 })).now_or_never().unwrap().unwrap();
    (run.error().map(str::to_owned), run.history().len())
}

#[test]
fn the_history_of_a_standard_workflow_has_at_most_25_000_events() {
    assert_eq!(looped(6_248, Workflow::Standard), (None, 24_998));
    assert_eq!(
        looped(6_249, Workflow::Standard),
        (Some("States.Runtime".to_owned()), 25_000)
    );
}

#[test]
fn the_history_of_an_express_workflow_has_no_limit() {
    assert_eq!(looped(6_249, Workflow::Express), (None, 25_002));
}

/// Whether `text` passes through a machine whose payloads may have `limit` bytes.
fn passes(text: &str, limit: Option<usize>) -> Result<Value, String> {
    let definition = r#"{"StartAt": "Keep", "States": {"Keep": {"Type": "Pass", "End": true}}}"#;
    let program = Program::new(asl::parse(definition).machine.unwrap()).unwrap();
    let program = match limit {
        Some(bytes) => program.with_payload_limit(bytes),
        None => program,
    };
    let start = Start {
        execution_arn: "arn:aws:states:us-east-1:123456789012:execution:machine:run".into(),
        execution_name: "run".into(),
        state_machine_arn: "arn:aws:states:us-east-1:123456789012:stateMachine:machine".into(),
        state_machine_name: "machine".into(),
        role_arn: "arn:aws:iam::123456789012:role/machine".into(),
        region: "us-east-1".into(),
        workflow: Workflow::Standard,
        input: text.into(),
        seed: 0,
    };
    let execution = Execution::new(Arc::new(program), start, jiff::Timestamp::UNIX_EPOCH);
    match execution.outcome().unwrap() {
        Outcome::Succeeded(output) => Ok(serde_json::to_value(output).unwrap()),
        Outcome::Failed(failure) => Err(failure.error.as_deref().unwrap_or_default().to_owned()),
        other => Err(format!("{other:?}")),
    }
}

#[test]
fn a_payload_has_at_most_262_144_bytes_unless_another_limit_is_set() {
    let (fits, larger) = ("x".repeat(262_142), "x".repeat(262_143));
    assert_eq!(passes(&fits, None), Ok(json!(fits)));
    assert_eq!(passes(&larger, None), Err("States.DataLimitExceeded".to_owned()));
    assert_eq!(passes(&larger, Some(262_145)), Ok(json!(larger)));
    assert_eq!(passes(&fits, Some(262_143)), Err("States.DataLimitExceeded".to_owned()));
}
