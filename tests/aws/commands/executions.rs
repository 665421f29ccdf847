//! `executions`, `stop` and `redrive`.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::Stack;
use crate::double::Kind;

/// A deployed stack with executions of all kinds. What is under way began in times to come, and so has lasted no time.
fn with_executions() -> Stack {
    let stack = Stack::new().deployed();
    stack.double.executions(|executions| {
        executions.add("running", "RUNNING", "2099-01-01T00:00:00Z", None);
        executions.add("4f2c0001-aaaa", "SUCCEEDED", "2026-11-25T09:00:00.250Z", Some(1_234));
        executions.add("4f2c0002-bbbb", "FAILED", "2026-11-25T08:00:00Z", Some(12_345));
        let redriven = executions.add("timed-out", "TIMED_OUT", "2026-11-24T08:00:00Z", Some(300_000));
        redriven["redriveCount"] = json!(2);
        let unversioned = executions.add("stopped", "ABORTED", "2026-11-23T08:00:00Z", Some(86_400_000));
        unversioned["stateMachineVersionArn"] = Value::Null;
        unversioned["redriveStatus"] = json!("NOT_REDRIVABLE");
        unversioned["redriveStatusReason"] = json!("Execution is over 14 days old");
    });
    stack
}

#[test]
fn executions_are_listed_from_the_newest() {
    let stack = with_executions();
    assert_snapshot!(stack.run(&["executions"]));
    assert_snapshot!(stack.run(&["executions", "--output", "json", "--quiet", "--status", "timed_out"]));
}

#[test]
fn executions_are_filtered_by_status_and_time_and_their_number() {
    let check = |arguments: &[&str], expected: &[&str]| {
        let stack = with_executions();
        stack.double.shorten_pages();
        let arguments = [&["executions", "--output", "json", "-q"], arguments].concat();
        let outcome = stack.stepwright(&arguments).run();
        let listed: Value = serde_json::from_str(&outcome.stdout).unwrap_or_else(|_| panic!("{outcome}"));
        let listed = listed["executions"].as_array().unwrap().iter();
        let names: Vec<&str> = listed.map(|execution| execution["name"].as_str().unwrap()).collect();
        assert_eq!(names, expected, "{arguments:?}");
    };
    let all = ["running", "4f2c0001-aaaa", "4f2c0002-bbbb", "timed-out", "stopped"];
    check(&[], &all);
    check(&["--limit", "2"], &all[..2]);
    check(&["--status", "FAILED"], &all[2..3]);
    check(
        &["--status", "ABORTED", "--status", "failed", "--status", "RUNNING"],
        &[all[0], all[2], all[4]],
    );
    check(
        &["--status", "ABORTED", "--status", "failed", "--limit", "1"],
        &all[2..3],
    );
    check(&["--since", "2026-11-25"], &all[..3]);
    check(&["--since", "2026-11-25T09:00:00.250Z"], &all[..2]);
    check(
        &["--since", "2026-11-25", "--status", "FAILED", "--status", "ABORTED"],
        &all[2..3],
    );
    check(&["--since", "2100-01-01"], &[]);
}

#[test]
fn a_list_ends_with_what_is_old_enough() {
    let stack = with_executions();
    stack.double.shorten_pages();
    stack
        .stepwright(&["executions", "--since", "2026-11-25T09:00:00Z"])
        .run();
    let calls = stack.double.take_calls();
    assert_eq!(
        calls.iter().filter(|call| *call == "ListExecutions").count(),
        3,
        "{calls:?}"
    );
}

#[test]
fn narrow_terminals_show_everything_below_each_other() {
    let stack = with_executions();
    for columns in [100, 60, 40] {
        let outcome = stack.stepwright(&["executions", "-q"]).on_terminal(columns);
        let longest = outcome.stdout.lines().map(str::len).max().unwrap();
        assert!(longest <= usize::from(columns), "{columns}: {outcome}");
        insta::assert_snapshot!(format!("{columns}_columns"), outcome.stdout);
    }
}

#[test]
fn a_list_that_is_throttled_is_waited_for() {
    let stack = with_executions();
    stack.fail(
        "ListExecutions",
        2,
        Kind::Refused(400, "ThrottlingException", "Rate exceeded"),
    );
    let outcome = stack.stepwright(&["executions"]).run();
    assert_eq!(
        (outcome.code, outcome.stdout.lines().count()),
        (Some(0), 5),
        "{outcome}"
    );
}

