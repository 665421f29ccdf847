//! `run`: executions over real bootstraps.

mod environment;
mod interrupting;

use std::{
    path::{Path, PathBuf},
    sync::OnceLock,
};

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{Invocation, Outcome, Workspace, stepwright};

const DO: &str = r#"{
  "StartAt": "Do",
  "States": {
    "Do": { "Type": "Task", "Resource": "arn:aws:lambda:REGION:ACCOUNT_ID:function:Puppet", "End": true }
  }
}"#;

/// A workspace with one function that does what its event says, built once.
fn puppet() -> &'static Workspace {
    static WORKSPACE: OnceLock<Workspace> = OnceLock::new();
    WORKSPACE.get_or_init(|| {
        Workspace::empty()
            .file(
                "stepwright.toml",
                "stack = \"show\"\n\n\
                 [functions.Puppet]\npackage = \"puppet\"\ntimeout = 1\n\n\
                 [functions.Sleeper]\npackage = \"puppet\"\ntimeout = 60\n\n\
                 [functions.Terminated]\npackage = \"puppet\"\ntimeout = 60\n\n\
                 [functions.HungUp]\npackage = \"puppet\"\ntimeout = 60\n\n\
                 [functions.Deserted]\npackage = \"puppet\"\ntimeout = 2\n\n\
                 [functions.Broken]\npackage = \"puppet\"\nenvironment = { AT_START = \"exit\" }\n\n\
                 [machines.Show]\ndefinition = \"do.asl.json\"\n",
            )
            .file("Cargo.toml", "[workspace]\nmembers = [\"puppet\"]\nresolver = \"3\"\n")
            .package("puppet", include_str!("fixtures/puppet.rs"))
            .file("do.asl.json", DO)
    })
}

/// The binary in that workspace.
fn in_puppet(arguments: &[&str]) -> Invocation {
    puppet().stepwright(arguments).quick_builds()
}

/// What `run` of the workspace's own machine does with an input.
fn show(input: &str) -> Outcome {
    in_puppet(&["run", "--input", input]).run().timeless()
}

/// What `run` does with a definition of one or more states, the first of which is `A`.
fn states(states: Value) -> Outcome {
    definition(&json!({ "StartAt": "A", "States": states }).to_string(), "{}")
}

fn definition(text: &str, input: &str) -> Outcome {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("machine.asl.json");
    std::fs::write(&path, text).unwrap();
    let path = path.display().to_string();
    let mut outcome = in_puppet(&["run", "--definition", &path, "--input", input])
        .run()
        .timeless();
    outcome.stderr = outcome
        .stderr
        .replace(&directory.path().display().to_string(), "[DIRECTORY]");
    outcome
}

