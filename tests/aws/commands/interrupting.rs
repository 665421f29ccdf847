use std::time::Duration;

use insta::assert_snapshot;
use serde_json::json;

use super::Stack;
use crate::double::Kind;
use crate::state_machines::End;

/// Presses Ctrl-C while `action` is under way.
fn interrupted(stack: &Stack, arguments: &[&str], action: &'static str) -> String {
    stack.fail(action, 1, Kind::Slow(Duration::from_secs(1)));
    let double = stack.double.clone();
    let ready = move || double.has_called(action);
    stack.shown(stack.stepwright(arguments).run_until(ready))
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
}