#[test]
fn what_cannot_be_listed_is_told() {
    assert_snapshot!(Stack::new().run(&["executions", "-q"]));
    let express = super::CONFIGURATION.replace("definition = ", "type = \"EXPRESS\"\ndefinition = ");
    let stack = Stack::new().file("stepwright.toml", &express).deployed();
    assert_snapshot!(stack.run(&["executions", "-q"]));
    assert_snapshot!(Stack::new().run(&["executions", "Workfolw"]));
    let stack = with_executions();
    let denied = "User: arn:aws:iam::123456789012:user/x is not authorized to perform: states:ListExecutions";
    stack.fail("ListExecutions", 1, Kind::Refused(400, "AccessDeniedException", denied));
    assert_snapshot!(stack.run(&["executions", "-q"]));
}

#[test]
fn an_execution_is_found_by_its_arn_its_name_and_how_its_name_begins() {
    let states = "arn:aws:states:us-east-1:123456789012";
    let check = |given: &str, expected: Option<&str>| {
        let stack = with_executions();
        let outcome = stack.stepwright(&["stop", given, "-q"]).run();
        match expected {
            Some(told) => assert_eq!(
                (outcome.code, outcome.stdout.trim()),
                (Some(0), told),
                "{given}: {outcome}"
            ),
            None => assert_eq!(outcome.code, Some(2), "{given}: {outcome}"),
        }
        stack.shown(outcome)
    };
    check("running", Some("running is stopped"));
    check("run", Some("running is stopped"));
    check(
        &format!("{states}:execution:order-dev-Workflow:running"),
        Some("running is stopped"),
    );
    check("4f2c0001", Some("4f2c0001-aaaa has ended already: SUCCEEDED"));
    assert_snapshot!(check("4f2c", None));
    assert_snapshot!(check("9999", None));
    assert_snapshot!(check("no name", None));
    assert_snapshot!(check(&format!("{states}:execution:order-dev-Workflow:9999"), None));
    assert_snapshot!(check(&format!("{states}:express:order-dev-Workflow:a:b"), None));
    assert_snapshot!(check(&format!("{states}:stateMachine:order-dev-Workflow"), None));
    assert_snapshot!(check(
        "arn:aws:states:eu-west-1:123456789012:execution:order-dev-Workflow:a",
        None
    ));
}

#[test]
fn what_is_stopped_ends_with_error_and_cause() {
    let stack = with_executions();
    let stop = [
        "stop",
        "running",
        "--error",
        "Wrong",
        "--cause",
        "not meant",
        "--output",
        "json",
        "-q",
    ];
    assert_snapshot!(stack.run(&stop));
    assert_snapshot!(stack.run(&stop));
    let calls = stack.mutations();
    assert_eq!(
        calls.iter().filter(|call| *call == "StopExecution").count(),
        1,
        "{calls:?}"
    );
}

#[test]
fn nothing_is_stopped_where_nothing_is_deployed() {
    assert_snapshot!(Stack::new().run(&["stop", "running", "-q"]));
}

#[test]
fn what_failed_is_redriven() {
    let stack = with_executions();
    assert_snapshot!(stack.run(&["redrive", "4f2c0002", "-q"]));
    assert_snapshot!(with_executions().run(&["redrive", "timed-out", "--output", "json", "-q"]));
    assert_snapshot!(with_executions().run(&["redrive", "timed-out", "--wait"]));
}

#[test]
fn a_redrive_whose_answer_is_lost_is_asked_for_again_with_the_same_token() {
    let stack = with_executions();
    stack.fail("RedriveExecution", 1, Kind::LostAnswer);
    let outcome = stack.stepwright(&["redrive", "timed-out"]).run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let listed = stack.stepwright(&["executions"]).run();
    assert!(listed.stdout.contains("redriven 3 times  timed-out"), "{listed}");
}

#[test]
fn what_cannot_be_redriven_says_why() {
    let stack = with_executions();
    assert_snapshot!(stack.run(&["redrive", "stopped", "-q"]));
    assert_snapshot!(stack.run(&["redrive", "running", "-q"]));
    assert_snapshot!(stack.run(&["redrive", "4f2c0001", "-q"]));
    let refused = Kind::Refused(
        400,
        "ExecutionNotRedrivable",
        "Execution has reached the limit of 25000 events",
    );
    stack.fail("RedriveExecution", 1, refused);
    assert_snapshot!(stack.run(&["redrive", "4f2c0002", "-q"]));
}
