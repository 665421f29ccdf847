//! `run`: executions that states start.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{Outcome, Workspace};

/// A workspace with the state machines `Parent` and `Child`, and `Quick`, which is an Express one.
pub(crate) fn family(parent: &Value) -> Workspace {
    let child = json!({ "StartAt": "Sleep", "States": {
        "Sleep": { "Type": "Wait", "Seconds": 3600, "Next": "IsGood" },
        "IsGood": { "Type": "Choice", "Choices": [{ "Variable": "$.good", "BooleanEquals": true, "Next": "Done" }],
                    "Default": "Bad" },
        "Done": { "Type": "Succeed" },
        "Bad": { "Type": "Fail", "Error": "Naughty", "Cause": "it was not good" } } });
    Workspace::empty()
        .file(
            "stepwright.toml",
            "stack = \"kin\"\n[machines.Parent]\ndefinition = \"parent.asl.json\"\n\
             [machines.Child]\ndefinition = \"child.asl.json\"\n\
             [machines.Quick]\ndefinition = \"child.asl.json\"\ntype = \"EXPRESS\"\n",
        )
        .file("parent.asl.json", &parent.to_string())
        .file("child.asl.json", &child.to_string().replace("3600", "60"))
}

pub(crate) fn starts(resource: &str, machine: &str, input: Value) -> Value {
    json!({ "StartAt": "Start", "States": { "Start": {
        "Type": "Task", "Resource": format!("arn:aws:states:::{resource}"), "End": true,
        "Parameters": { "StateMachineArn": format!("${{{machine}}}"), "Input": input } } } })
}

fn parent(definition: &Value) -> Outcome {
    family(definition).stepwright(&["run", "Parent", "--seed", "1"]).run()
}

fn output(definition: &Value) -> Value {
    let outcome = parent(definition);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    serde_json::from_str(&outcome.stdout).unwrap()
}

#[test]
fn a_nested_execution_runs_for_real_in_virtual_time() {
    let outcome = parent(&starts(
        "states:startExecution.sync:2",
        "Child",
        json!({ "good": true }),
    ));
    assert_snapshot!(outcome.timeless());
}

