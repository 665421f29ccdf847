use insta::assert_snapshot;

use super::Stack;
use crate::double::Kind;
use crate::support::timeless;

#[test]
fn nothing_is_there() {
    assert_snapshot!(Stack::new().run(&["status"]));
}

#[test]
fn what_is_there() {
    let stack = Stack::new().deployed();
    stack.stepwright(&["start", "--name", "first"]).run();
    assert_snapshot!(timeless(&stack.run(&["status"])));
    assert_snapshot!(timeless(&stack.run(&["status", "--output", "json", "--quiet"])));
}

/// A stack with executions, metrics and alarms.
fn monitored() -> Stack {
    let watching = format!(
        "{}\n[deploy]\nalarms = [\"order-errors\", \"order-gone\", \"order-calm\"]\n",
        super::CONFIGURATION
    );
    let stack = Stack::new().file("stepwright.toml", &watching);
    stack.double.alarms(|alarms| {
        alarms.set("order-calm", None);
        alarms.set("order-errors", None);
        alarms.set("order-gone", None);
    });
    let stack = stack.deployed();
    stack.double.alarms(|alarms| {
        alarms.set("order-errors", Some("1 datapoint was greater than the threshold (0.0)"));
        alarms.forget("order-gone");
        alarms.set_metric("ExecutionsStarted", &[3.0, 4.0]);
        alarms.set_metric("ExecutionsSucceeded", &[5.0]);
        alarms.set_metric("ExecutionsFailed", &[1.0]);
        alarms.set_metric("ExecutionsTimedOut", &[]);
    });
    stack.double.executions(|executions| {
        executions.add("running", "RUNNING", "2099-01-01T00:00:00Z", None);
        executions.add("4f2c0001-aaaa", "SUCCEEDED", "2026-11-25T09:00:00Z", Some(1_234));
        executions.add("4f2c0002-bbbb", "FAILED", "2026-11-25T08:00:00Z", Some(12_345));
    });
    stack
}

#[test]
fn executions_alarms_and_error_rates_are_shown() {
    let stack = monitored();
    assert_snapshot!(stack.run(&["status", "-q"]));
    assert_snapshot!(stack.run(&["status", "-q", "--output", "json"]));
}

#[test]
fn a_narrow_terminal_shows_the_same() {
    let stack = monitored();
    for columns in [80, 40] {
        let outcome = stack.stepwright(&["status", "-q"]).on_terminal(columns);
        assert_eq!(outcome.code, Some(0), "{outcome}");
        insta::assert_snapshot!(format!("{columns}_columns"), outcome.stdout);
    }
}

#[test]
fn who_may_not_ask_for_metrics_is_told() {
    let stack = monitored();
    let denied = "User: arn:aws:iam::123456789012:user/x is not authorized to perform: cloudwatch:GetMetricData";
    stack.fail("GetMetricData", 1, Kind::Refused(403, "AccessDenied", denied));
    let outcome = stack.stepwright(&["status", "-q"]).run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert!(
        outcome.stderr.contains("warning: error rates are not shown"),
        "{outcome}"
    );
    assert!(!outcome.stdout.contains("last hour"), "{outcome}");
}

#[test]
fn without_a_terminal_a_watch_is_a_block_after_the_other_until_ctrl_c() {
    let stack = monitored();
    let looks = || stack.double.alarms(|alarms| alarms.looks_at_metrics());
    let watch = stack.stepwright(&["status", "--watch", "--interval", "1", "-q"]);
    let outcome = watch.run_until(|| looks() >= 2, 1);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let blocks = outcome.stdout.matches("\norder/dev in account").count();
    assert!(blocks >= 1 && outcome.stdout.starts_with("20"), "{outcome}");
    let watch = stack.stepwright(&["status", "--watch", "--interval", "1", "-q", "--output", "json"]);
    let before = looks();
    let outcome = watch.run_until(|| looks() >= before + 2, 1);
    let first: serde_json::Value = serde_json::from_str(outcome.stdout.lines().next().unwrap()).unwrap();
    assert_eq!(
        (&first["stack"], first["time"].is_string()),
        (&"order".into(), true),
        "{outcome}"
    );
}

#[test]
fn a_page_is_drawn_in_place_and_ends_with_q() {
    let stack = monitored();
    let looks = || stack.double.alarms(|alarms| alarms.looks_at_metrics());
    let watch = stack.stepwright(&["status", "--watch", "--interval", "1"]);
    let page = watch.on_terminal_until(80, || looks() >= 3, Some("q"));
    assert_eq!(page.code, Some(0), "{page}");
    assert!(page.stdout.starts_with("\u{1b}[?1049h\u{1b}[?25l\u{1b}[H"), "{page}");
    assert!(page.stdout.ends_with("\u{1b}[?25h\u{1b}[?1049l"), "{page}");
    let drawn: Vec<&str> = page.stdout.split("\u{1b}[H").skip(1).collect();
    assert!(drawn.len() >= 2, "{page}");
    for page in drawn {
        assert!(
            page.contains("every 1 s; q ends") && page.contains("error rate 16.7 %"),
            "{page}"
        );
    }
}

#[test]
fn a_page_without_a_keyboard_ends_with_ctrl_c() {
    let stack = monitored();
    let looks = || stack.double.alarms(|alarms| alarms.looks_at_metrics());
    let watch = stack.stepwright(&["status", "--watch", "--interval", "1"]);
    let page = watch.on_terminal_until(80, || looks() >= 4, None);
    assert_eq!(page.code, Some(0), "{page}");
    assert!(page.stdout.ends_with("\u{1b}[?25h\u{1b}[?1049l"), "{page}");
    assert!(page.stdout.matches("\u{1b}[H").count() >= 3, "{page}");
}

#[test]
fn a_page_keeps_what_it_has_when_a_look_fails() {
    let stack = monitored();
    let looks = || stack.double.alarms(|alarms| alarms.looks_at_metrics());
    stack.double.fail(crate::double::Fault {
        action: "GetMetricData",
        skip: 1,
        times: 1,
        kind: Kind::Refused(400, "ValidationError", "not now"),
    });
    let watch = stack.stepwright(&["status", "--watch", "--interval", "1"]);
    let page = watch.on_terminal_until(80, || looks() >= 3, Some("q"));
    assert_eq!(page.code, Some(0), "{page}");
    let failed = page
        .stdout
        .split("\u{1b}[H")
        .find(|page| page.contains("tried again every 1 s"))
        .unwrap();
    assert!(
        failed.contains("not now") && failed.contains("error rate 16.7 %"),
        "{page}"
    );
}

#[test]
fn what_a_deploy_that_failed_has_left() {
    let stack = Stack::new();
    stack.fail("CreateRole", 99, Kind::Refused(403, "AccessDenied", "no"));
    stack.stepwright(&["deploy", "--yes"]).run();
    assert_snapshot!(stack.run(&["status", "--quiet"]));
}

#[test]
fn functions_are_shown_at_the_versions_that_are_live() {
    let stack = Stack::new().deployed().changed("two").deployed();
    let outcome = stack.stepwright(&["rollback", "--yes"]).run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert_snapshot!(stack.run(&["status", "--quiet"]));
}

#[test]
fn who_changes_the_stack_is_told() {
    let stack = Stack::new().deployed();
    super::orphans::locked(&stack, "dev", &jiff::Timestamp::now().to_string());
    let outcome = stack.stepwright(&["status"]).run();
    let line = "is being changed: alice@laptop runs `destroy` (process 1) since 2026-01-01T00:00:00Z";
    assert!(outcome.stdout.contains(line), "{outcome}");
}
