//! `history`, and `start --wait` and `redrive --wait`, which tell the same while it happens.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::Stack;
use crate::double::Kind;
use crate::state_machines::End;
use crate::support::timeless;

/// An execution with everything that is told in its own way: a Map with retries and failures, a Parallel, an error that is
/// caught, and one that is not.
const DEFINITION: &str = r#"{
  "StartAt": "Each",
  "States": {
    "Each": {
      "Type": "Map", "MaxConcurrency": 1, "Next": "Both",
      "ItemProcessor": {
        "StartAt": "Which",
        "States": {
          "Which": {
            "Type": "Choice", "Default": "Refuse",
            "Choices": [{ "Variable": "$", "NumericEquals": 1, "Next": "Retry" }, { "Variable": "$", "NumericEquals": 0, "Next": "Skip" }]
          },
          "Retry": {
            "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:Retry", "End": true,
            "Retry": [{ "ErrorEquals": ["Busy"], "IntervalSeconds": 2, "MaxAttempts": 2 }]
          },
          "Refuse": {
            "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:Refuse", "End": true,
            "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "Skip" }]
          },
          "Skip": { "Type": "Pass", "End": true }
        }
      }
    },
    "Both": {
      "Type": "Parallel", "Next": "Charge",
      "Branches": [
        { "StartAt": "Wait", "States": { "Wait": { "Type": "Wait", "Seconds": 130, "End": true } } },
        { "StartAt": "Again", "States": {
          "Again": { "Type": "Map", "Items": [1, 2], "QueryLanguage": "JSONata", "End": true,
            "ItemProcessor": { "StartAt": "One", "States": { "One": { "Type": "Pass", "End": true } } } } } }
      ]
    },
    "Charge": { "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:Charge", "End": true }
  }
}
"#;

const MOCKS: &str = r#"{
  "StateMachines": { "workflow": { "TestCases": { "All": { "Retry": "Retries", "Refuse": "Refusals", "Charge": "Charges" } } } },
  "MockedResponses": {
    "Retries": { "0-1": { "Throw": { "Error": "Busy", "Cause": "come back later" } }, "2": { "Return": 1 } },
    "Refusals": { "0": { "Throw": { "Error": "Refused", "Cause": "{\"errorMessage\": \"not this one\"}" } } },
    "Charges": { "0": { "Throw": { "Error": "NoMoney", "Cause": "none" } } }
  }
}
"#;

/// A deployed stack, what `run` tells of an execution, and its history as `run` writes it.
fn with_history() -> (Stack, String, Vec<Value>) {
    let stack = Stack::new()
        .file("run/workflow.asl.json", DEFINITION)
        .file("run/mocks.json", MOCKS)
        .deployed();
    let items = json!([0, 1, 2, 2, 2, 2, 2, 0, 0, 0]).to_string();
    let run = [
        "run",
        "--definition",
        "run/workflow.asl.json",
        "--mock",
        "run/mocks.json",
        "--input",
        &items,
    ];
    let outcome = stack
        .stepwright(&[&run[..], &["--history", "history.json"]].concat())
        .run();
    assert_eq!(outcome.code, Some(4), "{outcome}");
    let history = std::fs::read_to_string(stack.workspace.path().join("history.json")).unwrap();
    let history: Value = serde_json::from_str(&history).unwrap();
    (stack, outcome.stderr, history["events"].as_array().unwrap().clone())
}

/// The same with that history in AWS, all of it or the beginning.
fn on_aws(so_far: Option<usize>) -> (Stack, String, Vec<Value>) {
    let (stack, told, events) = with_history();
    stack.double.executions(|executions| {
        match so_far {
            None => {
                let ended = executions.add("first", "FAILED", "2026-11-25T08:00:00Z", Some(158_000));
                ended["error"] = json!("NoMoney");
                ended["cause"] = json!("none");
            }
            Some(_) => {
                executions.add("first", "RUNNING", "2099-01-01T00:00:00Z", None);
            }
        }
        executions.set_history("first", &events, so_far.unwrap_or(events.len()), 0);
    });
    (stack, told, events)
}

fn lines(text: &str) -> Vec<&str> {
    text.lines()
        .filter(|line| line.starts_with(['✓', '✗', '▸', '↷']))
        .collect()
}

#[test]
fn iterations_are_folded_and_their_failures_shown() {
    let (stack, ..) = on_aws(None);
    assert_snapshot!(timeless(&stack.run(&["history", "first"])));
}

#[test]
fn in_full_it_is_what_a_run_tells() {
    let (stack, told, _) = on_aws(None);
    for is_short in [false, true] {
        if is_short {
            stack.double.shorten_pages();
        }
        let outcome = stack.stepwright(&["history", "first", "--full", "-q"]).run();
        assert_eq!(lines(&outcome.stdout), lines(&told), "{outcome}");
    }
}

