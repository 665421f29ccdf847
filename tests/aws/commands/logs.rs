use insta::assert_snapshot;
use serde_json::Value;

use super::Stack;
use crate::double::Kind;

const VALIDATE: &str = "/aws/lambda/order-dev-Validate";
const CONFIRM: &str = "/aws/lambda/order-dev-Confirm";
const WORKFLOW: &str = "/aws/vendedlogs/states/order-dev-Workflow";

/// 2026-11-25T08:00:00Z, in milliseconds.
const EIGHT: i64 = 1_795_593_600_000;

/// A stack with some events in its logs.
fn with_logs() -> Stack {
    let stack = Stack::new();
    stack.double.logs(|logs| {
        logs.add(VALIDATE, EIGHT, "START RequestId: 1\n");
        logs.add(VALIDATE, EIGHT + 20, "{\"level\":\"INFO\",\"message\":\"done\"}\n");
        logs.add(CONFIRM, EIGHT + 10, "ERROR first line\nsecond line\n");
        logs.add(CONFIRM, EIGHT + 60_000, "");
        logs.add(WORKFLOW, EIGHT + 15, "{\"type\":\"TaskFailed\"}");
        logs.add(WORKFLOW, EIGHT - 3_600_000, "an hour before");
    });
    stack
}

const SINCE: [&str; 4] = ["logs", "--since", "2026-11-25T08:00:00Z", "-q"];

fn since(more: &[&str]) -> Vec<String> {
    SINCE.iter().chain(more).map(|word| (*word).to_owned()).collect()
}

fn run(stack: &Stack, more: &[&str]) -> String {
    let arguments = since(more);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    stack.run(&arguments)
}

#[test]
fn logs_are_merged_by_time() {
    let stack = with_logs();
    let merged = run(&stack, &[]);
    assert_snapshot!(merged);
    assert_snapshot!(run(&stack, &["--output", "json"]));
    stack.double.shorten_pages();
    assert_eq!(run(&stack, &[]), merged);
    stack.fail(
        "FilterLogEvents",
        3,
        Kind::Refused(400, "ThrottlingException", "Rate exceeded"),
    );
    assert_eq!(run(&stack, &[]), merged);
}

#[test]
fn logs_are_those_that_are_asked_for() {
    let check = |more: &[&str], expected: &[&str]| {
        let shown = run(&with_logs(), &[more, &["--output", "json"]].concat());
        let messages: Vec<String> = shown
            .lines()
            .filter_map(|line| {
                serde_json::from_str::<Value>(line).ok()?["message"]
                    .as_str()
                    .map(str::to_owned)
            })
            .collect();
        assert_eq!(messages, expected, "{more:?}\n{shown}");
    };
    let error = "ERROR first line\nsecond line";
    check(&["--function", "Confirm"], &[error, ""]);
    check(&["--machine", "Workflow"], &["{\"type\":\"TaskFailed\"}"]);
    check(
        &["--machine", "Workflow", "--function", "Confirm"],
        &[error, "{\"type\":\"TaskFailed\"}", ""],
    );
    check(&["--filter", "ERROR"], &[error]);
    check(&["--filter", "nothing of the kind"], &[]);
    check(
        &["--filter", "{ $.level = \"INFO\" }"],
        &["{\"level\":\"INFO\",\"message\":\"done\"}"],
    );
}

#[test]
fn what_is_not_there_is_told() {
    assert_snapshot!(run(&Stack::new(), &[]));
    assert_snapshot!(run(&with_logs(), &["--function", "Confrim"]));
    assert_snapshot!(run(&with_logs(), &["--machine", "Confirm"]));
    let stack = Stack::new();
    stack.double.logs(|logs| logs.add(VALIDATE, EIGHT, "hello"));
    assert_snapshot!(run(&stack, &[]));
    let refused = Kind::Refused(400, "InvalidParameterException", "Invalid filter pattern");
    let stack = with_logs();
    stack.fail("FilterLogEvents", 1, refused);
    assert_snapshot!(run(&stack, &["--filter", "{ $."]));
}

#[test]
fn narrow_terminals_have_room_for_messages() {
    for columns in [160, 80, 40] {
        let outcome = with_logs().stepwright(&SINCE).on_terminal(columns);
        assert_eq!(outcome.code, Some(0), "{outcome}");
        insta::assert_snapshot!(format!("{columns}_columns"), outcome.stdout);
    }
}

#[test]
fn what_is_followed_is_told_once_and_whatever_comes_late_too() {
    let stack = Stack::new();
    let now = jiff::Timestamp::now().as_millisecond();
    stack.double.logs(|logs| {
        logs.add(VALIDATE, now, "first");
        logs.add(VALIDATE, now, "first, at the same time");
        logs.add(CONFIRM, now, "of another");
        logs.add(WORKFLOW, now - 3_600_000, "too old");
        // All three groups are read in each round.
        logs.add_after(3, VALIDATE, now - 10_000, "late");
        logs.add_after(3, VALIDATE, now, "late, at the same time");
        logs.add_after(6, VALIDATE, now + 1_000, "second");
    });
    let followed = stack.stepwright(&["logs", "--follow", "--output", "json", "-q"]);
    let has_been_read = || stack.double.logs(|logs| logs.reads()) > 11;
    let outcome = followed.run_until(has_been_read, 1);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let message = |line: &str| {
        serde_json::from_str::<Value>(line).unwrap()["message"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let messages: Vec<String> = outcome.stdout.lines().map(message).collect();
    let expected = [
        "of another",
        "first",
        "first, at the same time",
        "late",
        "late, at the same time",
        "second",
    ];
    assert_eq!(messages, expected, "{outcome}");
}

#[test]
fn ctrl_c_while_nothing_is_followed_interrupts() {
    let stack = with_logs();
    stack.fail("FilterLogEvents", 1, Kind::Slow(std::time::Duration::from_secs(60)));
    let outcome = stack
        .stepwright(&SINCE)
        .run_until(|| stack.double.has_called("FilterLogEvents"), 1);
    assert_eq!(outcome.code, Some(130), "{outcome}");
}
