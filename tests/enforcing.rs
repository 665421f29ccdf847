//! `run`: what roles do not allow.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::{
    nested::{family, starts},
    support::{Outcome, Workspace},
};

const ALLOWED: &str = "[[machines.Call.allow]]\nstates = [\"Ask\"]\n\
     resources = [\"arn:aws:lambda:us-east-1:123456789012:function:ask-*\"]\n";

/// A state machine that calls the function that its input names, in this query language.
fn calls(language: &str, declared: &str) -> Workspace {
    let parameters = match language {
        "JSONata" => json!({ "Arguments": { "FunctionName": "{% $states.input.function %}" } }),
        _ => json!({ "Parameters": { "FunctionName.$": "$.function" } }),
    };
    let mut ask = json!({ "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "Done",
        "Catch": [{ "ErrorEquals": ["Lambda.AWSLambdaException"], "Next": "Denied" }] });
    ask.as_object_mut()
        .unwrap()
        .extend(parameters.as_object().unwrap().clone());
    let definition = json!({ "StartAt": "Ask", "QueryLanguage": language,
        "States": { "Ask": ask, "Done": { "Type": "Succeed" }, "Denied": { "Type": "Succeed" } } });
    let mocks = json!({
        "StateMachines": { "Call": { "TestCases": { "Answered": { "Ask": "Answer" } } } },
        "MockedResponses": { "Answer": { "0": { "Return": { "Payload": "yes" } } } } });
    Workspace::empty()
        .file(
            "stepwright.toml",
            &format!("stack = \"ask\"\n[machines.Call]\ndefinition = \"call.asl.json\"\n{declared}"),
        )
        .file("call.asl.json", &format!("{definition:#}"))
        .file("mocks.json", &mocks.to_string())
}

/// What a run does whose input names `function`.
fn asks(workspace: &Workspace, function: &str, arguments: &[&str]) -> Outcome {
    let input = json!({ "function": function }).to_string();
    let run = ["run", "Call", "--seed", "1", "--input", &input];
    workspace.stepwright(&[&run[..], arguments].concat()).run().timeless()
}

const MOCK: [&str; 2] = ["--mock", "mocks.json"];

#[test]
fn a_mocked_function_outside_the_list_is_denied_as_on_aws() {
    for language in ["JSONPath", "JSONata"] {
        let workspace = calls(language, ALLOWED);
        let inside = asks(&workspace, "ask-anna", &MOCK);
        assert!(inside.stderr.contains("✓ Done"), "{inside}");
        let outside = asks(&workspace, "charge", &MOCK);
        assert!(outside.stderr.contains("✓ Denied"), "{outside}");
        let free = asks(&workspace, "charge", &[&MOCK[..], &["--no-iam"]].concat());
        assert!(free.stderr.contains("✓ Done"), "{free}");
        if language == "JSONPath" {
            assert_snapshot!(outside);
        }
    }
}

#[test]
fn a_function_inside_the_list_is_called() {
    let workspace = calls("JSONata", ALLOWED);
    let inside = asks(&workspace, "ask-anna", &[]);
    assert_eq!(inside.code, Some(4), "{inside}");
    assert!(
        inside.stdout.contains("Lambda.ResourceNotFoundException"),
        "there is no such function here: {inside}"
    );
    let outside = asks(&workspace, "charge", &[]);
    assert!(outside.stderr.contains("✓ Denied"), "{outside}");
}

