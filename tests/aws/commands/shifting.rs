use insta::assert_snapshot;
use rustix::process::Signal;

use super::Stack;
use super::deploy::in_order;

/// Version 1 is live, other code is there to be deployed, and an alarm watches.
fn changed() -> Stack {
    let configuration = format!("{}\n[deploy]\nalarms = [\"errors\"]\n", super::CONFIGURATION);
    let stack = Stack::new().file("stepwright.toml", &configuration).deployed();
    stack.double.alarms(|alarms| alarms.set("errors", None));
    stack.changed("two")
}

#[test]
fn a_canary_is_told_step_by_step() {
    let stack = changed();
    assert_snapshot!(in_order(&stack.run(&["deploy", "--yes", "--canary", "10%/1s"])));
}

#[test]
fn an_alarm_leads_back_and_is_told() {
    let stack = changed();
    stack
        .double
        .alarms(|alarms| alarms.raise_after(3, "errors", "3 errors in a minute"));
    let arguments = ["deploy", "--yes", "--quiet", "--linear", "25%/1s"];
    assert_snapshot!(in_order(&stack.run(&arguments)));
    assert_snapshot!(stack.run(&["plan"]));
}

#[test]
fn an_alarm_that_is_raised_or_missing_is_told_before_anything_changes() {
    let stack = changed();
    stack
        .double
        .alarms(|alarms| alarms.set("errors", Some("3 errors in a minute")));
    assert_snapshot!(stack.run(&["deploy", "--yes", "--quiet", "--canary", "10%/5m"]));
    let configuration = format!("{}\n[deploy]\nalarms = [\"erors\"]\n", super::CONFIGURATION);
    let stack = stack.file("stepwright.toml", &configuration);
    assert_snapshot!(stack.run(&["deploy", "--yes", "--quiet", "--canary", "10%/5m"]));
    assert_eq!(stack.mutations(), [""; 0]);
}

#[test]
fn ctrl_c_leads_back() {
    let stack = changed();
    let double = stack.double.clone();
    let ready = move || double.has_called_after("UpdateStateMachineAlias", "DescribeAlarms");
    let deploy = stack.stepwright(&["deploy", "--yes", "--quiet", "--canary", "10%/5m"]);
    assert_snapshot!(in_order(&stack.shown(deploy.run_until(ready, 1))));
    let status = stack.stepwright(&["status"]).run().stdout;
    assert!(status.contains("version 1 is live"), "{status}");
}

#[test]
fn a_deploy_that_is_killed_leaves_two_versions_live_and_the_next_completes_it() {
    let stack = changed();
    let double = stack.double.clone();
    let ready = move || double.has_called_after("UpdateStateMachineAlias", "DescribeAlarms");
    let deploy = stack.stepwright(&["deploy", "--yes", "--canary", "10%/5m"]);
    deploy.signalled(ready, Signal::KILL, 1);
    let status = stack.run(&["status", "--quiet"]);
    assert_snapshot!(
        status
            .lines()
            .filter(|line| line.contains("live"))
            .collect::<Vec<_>>()
            .join("\n")
    );
    assert_snapshot!(stack.run(&["plan"]));
    let stack = stack.deployed();
    let status = stack.stepwright(&["status"]).run().stdout;
    assert!(status.contains("version 2 is live"), "{status}");
}

#[test]
fn a_first_deploy_says_that_nothing_shifts() {
    let outcome = Stack::new()
        .stepwright(&["deploy", "--yes", "--quiet", "--canary", "10%/5m"])
        .run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert_snapshot!(outcome.stderr);
}

#[test]
fn what_is_no_part_of_the_traffic_is_told() {
    let refused = |arguments: &[&str]| {
        let outcome = Stack::new().nobody(arguments).run();
        assert_eq!(outcome.code, Some(2), "{outcome}");
        outcome.stderr.lines().next().unwrap().to_owned()
    };
    let refusals = [
        refused(&["deploy", "--canary", "10/5m"]),
        refused(&["deploy", "--linear", "10%/5"]),
        refused(&["deploy", "--canary", "10%"]),
        refused(&["deploy", "--canary", "10%/5m", "--linear", "10%/5m"]),
    ];
    assert_snapshot!(refusals.join("\n"));
}