#[test]
fn as_json_it_is_what_aws_gives() {
    let (stack, _, events) = on_aws(None);
    stack.fail(
        "GetExecutionHistory",
        1,
        Kind::Refused(400, "ThrottlingException", "Rate exceeded"),
    );
    let outcome = stack.stepwright(&["history", "first", "--output", "json", "-q"]).run();
    let shown: Value = serde_json::from_str(&outcome.stdout).unwrap_or_else(|_| panic!("{outcome}"));
    assert_eq!(shown, json!({ "events": events }));
}

#[test]
fn what_is_under_way_is_shown_as_far_as_it_is() {
    let (_, _, events) = with_history();
    let place = |name: &str, event_type: &str| {
        let is_it = |event: &Value| event["type"] == event_type && event.to_string().contains(&format!("\"{name}\""));
        events.iter().position(is_it).unwrap() + 1
    };
    let (stack, ..) = on_aws(Some(place("Skip", "PassStateEntered")));
    assert_snapshot!(timeless(&stack.run(&["history", "first", "-q"])));
    let (stack, ..) = on_aws(Some(place("Wait", "WaitStateEntered")));
    assert_snapshot!(timeless(&stack.run(&["history", "first", "-q"])));
}

#[test]
fn a_state_is_told_as_it_happens() {
    let (stack, told, events) = with_history();
    stack.double.end_executions(End::Failed("NoMoney", "none"));
    stack
        .double
        .executions(|executions| executions.set_history("first", &events, 0, 15));
    let outcome = stack.stepwright(&["start", "--wait", "--name", "first"]).run();
    assert_eq!(outcome.code, Some(4), "{outcome}");
    let bare = |text: &str| {
        let names = lines(text)
            .into_iter()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        names.collect::<Vec<_>>()
    };
    assert_eq!(bare(&outcome.stderr), bare(&told), "{outcome}");
    assert!(outcome.stderr.contains("FAILED after 0 ms: NoMoney: none"), "{outcome}");
    let calls = stack.double.take_calls();
    let reads = calls.iter().filter(|call| *call == "GetExecutionHistory").count();
    assert!((events.len() / 15..events.len() / 15 + 5).contains(&reads), "{calls:?}");
}