/// Both functions are there; one is in the list.
#[test]
fn a_function_that_is_there_is_denied_too() {
    let puppet = |name: &str| format!("[functions.{name}]\npackage = \"puppet\"\n");
    let list = ALLOWED.replace("ask-*", "ask-dev-Mine");
    let workspace = calls("JSONPath", &(list + &puppet("Mine") + &puppet("Other")))
        .file("Cargo.toml", "[workspace]\nmembers = [\"puppet\"]\nresolver = \"3\"\n")
        .package("puppet", include_str!("fixtures/puppet.rs"));
    let definition = std::fs::read_to_string(workspace.path().join("call.asl.json")).unwrap();
    let mut definition: Value = serde_json::from_str(&definition).unwrap();
    definition["States"]["Ask"]["Parameters"]["Payload"] = json!("echo");
    let workspace = workspace.file("call.asl.json", &definition.to_string());
    let asks = |function: &str| {
        let input = json!({ "function": function }).to_string();
        let run = ["run", "Call", "--input", &input];
        workspace.stepwright(&run).quick_builds().run()
    };
    for name in ["Mine", "ask-dev-Mine"] {
        let mine = asks(name);
        assert!(mine.stderr.contains("✓ Done"), "{mine}");
        assert!(mine.stdout.contains(r#""Payload": "echo""#), "{mine}");
    }
    let other = asks("Other");
    let denied = "lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:123456789012:function:ask-dev-Other ";
    assert!(other.stdout.contains(denied), "{other}");
}

#[test]
fn what_nobody_declared_is_told_before_the_run_and_denied() {
    let workspace = calls("JSONPath", "");
    assert_snapshot!(asks(&workspace, "ask-anna", &[]));
}

#[test]
fn a_mock_answers_while_nobody_has_declared_anything() {
    let workspace = calls("JSONPath", "");
    let mocked = asks(&workspace, "ask-anna", &MOCK);
    assert!(mocked.stderr.contains("✓ Done"), "{mocked}");
    assert!(mocked.stderr.contains("[[machines.Call.allow]]"), "{mocked}");
}

#[test]
fn without_iam_nothing_is_told_and_nothing_denied() {
    let workspace = calls("JSONPath", "");
    let free = asks(&workspace, "ask-anna", &["--no-iam"]);
    assert!(free.stdout.contains("Lambda.ResourceNotFoundException"), "{free}");
    assert!(!free.stderr.contains("warning"), "{free}");
}

#[test]
fn another_role_or_a_definition_of_its_own_is_not_looked_at() {
    let workspace = calls("JSONPath", "");
    let role = ["--role-arn", "arn:aws:iam::123456789012:role/other"];
    let other = asks(&workspace, "ask-anna", &role);
    let input = json!({ "function": "ask-anna" }).to_string();
    let run = ["run", "--definition", "call.asl.json", "--input", &input];
    let own = workspace.stepwright(&run).run();
    for outcome in [other, own] {
        assert!(outcome.stdout.contains("Lambda.ResourceNotFoundException"), "{outcome}");
        assert!(!outcome.stderr.contains("warning"), "{outcome}");
    }
}

#[test]
fn an_allowance_for_a_state_that_is_not_there_is_an_error() {
    let workspace = calls("JSONPath", &ALLOWED.replace("\"Ask\"", "\"Aks\""));
    let outcome = asks(&workspace, "ask-anna", &[]);
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert!(outcome.stderr.contains("has no state `Aks`"), "{outcome}");
}

/// A state machine that starts the one that its input names, with this pattern.
fn starts_any(resource: &str, machine: &str, declared: &str) -> Outcome {
    let mut definition = starts(resource, "Child", json!({ "good": true }));
    let parameters = definition["States"]["Start"]["Parameters"].as_object_mut().unwrap();
    parameters.remove("StateMachineArn");
    parameters.insert("StateMachineArn.$".to_owned(), json!("$.machine"));
    let workspace = family(&definition);
    let toml = std::fs::read_to_string(workspace.path().join("stepwright.toml")).unwrap();
    let workspace = workspace.file("stepwright.toml", &(toml + declared));
    let arn = format!("arn:aws:states:us-east-1:123456789012:stateMachine:{machine}");
    let input = json!({ "machine": arn }).to_string();
    let run = ["run", "Parent", "--seed", "1", "--input", &input];
    workspace.stepwright(&run).run().timeless()
}

const CHILD: &str = "[[machines.Parent.allow]]\nstates = [\"Start\"]\nresources = [\n\
     \"arn:aws:states:us-east-1:123456789012:stateMachine:kin-dev-Child\",\n\
     \"arn:aws:states:us-east-1:123456789012:execution:kin-dev-Child:*\",\n]\n";

#[test]
fn a_state_machine_inside_the_list_is_started() {
    let child = starts_any("states:startExecution.sync:2", "kin-dev-Child", CHILD);
    assert_eq!(child.code, Some(0), "{child}");
    assert!(!child.stderr.contains("warning"), "{child}");
}

#[test]
fn a_state_machine_outside_the_list_is_not_started() {
    let quick = starts_any("states:startExecution.sync:2", "kin-dev-Quick", CHILD);
    assert_eq!(quick.code, Some(4), "{quick}");
    assert_snapshot!(quick);
    let one = CHILD.lines().filter(|line| !line.contains(":execution:"));
    let one: String = one.map(|line| format!("{line}\n")).collect();
    let sdk = starts_any("aws-sdk:sfn:startExecution", "kin-dev-Quick", &one);
    let error: Value = serde_json::from_str(&sdk.stdout).unwrap();
    assert_eq!(error["Error"], "Sfn.SfnException");
    let cause = error["Cause"].as_str().unwrap();
    assert!(
        cause.contains(" (Service: Sfn, Status Code: 400, Request ID: "),
        "{cause}"
    );
}

/// Any of the workspace may be chosen, the one that runs too.
#[test]
fn what_nobody_declared_is_told_once() {
    let outcome = starts_any("states:startExecution", "kin-dev-Child", "");
    assert_eq!(outcome.code, Some(4), "{outcome}");
    assert_eq!(
        outcome.stderr.matches("[[machines.Parent.allow]]").count(),
        1,
        "{outcome}"
    );
}

/// The role that counts is that of the state machine whose state calls.
#[test]
fn a_nested_state_machine_has_a_role_of_its_own() {
    let outer = json!({ "StartAt": "Start", "States": { "Start": {
        "Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "End": true,
        "Parameters": { "StateMachineArn": "${Call}", "Input.$": "$" } } } });
    let declared = format!("{ALLOWED}[machines.Outer]\ndefinition = \"outer.asl.json\"\n");
    let workspace = calls("JSONPath", &declared).file("outer.asl.json", &outer.to_string());
    let input = json!({ "function": "charge" }).to_string();
    let outcome = workspace
        .stepwright(&["run", "Outer", "--seed", "1", "--input", &input])
        .run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert!(outcome.stderr.contains("ask-dev-Call › Denied"), "{outcome}");
}

/// What a service whose own words are not known here says of it.
#[test]
fn a_mocked_table_outside_the_list_is_denied() {
    let definition = json!({ "StartAt": "Put", "States": { "Put": {
        "Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "End": true,
        "Parameters": { "TableName.$": "$.table", "Item": {} } } } });
    let mocks = json!({
        "StateMachines": { "Store": { "TestCases": { "Put": { "Put": "Put" } } } },
        "MockedResponses": { "Put": { "0": { "Return": {} } } } });
    let workspace = Workspace::empty()
        .file(
            "stepwright.toml",
            "stack = \"store\"\n[machines.Store]\ndefinition = \"store.asl.json\"\n[[machines.Store.allow]]\n\
             states = [\"Put\"]\nresources = [\"arn:aws:dynamodb:us-east-1:123456789012:table/orders-*\"]\n",
        )
        .file("store.asl.json", &definition.to_string())
        .file("mocks.json", &mocks.to_string());
    let stores = |table: &str| {
        let input = json!({ "table": table }).to_string();
        let run = ["run", "--mock", "mocks.json", "--input", &input];
        workspace.stepwright(&run).run()
    };
    let inside = stores("orders-1");
    assert_eq!(inside.code, Some(0), "{inside}");
    let outside = stores("customers");
    let error: Value = serde_json::from_str(&outside.stdout).unwrap();
    assert_eq!(error["Error"], "States.Permissions");
    let cause = error["Cause"].as_str().unwrap();
    let denied = "dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:123456789012:table/customers";
    assert!(cause.contains(denied), "{cause}");
}
