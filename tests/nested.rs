//! `run`: executions that states start, and tasks that are mocked.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{Outcome, Workspace};

/// A workspace with the state machines `Parent` and `Child`, and `Quick`, which is an Express one.
fn family(parent: &Value) -> Workspace {
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

fn starts(resource: &str, machine: &str, input: Value) -> Value {
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
    let outcome = parent(&chosen);
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
}

const MOCKED: &str = r#"{
  "StartAt": "Send",
  "States": {
    "Send": { "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": true,
              "Parameters": { "QueueUrl": "q", "MessageBody": "m" },
              "Retry": [{ "ErrorEquals": ["Busy"] }] }
  }
}"#;

const MOCKS: &str = r#"{
  "StateMachines": { "send": { "TestCases": { "Retried": { "Send": "BusyTwice" }, "Good": { "Send": "Good" } } } },
  "MockedResponses": {
    "Good": { "0": { "Return": { "sent": true } } },
    "BusyTwice": { "0-1": { "Throw": { "Error": "Busy", "Cause": "later" } }, "2": { "Return": "at last" } }
  }
}"#;

fn mocked(arguments: &[&str]) -> Outcome {
    let workspace = Workspace::empty()
        .file("send.asl.json", MOCKED)
        .file("mocks.json", MOCKS);
    let run = ["run", "--definition", "send.asl.json", "--mock", "mocks.json"];
    workspace.stepwright(&[&run[..], arguments].concat()).run().timeless()
}

#[test]
fn a_mocked_task_calls_nothing_and_answers_attempt_by_attempt() {
    assert_snapshot!(mocked(&["--case", "Retried"]));
}

#[test]
fn the_case_must_be_one_of_the_file() {
    assert_snapshot!(mocked(&[]));
    assert_snapshot!(mocked(&["--case", "Godo"]));
    assert_snapshot!(mocked(&["--name", "other"]));
}

#[test]
fn a_malformed_mock_configuration_shows_the_place() {
    let workspace = Workspace::empty()
        .file("send.asl.json", MOCKED)
        .file("mocks.json", &MOCKS.replace("\"Return\"", "\"Give\""))
        .file("text.json", "mocks");
    for file in ["mocks.json", "text.json", "missing.json"] {
        let outcome = workspace
            .stepwright(&["run", "--definition", "send.asl.json", "--mock", file])
            .run();
        assert_snapshot!(file, outcome);
    }
}

#[test]
fn mocked_calls_have_the_history_of_their_pattern() {
    let outcome = mocked(&["--case", "Good", "--history", "-", "-q"]);
    let history: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let types = history["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["type"].as_str().unwrap());
    let expected = [
        "ExecutionStarted",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSubmitted",
        "TaskSucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
    ];
    assert_eq!(types.collect::<Vec<_>>(), expected);
}