#[test]
fn sync_gives_text_and_sync_2_gives_json() {
    let sync = output(&starts("states:startExecution.sync", "Child", json!({ "good": true })));
    assert_eq!(
        (&sync["Output"], &sync["Input"]),
        (&json!(r#"{"good":true}"#), &json!(r#"{"good":true}"#))
    );
    let sync2 = output(&starts(
        "states:startExecution.sync:2",
        "Child",
        json!({ "good": true }),
    ));
    assert_eq!(
        (&sync2["Output"], &sync2["Input"]),
        (&json!({ "good": true }), &json!({ "good": true }))
    );
}

#[test]
fn a_nested_execution_that_fails_fails_the_task_with_its_description() {
    let outcome = parent(&starts("states:startExecution.sync", "Child", json!({ "good": false })));
    assert_eq!(outcome.code, Some(4), "{outcome}");
    let error: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(error["Error"], "States.TaskFailed");
    let cause: Value = serde_json::from_str(error["Cause"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&cause["Status"], &cause["Error"]),
        (&json!("FAILED"), &json!("Naughty"))
    );
}

#[test]
fn a_timeout_ends_the_wait_for_a_nested_execution() {
    let mut definition = starts("states:startExecution.sync", "Child", json!({ "good": true }));
    definition["States"]["Start"]["TimeoutSeconds"] = json!(59);
    let outcome = parent(&definition);
    assert_eq!(outcome.code, Some(4), "{outcome}");
    assert!(outcome.stdout.contains("States.Timeout"), "{outcome}");
}

#[test]
fn an_execution_that_nobody_waits_for_goes_on_to_its_end() {
    let outcome = parent(&starts("states:startExecution", "Child", json!({ "good": true })));
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert!(outcome.stdout.contains(":execution:kin-dev-Child:"), "{outcome}");
    assert!(outcome.stderr.contains("kin-dev-Child › Done"), "{outcome}");
}

#[test]
fn executions_inside_and_around_share_one_clock() {
    let wait = |seconds: u64| json!({ "Type": "Wait", "Seconds": seconds, "Next": "Late" });
    let late = json!({ "Type": "Fail", "Error": "Late" });
    let mut definition = starts("states:startExecution.sync", "Child", json!({ "good": true }));
    let start = definition["States"]["Start"].take();
    let definition = json!({ "StartAt": "Both", "States": { "Both": { "Type": "Parallel", "End": true, "Branches": [
        { "StartAt": "Start", "States": { "Start": start } },
        { "StartAt": "Wait", "States": { "Wait": wait(59), "Late": late } } ] } } });
    let outcome = parent(&definition);
    assert_eq!(outcome.code, Some(4), "{outcome}");
    assert!(outcome.stdout.contains("Late"), "{outcome}");
    assert!(!outcome.stderr.contains("IsGood"), "the child goes on: {outcome}");
}

#[test]
fn an_express_execution_cannot_be_waited_for_as_a_job() {
    let outcome = parent(&starts(
        "states:startExecution.sync:2",
        "Quick",
        json!({ "good": true }),
    ));
    assert_eq!(outcome.code, Some(4), "{outcome}");
    assert!(outcome.stdout.contains("is of type EXPRESS"), "{outcome}");
}

#[test]
fn the_sdk_gives_times_as_text_and_says_how_often_it_tried() {
    let started = output(&starts("aws-sdk:sfn:startExecution", "Child", json!("{}")));
    assert_eq!(started.as_object().unwrap().len(), 2, "{started}");
    let date = started["StartDate"].as_str().unwrap();
    assert!(date.ends_with('Z') && date.contains('T'), "{date}");
    let outcome = parent(&starts("aws-sdk:sfn:startExecution", "Child", json!("not json")));
    let cause = "Invalid State Machine Execution Input: 'Unrecognized token 'not': was expecting (JSON String, Number, \
                 Array, Object or token 'null', 'true' or 'false')' (Service: Sfn, Status Code: 400, Request ID: ";
    assert!(outcome.stdout.contains(cause), "{outcome}");
    assert!(outcome.stdout.contains(") (SDK Attempt Count: 1)"), "{outcome}");
}

#[test]
fn a_state_machine_chosen_at_run_time_is_refused_when_it_is_started() {
    let mut definition = starts("states:startExecution.sync", "Child", json!({ "good": true }));
    let parameters = &mut definition["States"]["Start"]["Parameters"];
    parameters.as_object_mut().unwrap().remove("StateMachineArn");
    parameters["StateMachineArn.$"] = json!("$.machine");
    let cloud = json!({ "StartAt": "Send", "States": { "Send": {
        "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true } } });
    let workspace = family(&definition).file("cloud.asl.json", &cloud.to_string());
    let toml = std::fs::read_to_string(workspace.path().join("stepwright.toml")).unwrap();
    let toml = toml + "[machines.Cloud]\ndefinition = \"cloud.asl.json\"\n";
    let workspace = workspace.file("stepwright.toml", &toml);
    let started = |name: &str| {
        let arn = format!("arn:aws:states:us-east-1:123456789012:stateMachine:{name}");
        let input = json!({ "machine": arn }).to_string();
        workspace
            .stepwright(&["run", "Parent", "--no-iam", "--input", &input])
            .run()
    };
    let child = started("Child");
    assert_eq!(child.code, Some(0), "{child}");
    let cloud = started("Cloud");
    assert_eq!(cloud.code, Some(4), "{cloud}");
    let why = "cannot be run offline: state `Send` calls an AWS service, which is not on this machine";
    assert!(cloud.stdout.contains(why), "{cloud}");
}

#[test]
fn an_express_execution_answers_at_once_and_tells_of_its_failure() {
    let sync = output(&starts(
        "aws-sdk:sfn:startSyncExecution",
        "Quick",
        json!("{\"good\":false}"),
    ));
    assert_eq!((&sync["Status"], &sync["Error"]), (&json!("FAILED"), &json!("Naughty")));
}

#[test]
fn an_unknown_state_machine_is_refused_before_the_start_or_fails_the_task() {
    let unknown = starts("states:startExecution.sync", "Child", json!({}));
    let text = unknown
        .to_string()
        .replace("${Child}", "arn:aws:states:us-east-1:123456789012:stateMachine:Chil");
    assert_snapshot!(parent(&serde_json::from_str(&text).unwrap()));
    let mut chosen = unknown;
    chosen["States"]["Start"]["Parameters"] = json!({ "StateMachineArn.$": "$$.Execution.Id" });
    let outcome = family(&chosen).stepwright(&["run", "Parent", "--no-iam"]).run();
    assert!(
        outcome
            .stdout
            .contains("StepFunctions.StateMachineDoesNotExistException"),
        "{outcome}"
    );
}

#[test]
fn a_state_machine_that_starts_itself_ends_somewhere() {
    let outcome = parent(&starts("states:startExecution.sync", "Parent", json!({})));
    assert_eq!(outcome.code, Some(4));
    assert!(outcome.stderr.contains("StepFunctions.ExecutionLimitExceededException"));
    // Each cause holds the one before, with twice the backslashes.
    assert!(outcome.stdout.len() < 100_000);
    let last = outcome.stderr.lines().last().unwrap();
    assert!(last.contains("Execution Limit Exceeded"), "{last}");
    assert!(outcome.stderr.len() < 40_000, "{}", outcome.stderr.len());
}
