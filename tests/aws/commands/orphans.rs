use insta::assert_snapshot;
use stack::Scope;

use super::{CONFIGURATION, DEFINITION, Stack};
use crate::locking::{LONG_AGO, lock};

/// The workspace with a function of another name.
fn renamed(stack: Stack) -> Stack {
    stack
        .file(
            "stepwright.toml",
            &CONFIGURATION.replace("[functions.Confirm]", "[functions.Approve]"),
        )
        .file("workflow.asl.json", &DEFINITION.replace("\"Confirm\"", "\"Approve\""))
}

fn deploy(stack: &Stack, arguments: &[&str]) {
    let outcome = stack.stepwright(&[&["deploy", "--yes"], arguments].concat()).run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    stack.double.take_calls();
}

#[test]
fn a_stack_that_is_as_the_workspace_says_has_none() {
    let stack = Stack::new().deployed();
    assert_snapshot!(stack.run(&["orphans"]));
    assert_eq!(stack.mutations(), [""; 0]);
}

#[test]
fn a_stage_that_is_not_declared_is_listed_and_deleted_on_request() {
    let stack = Stack::new().deployed();
    deploy(&stack, &["--stage", "old"]);
    assert_snapshot!(stack.run(&["orphans"]));
    assert_eq!(stack.mutations(), [""; 0]);
    assert_snapshot!(stack.run(&["orphans", "--delete", "--quiet"]));
    assert_eq!(stack.mutations(), [""; 0]);
    let outcome = stack.stepwright(&["orphans", "--delete", "--yes"]).run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let mut calls = stack.mutations();
    // The lock of the stage, which is another one.
    calls.retain(|call| call.starts_with("Delete"));
    assert_eq!(calls.first().unwrap(), "DeleteStateMachine");
    assert_eq!(calls.last().unwrap(), "DeleteLogGroup");
    assert_snapshot!(stack.run(&["orphans", "--quiet"]));
    let plan = stack.stepwright(&["plan", "--detailed-exitcode"]).run();
    assert_eq!(plan.code, Some(0), "{plan}");
}

#[test]
fn orphans_for_programs() {
    let stack = Stack::new();
    deploy(&stack, &["--stage", "old"]);
    stack.stepwright(&["start", "--stage", "old"]).run();
    assert_snapshot!(stack.run(&["orphans", "--output", "json", "--quiet"]));
}

#[test]
fn a_declared_stage_and_the_chosen_one_have_none() {
    let stack = Stack::new();
    for stage in ["dev", "prod", "test"] {
        deploy(&stack, &["--stage", stage]);
    }
    let found = |stack: &Stack, arguments: &[&str]| {
        let arguments = [&["orphans", "--output", "json"], arguments].concat();
        let outcome = stack.stepwright(&arguments).run();
        let listed: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
        let orphans = listed["orphans"].as_array().unwrap().iter();
        let mut stages: Vec<String> = orphans
            .map(|orphan| orphan["stage"].as_str().unwrap().to_owned())
            .collect();
        stages.dedup();
        stages
    };
    assert_eq!(found(&stack, &[]), ["prod", "test"]);
    assert_eq!(found(&stack, &["--stage", "test"]), ["prod"]);
    let stack = stack.file(
        "stepwright.toml",
        &format!("{CONFIGURATION}\n[stages.prod]\nmemory = 512\n"),
    );
    assert_eq!(found(&stack, &[]), ["test"]);
}

#[test]
fn what_was_renamed_away_is_left_as_long_as_it_is_used() {
    let stack = renamed(Stack::new().deployed());
    assert_snapshot!(stack.run(&["orphans", "--delete", "--yes", "--quiet"]));
    assert_eq!(stack.mutations(), [""; 0]);
}

#[test]
fn a_machine_that_was_renamed_away_goes_after_its_executions_were_told_of() {
    let stack = Stack::new().deployed();
    stack.stepwright(&["start"]).run();
    stack.double.take_calls();
    let stack = stack.file(
        "stepwright.toml",
        &CONFIGURATION.replace("machines.Workflow", "machines.Order"),
    );
    assert_snapshot!(stack.run(&["orphans", "--delete", "--yes", "--stop-executions"]));
    let calls = stack.mutations();
    assert_eq!(calls[..2], ["StopExecution", "DeleteStateMachine"]);
}

/// Somebody else has the stage's lock, or died with it.
#[tokio::main(flavor = "current_thread")]
pub(super) async fn locked(stack: &Stack, stage: &str, renewed: &str) {
    let scope = Scope {
        partition: "aws".into(),
        account: "123456789012".into(),
        region: "us-east-1".into(),
        stack: "order".into(),
        stage: stage.into(),
    };
    lock(&stack.double, &scope, renewed).await;
}

#[test]
fn the_lock_of_a_stage_that_is_no_more_is_one_once_nobody_can_hold_it() {
    let stack = Stack::new();
    let now = jiff::Timestamp::now().to_string();
    for (stage, renewed) in [("old", LONG_AGO), ("older", &now), ("dev", LONG_AGO)] {
        locked(&stack, stage, renewed);
    }
    let outcome = stack.stepwright(&["orphans", "--delete", "--yes", "--quiet"]).run();
    let lines: Vec<&str> = outcome.stdout.lines().filter(|line| line.contains("lock")).collect();
    assert_eq!(lines, ["  log group     /stepwright/order/old/lock"], "{outcome}");
    assert!(
        stack
            .run(&["orphans", "--quiet"])
            .contains("nothing of order is orphaned")
    );
}

#[test]
fn alarms_and_the_dashboard_of_a_stage_that_is_no_more_are_some() {
    let watched =
        CONFIGURATION.replace("stack = \"order\"\n", "stack = \"order\"\ndashboard = true\n") + "\n[alarms]\n";
    let stack = Stack::new().file("stepwright.toml", &watched);
    deploy(&stack, &["--stage", "old"]);
    deploy(&stack, &[]);
    let outcome = stack.stepwright(&["orphans", "--delete", "--yes", "--quiet"]).run();
    assert_snapshot!(outcome.stdout);
    let left = stack.double.alarms(|alarms| alarms.names());
    assert!(
        left.len() == 11 && left.iter().all(|name| name.starts_with("order-dev")),
        "{left:?}"
    );
}

#[test]
fn a_stage_that_somebody_deploys_is_not_deleted() {
    let stack = Stack::new();
    deploy(&stack, &["--stage", "old"]);
    locked(&stack, "old", &jiff::Timestamp::now().to_string());
    assert_snapshot!(stack.run(&["orphans", "--delete", "--yes", "--quiet"]));
    let calls = stack.mutations();
    assert!(!calls.iter().any(|call| call.starts_with("Delete")), "{calls:?}");
}

#[test]
fn what_others_made_is_no_orphan() {
    let stack = Stack::new();
    super::destroy::foreign_functions(&stack);
    let elsewhere = stack
        .stepwright(&["deploy", "--yes", "--stage", "old", "--region", "eu-west-1"])
        .run();
    assert_eq!(elsewhere.code, Some(0), "{elsewhere}");
    stack.double.take_calls();
    let outcome = stack.stepwright(&["orphans", "--delete", "--yes"]).run();
    assert!(outcome.stdout.starts_with("nothing of order is orphaned"), "{outcome}");
    assert_eq!(stack.mutations(), [""; 0]);
    let outcome = stack.stepwright(&["orphans", "--region", "eu-west-1"]).run();
    assert!(outcome.stdout.starts_with("9 orphan(s) of order"), "{outcome}");
}
