use insta::assert_snapshot;
use serde_json::json;

use super::Stack;
use crate::double::Kind;
use crate::state_machines::End;

#[test]
fn what_is_not_deployed_cannot_be_started() {
    assert_snapshot!(Stack::new().run(&["start", "--stage", "prod"]));
}

#[test]
fn a_state_machine_whose_first_deploy_failed_cannot_be_started() {
    let stack = Stack::new();
    stack.fail(
        "CreateStateMachineAlias",
        1,
        Kind::Refused(400, "ValidationException", "no"),
    );
    stack.stepwright(&["deploy", "--yes"]).run();
    stack.fail(
        "StartExecution",
        1,
        Kind::Refused(400, "StateMachineDoesNotExist", "State Machine Does Not Exist"),
    );
    let outcome = stack.stepwright(&["start"]).run();
    assert_eq!(outcome.code, Some(6));
    assert!(
        outcome.stderr.contains("`order-dev-Workflow` is not deployed"),
        "{outcome}"
    );
}

#[test]
fn starting_prints_the_arn() {
    let stack = Stack::new().deployed();
    assert_snapshot!(stack.run(&["start", "--input", "{\"a\": 1}", "--name", "first"]));
    assert_snapshot!(stack.run(&["start"]));
}

#[test]
fn waiting_prints_the_output() {
    let stack = Stack::new().deployed();
    stack.double.end_executions(End::Succeeded(json!({ "order": 7 })));
    assert_snapshot!(stack.run(&["start", "--wait", "--name", "first"]));
}

#[test]
fn an_execution_that_failed_prints_error_and_cause() {
    let stack = Stack::new().deployed();
    stack.double.end_executions(End::Failed("InvalidOrder", "no product"));
    assert_snapshot!(stack.run(&["start", "--wait", "--name", "first"]));
}

#[test]
fn an_execution_that_is_not_seen_at_once_is_waited_for() {
    let stack = Stack::new().deployed();
    stack.double.end_executions(End::Succeeded(json!(1)));
    stack.fail(
        "DescribeExecution",
        2,
        Kind::Refused(400, "ExecutionDoesNotExist", "Execution Does Not Exist"),
    );
    assert_eq!(stack.stepwright(&["start", "--wait"]).run().stdout, "1\n");
}

#[test]
fn an_execution_is_started_once_when_the_answer_is_lost() {
    let stack = Stack::new().deployed();
    stack.fail("StartExecution", 1, Kind::LostAnswer);
    assert_snapshot!(stack.run(&["start", "--name", "first"]));
    let status = stack.stepwright(&["status"]).run().stdout;
    assert_eq!(status.matches("RUNNING").count(), 1, "{status}");
}

#[test]
fn a_name_that_was_used_is_refused() {
    let stack = Stack::new().deployed();
    stack.fail(
        "StartExecution",
        1,
        Kind::Refused(400, "ExecutionAlreadyExists", "Execution Already Exists"),
    );
    assert_snapshot!(stack.run(&["start", "--name", "first"]));
}

#[test]
fn an_express_execution_is_waited_for_in_the_call_itself() {
    let express = super::CONFIGURATION.replace(
        "definition = \"workflow.asl.json\"",
        "definition = \"workflow.asl.json\"\ntype = \"EXPRESS\"",
    );
    let stack = Stack::new().file("stepwright.toml", &express).deployed();
    stack.double.end_executions(End::Succeeded(json!({ "order": 7 })));
    stack.double.take_calls();
    assert_snapshot!(stack.run(&["start", "--wait"]));
    let calls = stack.double.take_calls();
    assert_eq!(
        calls,
        ["GetCallerIdentity", "DescribeStateMachine", "StartSyncExecution"]
    );
    stack.fail("StartSyncExecution", 1, Kind::LostAnswer);
    let outcome = stack.stepwright(&["start", "--wait"]).run();
    assert_eq!(outcome.code, Some(6), "not repeated: {outcome}");
}