fn puppet_task(next: (&str, Value)) -> Value {
    json!({ "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", next.0: next.1,
            "Parameters": { "FunctionName": "${Puppet}", "Payload.$": "$" }, "OutputPath": "$.Payload" })
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// What `run` does with the order workflow.
fn order(arguments: &[&str]) -> Outcome {
    let arguments = [&["run"], arguments].concat();
    stepwright(&repository(), &arguments).run().timeless()
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn the_order_workflow_confirms_the_bundled_order() {
    assert_snapshot!(order(&["-q"]));
}

#[test]
fn an_invalid_order_fails_the_execution() {
    let outcome = order(&["-q", "--input", r#"{"order":{"product_id":"123"}}"#]);
    assert_snapshot!(outcome);
}

#[test]
fn a_provider_that_is_down_is_asked_again_until_the_retries_are_used_up() {
    let input = r#"{"order":{"order_id":"o","product_id":"123","quantity":5,"payment":{"token":"tok_unavailable"}}}"#;
    let outcome = order(&["--input", input]);
    assert_eq!(outcome.code, Some(4), "{outcome}");
    assert_eq!(json_of(&outcome.stdout)["Error"], "PaymentUnavailable");
    assert_eq!(outcome.stderr.matches("✗ ProcessPayment").count(), 6, "{outcome}");
}

/// The shape of a definition that newcomers bring along.
#[test]
fn placeholders_of_a_region_and_an_account_mean_the_workspace() {
    let task = |name: &str, next: (&str, Value)| {
        let arn = format!("arn:aws:lambda:REGION:ACCOUNT_ID:function:{name}Function");
        json!({ "Type": "Task", "Resource": arn, next.0: next.1 })
    };
    let definition = json!({ "StartAt": "ValidateOrder", "States": {
        "ValidateOrder": task("ValidateOrder", ("Next", json!("CheckInventory"))),
        "CheckInventory": task("CheckInventory", ("Next", json!("ProcessPayment"))),
        "ProcessPayment": task("ProcessPayment", ("Next", json!("ConfirmOrder"))),
        "ConfirmOrder": task("ConfirmOrder", ("End", json!(true))),
    }});
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("order.asl.json");
    std::fs::write(&path, definition.to_string()).unwrap();
    let input = r#"{"order": {"product_id": "123", "quantity": 5}}"#;
    let outcome = order(&["-q", "--definition", path.to_str().unwrap(), "--input", input]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert_eq!(json_of(&outcome.stdout)["total"]["minor_units"], 12495);
}

#[test]
fn states_are_told_as_they_happen() {
    assert_snapshot!(states(json!({
        "A": { "Type": "Pass", "Result": [{ "do": "echo" }, { "do": "fail" }], "Next": "Each" },
        "Each": { "Type": "Map", "MaxConcurrency": 1, "End": true, "ItemProcessor": {
            "StartAt": "Call", "States": {
                "Call": { "Type": "Task", "Resource": "arn:aws:lambda:REGION:ACCOUNT_ID:function:Puppet", "End": true,
                          "Retry": [{ "ErrorEquals": ["Refused"], "MaxAttempts": 1 }],
                          "Catch": [{ "ErrorEquals": ["Refused"], "Next": "Wait" }] },
                "Wait": { "Type": "Wait", "Seconds": 86400, "End": true } } } },
    })));
}

#[test]
fn states_are_told_in_json() {
    let outcome = in_puppet(&["run", "--input", r#"{"do":"fail"}"#, "--output", "json"])
        .run()
        .timeless();
    assert_snapshot!(outcome);
}

#[test]
fn a_function_that_fails_fails_the_task_with_its_own_error() {
    assert_snapshot!(show(r#"{"do":"fail"}"#));
}

#[test]
fn a_function_that_hangs_is_killed_at_its_timeout() {
    assert_snapshot!(show(r#"{"do":"hang"}"#));
}

#[test]
fn a_function_that_exits_is_a_runtime_error() {
    assert_snapshot!(show(r#"{"do":"exit"}"#));
}

#[test]
fn an_answer_that_is_no_json_is_refused() {
    assert_snapshot!(show(r#"{"do":"garbage"}"#));
}

#[test]
fn an_answer_over_the_payload_limit_is_refused() {
    assert_snapshot!(show(r#"{"do":"large"}"#));
}

#[test]
fn a_bootstrap_that_exits_at_once_is_a_runtime_error() {
    let broken = DO.replace("function:Puppet", "function:Broken");
    assert_snapshot!(definition(&broken, "{}"));
}

#[test]
fn functions_see_nothing_of_this_environment() {
    let outcome = show(r#"{"do":"environment"}"#);
    let names = json_of(&outcome.stdout);
    let names: Vec<&str> = names.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(
        names.contains(&"AWS_LAMBDA_FUNCTION_NAME") && !names.contains(&"HOME"),
        "{names:?}"
    );
}

#[test]
fn the_optimised_integration_wraps_the_answer() {
    let outcome = states(json!({ "A": {
        "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
        "Parameters": { "FunctionName": "${PuppetArn}", "Payload": { "do": "echo" } },
        "ResultSelector": { "payload.$": "$.Payload", "status.$": "$.StatusCode",
                            "length.$": "$.SdkHttpMetadata.HttpHeaders.Content-Length" } } }));
    assert_eq!(
        json_of(&outcome.stdout),
        json!({ "payload": { "do": "echo" }, "status": 200, "length": "13" })
    );
}

#[test]
fn the_sdk_integration_takes_and_gives_text() {
    let outcome = states(json!({ "A": {
        "Type": "Task", "Resource": "arn:aws:states:::aws-sdk:lambda:invoke", "End": true,
        "Parameters": { "FunctionName": "Puppet", "Payload": "{\"do\":\"echo\"}" },
        "ResultSelector": { "payload.$": "$.Payload" } } }));
    assert_eq!(json_of(&outcome.stdout), json!({ "payload": "{\"do\":\"echo\"}" }));
}

#[test]
fn the_sdk_integration_tells_of_an_error_and_does_not_fail() {
    let outcome = states(json!({ "A": {
        "Type": "Task", "Resource": "arn:aws:states:::aws-sdk:lambda:invoke", "End": true,
        "Parameters": { "FunctionName": "Puppet", "Payload": "{\"do\":\"fail\"}" } } }));
    let answer = json_of(&outcome.stdout);
    let names: Vec<&String> = answer.as_object().unwrap().keys().collect();
    assert_eq!(names, ["ExecutedVersion", "FunctionError", "Payload", "StatusCode"]);
    assert_eq!(answer["FunctionError"], "Unhandled");
    assert_eq!(json_of(answer["Payload"].as_str().unwrap())["errorType"], "Refused");
}

#[test]
fn an_invocation_that_is_not_waited_for_is_answered_at_once() {
    for (invocation, status) in [("Event", 202), ("DryRun", 204)] {
        let outcome = states(json!({ "A": {
            "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
            "Parameters": { "FunctionName": "Puppet", "InvocationType": invocation, "Payload": { "do": "fail" } },
            "ResultSelector": { "status.$": "$.StatusCode" } } }));
        assert_eq!(json_of(&outcome.stdout), json!({ "status": status }), "{outcome}");
    }
}

#[test]
fn a_function_chosen_at_run_time_may_not_exist() {
    let mut chosen = puppet_task(("End", json!(true)));
    chosen["Parameters"] = json!({ "FunctionName.$": "$.name", "Payload": {} });
    let machine = json!({ "StartAt": "A", "States": { "A": chosen } }).to_string();
    assert_snapshot!(definition(&machine, r#"{"name":"Nobody"}"#));
}

#[test]
fn a_task_that_calls_what_is_not_here_is_refused_before_the_start() {
    assert_snapshot!(states(json!({
        "A": { "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:Pupet", "Next": "B" },
        "B": { "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Next": "C",
               "Parameters": { "QueueUrl": "https://sqs.us-east-1.amazonaws.com/1/q", "MessageBody": "m" } },
        "C": { "Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:work", "End": true } })));
}

#[test]
fn a_placeholder_without_a_value_is_one_error() {
    assert_snapshot!(states(json!({
        "A": { "Type": "Task", "Resource": "${Pupet}", "Next": "B" },
        "B": { "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:${Pupet}", "End": true } })));
}

#[test]
fn a_task_that_waits_for_its_token_is_refused_before_the_start() {
    let mut waiting = puppet_task(("End", json!(true)));
    waiting["Resource"] = json!("arn:aws:states:::lambda:invoke.waitForTaskToken");
    waiting["Parameters"]["Payload.$"] = json!("$$.Task.Token");
    assert_snapshot!(states(json!({ "A": waiting })));
}

#[test]
fn a_failure_has_no_more_than_it_was_given() {
    for (fail, expected) in [
        (json!({}), json!({})),
        (json!({ "Error": "Odd" }), json!({ "Error": "Odd" })),
        (json!({ "Cause": "why" }), json!({ "Cause": "why" })),
    ] {
        let mut state = fail.clone();
        state["Type"] = json!("Fail");
        assert_eq!(json_of(&states(json!({ "A": state })).stdout), expected, "{fail}");
    }
}

#[test]
fn a_definition_that_is_no_json_shows_the_place() {
    assert_snapshot!(definition("{ \"StartAt\": \"A\", }", "{}"));
}

#[test]
fn a_definition_that_is_not_there_is_named() {
    assert_snapshot!(in_puppet(&["run", "--definition", "missing.json"]).run().timeless());
}

#[test]
fn a_next_that_leads_nowhere_is_shown_with_a_suggestion() {
    assert_snapshot!(states(json!({
        "A": { "Type": "Pass", "Next": "Beginn" },
        "Begin": { "Type": "Pass", "End": true } })));
}

#[test]
fn a_definition_of_brackets_alone_is_refused() {
    let outcome = definition(&"[".repeat(100_000), "{}");
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert!(outcome.stderr.len() < 4000, "{outcome}");
}

#[test]
fn an_input_of_brackets_alone_is_refused() {
    let workspace = Workspace::empty()
        .file("deep.json", &"[".repeat(100_000))
        .file("do.asl.json", DO);
    let outcome = workspace
        .stepwright(&["run", "--definition", "do.asl.json", "--input", "deep.json"])
        .run()
        .timeless();
    assert_eq!(outcome.code, Some(3), "{outcome}");
    let machine = r#"{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}"#;
    let workspace = workspace.file("a.asl.json", machine);
    assert_snapshot!(
        workspace
            .stepwright(&["run", "--definition", "a.asl.json", "--input", "deep.json"])
            .run()
            .timeless()
    );
}

#[test]
fn an_input_over_the_payload_limit_is_refused() {
    let workspace = Workspace::empty()
        .file("large.json", &format!("\"{}\"", "x".repeat(262_143)))
        .file("a.asl.json", r#"{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}"#);
    assert_snapshot!(
        workspace
            .stepwright(&["run", "--definition", "a.asl.json", "--input", "large.json"])
            .run()
            .timeless()
    );
}

#[test]
fn an_empty_input_is_told_from_a_missing_file() {
    let workspace = Workspace::empty()
        .file("empty.json", "\n")
        .file("a.asl.json", r#"{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}"#);
    for (input, origin) in [
        ("", "given with `--input`"),
        ("empty.json", "in `empty.json`"),
        ("-", "from standard input"),
    ] {
        let outcome = workspace.stepwright(&["run", "--definition", "a.asl.json", "--input", input]);
        let outcome = outcome.run();
        let expected = format!("error: the input {origin} is empty\n");
        assert_eq!((outcome.code, outcome.stderr), (Some(2), expected));
    }
}

#[test]
fn a_definition_without_functions_needs_no_workspace() {
    let workspace = Workspace::empty().file("a.asl.json", r#"{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}"#);
    let outcome = workspace.stepwright(&["run", "--definition", "a.asl.json", "--input", "[1.0, 2]"]);
    assert_snapshot!(outcome.run().timeless());
}

#[test]
fn the_history_is_written_as_the_aws_cli_prints_it() {
    let workspace = Workspace::empty().file(
        "a.asl.json",
        r#"{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}"#,
    );
    let to_stdout = workspace
        .stepwright(&["run", "--definition", "a.asl.json", "--history", "-", "-q"])
        .run()
        .timeless();
    assert_snapshot!(to_stdout);
    let to_file = workspace
        .stepwright(&["run", "--definition", "a.asl.json", "--history", "history.json"])
        .run()
        .timeless();
    assert_eq!(to_file.stdout, "{}\n");
    let written = std::fs::read_to_string(workspace.path().join("history.json")).unwrap();
    assert_eq!(json_of(&written)["events"].as_array().unwrap().len(), 4);
}

#[test]
fn a_history_that_cannot_be_written_is_told_before_the_start() {
    let workspace = Workspace::empty().file("a.asl.json", r#"{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}"#);
    let arguments = ["run", "--definition", "a.asl.json", "--history", "missing/history.json"];
    assert_snapshot!(workspace.stepwright(&arguments).run());
}

#[test]
fn a_shorter_history_leaves_nothing_of_a_longer_one() {
    let workspace = Workspace::empty()
        .file("a.asl.json", r#"{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}"#)
        .file("history.json", &"x".repeat(100_000));
    let arguments = ["run", "--definition", "a.asl.json", "--history", "history.json"];
    workspace.stepwright(&arguments).run();
    let written = std::fs::read_to_string(workspace.path().join("history.json")).unwrap();
    assert_eq!(json_of(&written)["events"].as_array().unwrap().len(), 4);
}

#[test]
fn an_execution_is_described_as_aws_describes_it() {
    let workspace = Workspace::empty().file("a.asl.json", r#"{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}"#);
    let arguments = [
        "run",
        "--definition",
        "a.asl.json",
        "--output",
        "json",
        "-q",
        "--name",
        "mine",
    ];
    assert_snapshot!(workspace.stepwright(&arguments).run().timeless());
}

#[test]
fn names_that_aws_refuses_are_refused() {
    for name in ["", "a b", "a:b", "a/b", &"x".repeat(81)] {
        let outcome = Workspace::empty().stepwright(&["run", "--name", name]).run().timeless();
        assert_eq!(outcome.code, Some(2), "{name}: {outcome}");
        assert!(outcome.stderr.contains("a name"), "{outcome}");
    }
}

#[test]
fn the_same_seed_gives_the_same_jitter() {
    let machine = json!({ "StartAt": "A", "States": { "A": {
        "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
        "Parameters": { "FunctionName.$": "$.name" },
        "Retry": [{ "ErrorEquals": ["States.ALL"], "IntervalSeconds": 1000, "JitterStrategy": "FULL", "MaxAttempts": 2 }] } } });
    let workspace = Workspace::empty().file("a.asl.json", &machine.to_string());
    let ended = |seed: &str| {
        let arguments = [
            "run",
            "--definition",
            "a.asl.json",
            "--input",
            r#"{"name":"x"}"#,
            "--seed",
            seed,
            "--history",
            "-",
        ];
        let outcome = workspace.stepwright(&arguments).run();
        let history = json_of(&outcome.stdout);
        let times = history["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["timestamp"].to_string());
        let times: Vec<String> = times.collect();
        let seconds = |text: &String| text.trim_matches('"').parse::<jiff::Timestamp>().unwrap().as_second();
        seconds(times.last().unwrap()) - seconds(times.first().unwrap())
    };
    let (first, again, other) = (ended("1"), ended("1"), ended("2"));
    assert!(
        (first - again).abs() <= 1 && (first - other).abs() > 1,
        "{first} {again} {other}"
    );
}