#[test]
fn states_are_told_in_json_as_they_happen() {
    let (stack, _, events) = with_history();
    stack.double.end_executions(End::Failed("NoMoney", "none"));
    stack
        .double
        .executions(|executions| executions.set_history("first", &events[..9], 9, 0));
    let start = ["start", "--wait", "--name", "first", "--output", "json"];
    let outcome = stack.stepwright(&start).run();
    let told = stack.shown(outcome);
    assert!(told.contains(r#"{"event":"stateExited","#), "{told}");
    assert!(
        told.contains(r#"{"event":"executionEnded","name":"first","status":"FAILED","#),
        "{told}"
    );
}

#[test]
fn who_may_not_read_the_history_still_gets_the_result() {
    let stack = Stack::new().deployed();
    stack.double.end_executions(End::Succeeded(json!({ "order": 7 })));
    let denied = "User: arn:aws:iam::123456789012:user/x is not authorized to perform: states:GetExecutionHistory";
    stack.fail(
        "GetExecutionHistory",
        1,
        Kind::Refused(400, "AccessDeniedException", denied),
    );
    assert_snapshot!(stack.run(&["start", "--wait", "--name", "first"]).replace(" ms", ""));
}

#[test]
fn nothing_is_read_that_nobody_is_told() {
    let stack = Stack::new().deployed();
    stack.double.end_executions(End::Succeeded(json!({ "order": 7 })));
    stack.stepwright(&["start", "--wait", "-q"]).run();
    assert!(!stack.double.has_called("GetExecutionHistory"));
}

#[test]
fn after_a_redrive_only_what_is_new_is_told() {
    let (stack, _, mut events) = on_aws(None);
    let last = events.len();
    let more = |id: usize, event_type: &str, key: &str, details: Value| json!({ "id": id, "previousEventId": id - 1, "timestamp": "2026-11-25T09:00:00+00:00", "type": event_type, key: details });
    events.push(more(
        last + 1,
        "ExecutionRedriven",
        "executionRedrivenEventDetails",
        json!({ "redriveCount": 1 }),
    ));
    let charged = json!({ "name": "Charge", "output": "{}" });
    events.push(more(last + 2, "TaskStateExited", "stateExitedEventDetails", charged));
    events.push(more(
        last + 3,
        "ExecutionSucceeded",
        "executionSucceededEventDetails",
        json!({ "output": "{}" }),
    ));
    stack
        .double
        .executions(|executions| executions.set_history("first", &events, last, 0));
    let outcome = stack.stepwright(&["redrive", "first", "--wait"]).run();
    let told: Vec<&str> = outcome
        .stderr
        .lines()
        .filter(|line| line.starts_with(['↻', '✓', '✗']))
        .collect();
    assert_eq!(told.len(), 2, "{outcome}");
    assert_eq!(told[0], "↻ redriven");
    assert!(
        told[1].starts_with("✓ Charge") && told[1].ends_with("at attempt 2"),
        "{outcome}"
    );
    assert_eq!(
        (outcome.code, outcome.stdout.as_str()),
        (Some(0), "{\n  \"redriven\": true\n}\n")
    );
}

const GROUP: &str = "/aws/vendedlogs/states/order-dev-Workflow";

fn express_arn(name: &str, id: &str) -> String {
    format!("arn:aws:states:us-east-1:123456789012:express:order-dev-Workflow:{name}:{id}")
}

/// A deployed Express state machine with executions in its log: one whole, and others of which there is little.
fn express() -> (Stack, String) {
    express_logging("ALL")
}

/// The same with another level.
fn express_logging(level: &str) -> (Stack, String) {
    let express = super::CONFIGURATION.replace("definition = ", "type = \"EXPRESS\"\ndefinition = ");
    let express = format!("{express}\n[logs]\nlevel = \"{level}\"\n");
    let (stack, told, events) = with_history();
    let stack = stack.file("stepwright.toml", &express);
    let outcome = stack.stepwright(&["deploy", "--yes"]).run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let hours_ago = |hours: i64| jiff::Timestamp::now().as_millisecond() - hours * 3_600_000;
    stack.double.logs(|logs| {
        for event in &events {
            logs.add(GROUP, hours_ago(2), &logged(event, &express_arn("first", "id-1")));
        }
        logs.add(GROUP, hours_ago(3), "not an event");
        for id in ["id-2", "id-3"] {
            logs.add(GROUP, hours_ago(50), &logged(&events[0], &express_arn("second", id)));
        }
    });
    (stack, told)
}

/// The event as Step Functions logs it.
fn logged(event: &Value, arn: &str) -> String {
    let time: jiff::Timestamp = event["timestamp"]
        .as_str()
        .unwrap()
        .replace("+00:00", "Z")
        .parse()
        .unwrap();
    let event_fields = event.as_object().unwrap();
    let details = event_fields.iter().find(|(key, _)| key.ends_with("EventDetails"));
    let mut logged = json!({
        "id": event["id"].to_string(),
        "type": event["type"],
        "previous_event_id": event["previousEventId"].to_string(),
        "event_timestamp": time.as_millisecond().to_string(),
        "redrive_count": "0",
        "execution_arn": arn,
    });
    if let Some((_, details)) = details {
        logged["details"] = details.clone();
    }
    logged.to_string()
}

#[test]
fn an_express_execution_is_shown_from_its_log() {
    let (stack, told) = express();
    stack.double.shorten_pages();
    for given in [express_arn("first", "id-1").as_str(), "first", "fir"] {
        let outcome = stack.stepwright(&["history", given, "--full"]).run();
        assert_eq!(lines(&outcome.stdout), lines(&told), "{outcome}");
        assert!(
            outcome.stdout.contains("FAILED after") && outcome.stdout.ends_with(": NoMoney: none\n"),
            "{outcome}"
        );
    }
}

#[test]
fn what_a_log_leaves_out_is_told() {
    let history = ["history", &express_arn("first", "id-1")];
    let warned = |level: &str| express_logging(level).0.stepwright(&history).run();
    assert!(!warned("ALL").stderr.contains("warning"));
    let of_errors = warned("ERROR");
    assert!(
        of_errors
            .stderr
            .contains("warning: the log of `order-dev-Workflow` has level ERROR: of what went well it has nothing"),
        "{of_errors}"
    );
    let none = warned("OFF");
    assert_eq!(none.code, Some(2), "{none}");
    assert!(
        none.stderr
            .contains("`order-dev-Workflow` is an Express state machine that logs nothing"),
        "{none}"
    );
}

#[test]
fn what_no_log_has_is_told() {
    let (stack, _) = express();
    assert_snapshot!(stack.run(&["history", "second", "-q"]));
    assert_snapshot!(stack.run(&["history", "third", "-q"]));
    assert_snapshot!(stack.run(&["history", &express_arn("third", "id-4"), "-q"]));
    assert_snapshot!(Stack::new().run(&["history", "first", "-q"]));
}
