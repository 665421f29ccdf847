//! `run`: tasks that are mocked.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::{
    nested::{family, starts},
    support::{Outcome, Workspace},
};

const MOCKED: &str = r#"{
  "StartAt": "Send",
  "States": {
    "Send": { "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": true,
              "Parameters": { "QueueUrl": "q", "MessageBody": "m" },
              "Retry": [{ "ErrorEquals": ["Busy"] }] }
  }
}"#;

const MOCKS: &str = r#"{
  "StateMachines": { "send": { "TestCases": { "Retried": { "Send": "BusyTwice" }, "Good": { "Send": "Good" },
                                       "Silent": { "Send": "Silent" } } } },
  "MockedResponses": {
    "Good": { "0": { "Return": { "sent": true } } },
    "Silent": { "0": { "Throw": { "Error": "States.HeartbeatTimeout" } } },
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

/// A Parallel and a Map that are tried again, and states whose expressions fail: at once, in a branch, and at their end.
const TRIED: &str = r#"{
  "StartAt": "Both",
  "States": {
    "Both": { "Type": "Parallel", "Next": "Each",
              "Branches": [{ "StartAt": "Pack", "States": {
                "Pack": { "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Next": "Ship",
                          "Parameters": { "QueueUrl": "q", "MessageBody": "m" } },
                "Ship": { "Type": "Pass", "End": true } } }],
              "Retry": [{ "ErrorEquals": ["Busy"], "MaxAttempts": 2 }],
              "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "Each" }] },
    "Each": { "Type": "Map", "QueryLanguage": "JSONata", "Items": [7], "Next": "None", "Output": "{% $nothing %}",
              "ItemProcessor": { "StartAt": "Count", "States": {
                "Count": { "Type": "Pass", "QueryLanguage": "JSONata", "End": true } } },
              "Retry": [{ "ErrorEquals": ["States.QueryEvaluationError"], "MaxAttempts": 1 }],
              "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "None" }] },
    "None": { "Type": "Map", "QueryLanguage": "JSONata", "Items": "{% 5 %}", "Next": "Last",
              "ItemProcessor": { "StartAt": "Never", "States": { "Never": { "Type": "Pass", "End": true } } },
              "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "Last" }] },
    "Last": { "Type": "Parallel",
              "Branches": [{ "StartAt": "Look", "States": {
                "Look": { "Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $nothing %}", "End": true } } }],
              "End": true }
  }
}"#;

#[test]
fn what_fails_or_is_tried_again_is_told_where_it_is() {
    let mocks = MOCKS.replace(r#""Silent": { "Send": "Silent" }"#, r#""Busy": { "Pack": "Busy" }"#);
    let busy = r#""Busy": { "0-2": { "Throw": { "Error": "Busy", "Cause": "later" } } }, "BusyTwice""#;
    let workspace = Workspace::empty().file("send.asl.json", TRIED).file(
        "mocks.json",
        &mocks.replace(r#""BusyTwice": {"#, &format!("{busy}: {{")),
    );
    let run = [
        "run",
        "--definition",
        "send.asl.json",
        "--mock",
        "mocks.json",
        "--case",
        "Busy",
    ];
    assert_snapshot!(workspace.stepwright(&run).run().timeless());
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
    let types = history(&mocked(&["--case", "Good", "--history", "-", "-q"]));
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
    assert_eq!(types, expected);
    let types = history(&mocked(&["--case", "Silent", "--history", "-", "-q"]));
    let expected = [
        "ExecutionStarted",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSubmitted",
        "TaskTimedOut",
        "ExecutionFailed",
    ];
    assert_eq!(types, expected);
}

fn history(outcome: &Outcome) -> Vec<String> {
    let history: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let events = history["events"].as_array().unwrap().iter();
    events.map(|event| event["type"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_mock_of_what_is_no_task_is_refused() {
    let workspace = Workspace::empty().file("send.asl.json", MOCKED);
    for state in ["Sedn", "After"] {
        let mocks = MOCKS.replace(r#""Good": { "Send""#, &format!(r#""Good": {{ "{state}""#));
        let definition = MOCKED.replace(r#""End": true,"#, r#""Next": "After","#);
        let definition = definition.replace("\n  }\n}", ",\n    \"After\": { \"Type\": \"Succeed\" }\n  }\n}");
        std::fs::write(workspace.path().join("mocks.json"), mocks).unwrap();
        std::fs::write(workspace.path().join("send.asl.json"), definition).unwrap();
        let arguments = [
            "run",
            "--definition",
            "send.asl.json",
            "--mock",
            "mocks.json",
            "--case",
            "Good",
        ];
        assert_snapshot!(state, workspace.stepwright(&arguments).run());
    }
}

#[test]
fn a_state_machine_without_test_cases_says_so() {
    let mocks = r#"{ "StateMachines": { "send": { "TestCases": {} } }, "MockedResponses": {} }"#;
    let workspace = Workspace::empty()
        .file("send.asl.json", MOCKED)
        .file("mocks.json", mocks);
    let arguments = ["run", "--definition", "send.asl.json", "--mock", "mocks.json"];
    let outcome = workspace.stepwright(&arguments).run();
    assert_eq!(outcome.code, Some(2), "{outcome}");
    let told = "the state machine `send` has no test case at all";
    assert!(outcome.stderr.contains(told), "{outcome}");
}

#[test]
fn nested_executions_are_mocked_by_the_test_case_of_the_same_name() {
    let child = json!({ "StartAt": "Send", "States": { "Send": {
        "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true } } });
    let mocks = json!({
        "StateMachines": {
            "Parent": { "TestCases": { "Sent": {}, "Lost": {} } },
            "Child": { "TestCases": { "Sent": { "Send": "Sent" } } },
        },
        "MockedResponses": { "Sent": { "0": { "Return": { "sent": true } } } },
    });
    let parent = starts("states:startExecution.sync:2", "Child", json!({}));
    let workspace = family(&parent)
        .file("child.asl.json", &child.to_string())
        .file("mocks.json", &mocks.to_string());
    let case = |name: &str| {
        let arguments = ["run", "Parent", "--mock", "mocks.json", "--case", name];
        workspace.stepwright(&arguments).run()
    };
    let sent = case("Sent");
    assert_eq!(sent.code, Some(0), "{sent}");
    let output: Value = serde_json::from_str(&sent.stdout).unwrap();
    assert_eq!(output["Output"], json!({ "sent": true }));
    // Without a case of that name it is run for real, which it cannot be.
    assert_eq!(case("Lost").code, Some(3));
}
