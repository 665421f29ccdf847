use std::time::{Duration, Instant};

use insta::assert_snapshot;
use serde_json::json;

use super::Stack;
use crate::double::Kind;
use crate::state_machines::End;

/// Presses Ctrl-C while `action` is under way, which takes a second.
fn interrupted(stack: &Stack, arguments: &[&str], action: &'static str) -> String {
    stack.fail(action, 1, Kind::Slow(Duration::from_secs(1)));
    let double = stack.double.clone();
    let ready = move || double.has_called(action);
    stack.shown(stack.stepwright(arguments).run_until(ready, 1))
}

#[test]
fn a_deploy_finishes_the_call_under_way_and_says_how_to_go_on() {
    let stack = Stack::new();
    assert_snapshot!(interrupted(
        &stack,
        &["deploy", "--yes", "--quiet"],
        "CreateStateMachine"
    ));
    let stack = stack.deployed();
    assert_eq!(stack.stepwright(&["plan", "--detailed-exitcode"]).run().code, Some(0));
}

#[test]
fn before_the_first_call_nothing_is_done_and_that_is_told() {
    let stack = Stack::new();
    stack.fail("CreateLogGroup", 99, Kind::Slow(Duration::from_secs(1)));
    let double = stack.double.clone();
    let ready = move || double.has_called("CreateLogGroup of the lock");
    assert_snapshot!(stack.shown(stack.stepwright(&["deploy", "--yes", "--quiet"]).run_until(ready, 1)));
    let changes = stack.mutations();
    assert_eq!(changes, [""; 0]);
}

#[test]
fn the_second_ctrl_c_gives_up_the_calls_under_way() {
    let stack = Stack::new();
    stack.fail("CreateRole", 3, Kind::Slow(Duration::from_secs(20)));
    let double = stack.double.clone();
    let ready = move || double.has_called("CreateRole");
    let begun = Instant::now();
    let invocation = stack.stepwright(&["deploy", "--yes", "--quiet"]);
    assert_snapshot!(stack.shown(invocation.run_until(ready, 2)));
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
}

#[test]
fn a_wait_is_not_waited_for() {
    let stack = Stack::new();
    let refusal = Kind::Refused(
        400,
        "InvalidParameterValueException",
        "The role defined for the function cannot be assumed by Lambda.",
    );
    stack.fail("CreateFunction", 99, refusal);
    let double = stack.double.clone();
    let ready = move || double.has_called("CreateFunction");
    let outcome = stack.stepwright(&["deploy", "--yes", "--quiet"]).run_until(ready, 1);
    assert_eq!(outcome.code, Some(130), "{outcome}");
    let unfinished = outcome.stderr.matches("unfinished  CreateFunction").count();
    assert!(unfinished > 0, "{outcome}");
    assert!(!outcome.stderr.contains("failed"), "{outcome}");
}

#[test]
fn a_plan_ends_at_once() {
    assert_snapshot!(interrupted(&Stack::new(), &["plan"], "ListFunctions"));
}

#[test]
fn an_execution_goes_on_when_nobody_waits_for_it_any_more() {
    let stack = Stack::new().deployed();
    assert_snapshot!(interrupted(
        &stack,
        &["start", "--wait", "--name", "first"],
        "DescribeExecution"
    ));
    stack.double.end_executions(End::Succeeded(json!(1)));
    let status = stack.stepwright(&["status"]).run().stdout;
    assert!(status.contains("SUCCEEDED"), "{status}");
}
