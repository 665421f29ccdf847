use insta::assert_snapshot;

use super::Stack;
use crate::double::Kind;
use crate::state_machines::End;
use crate::support::graviton::{with_both_targets, with_stand_ins};

#[test]
fn the_first_deploy_shows_the_plan_each_step_and_what_is_live() {
    assert_snapshot!(in_order(&Stack::new().run(&["deploy", "--yes"])));
}

/// The lines of steps sorted: those that do not wait for each other end in any order.
pub(super) fn in_order(text: &str) -> String {
    let is_step = |line: &str| {
        ["Create", "Delete", "Put", "Publish", "Update"]
            .iter()
            .any(|verb| line.starts_with(verb))
    };
    let mut steps: Vec<&str> = text.lines().filter(|line| is_step(line)).collect();
    steps.sort_unstable();
    let mut steps = steps.into_iter();
    let lines = text.lines().map(|line| match is_step(line) {
        true => steps.next().unwrap(),
        false => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_second_deploy_changes_nothing() {
    let stack = Stack::new().deployed();
    assert_snapshot!(stack.run(&["deploy"]));
    assert_eq!(stack.mutations(), [""; 0]);
}

#[test]
fn what_is_live_for_programs() {
    let stack = Stack::new().deployed();
    assert_snapshot!(stack.run(&["deploy", "--output", "json", "--quiet"]));
}

#[test]
fn nothing_changes_without_a_yes() {
    let stack = Stack::new();
    let outcome = stack.stepwright(&["deploy", "--quiet"]).run();
    assert_snapshot!(stack.shown(outcome));
    assert_eq!(stack.mutations(), [""; 0]);
}

#[test]
fn a_changed_function_becomes_a_new_version_of_it_and_of_the_state_machine() {
    let stack = Stack::new().deployed();
    let main = "fn main() {\n    println!(\"another\");\n}\n";
    let stack = stack.file("hello/src/main.rs", main);
    assert_snapshot!(in_order(&stack.run(&["deploy", "--yes"])));
    assert_eq!(stack.run(&["deploy"]).matches("version 2").count(), 3);
}

#[test]
fn functions_of_both_architectures_make_one_stack() {
    let mut stack = Stack::new();
    let configuration = super::CONFIGURATION.replace(
        "[functions.Confirm]\n",
        "[functions.Confirm]\narchitecture = \"arm64\"\n",
    );
    stack.workspace = with_both_targets(stack.workspace);
    let stack = stack.file("stepwright.toml", &configuration);
    let run = |arguments: &[&str]| with_stand_ins(&stack.workspace, stack.stepwright(arguments)).run();
    let outcome = run(&["deploy", "--yes"]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let outcome = run(&["plan", "--detailed-exitcode"]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let status: serde_json::Value = serde_json::from_str(&run(&["status", "--output", "json"]).stdout).unwrap();
    let functions = status["functions"].as_array().unwrap().iter();
    let architectures: Vec<_> = functions.map(|function| &function["architecture"]).collect();
    assert_eq!(architectures, ["arm64", "x86_64"]);

    let stack = stack.file("stepwright.toml", &configuration.replace("arm64", "x86_64"));
    assert_snapshot!(in_order(&stack.run(&["plan"])));
}

#[test]
fn a_failure_says_what_was_done_and_what_not_and_the_next_deploy_goes_on() {
    let stack = Stack::new();
    let refusal = Kind::Refused(400, "StateMachineLimitExceeded", "the account has 10000 state machines");
    stack.fail("CreateStateMachine", 1, refusal);
    assert_snapshot!(stack.run(&["deploy", "--yes", "--quiet"]));
    stack.double.take_calls();
    assert_snapshot!(stack.run(&["deploy", "--yes"]));
    assert_eq!(stack.mutations(), ["CreateStateMachine", "CreateStateMachineAlias"]);
}

#[test]
fn whoever_may_not_validate_definitions_can_deploy() {
    let stack = Stack::new();
    let message = "User: arn:aws:iam::123456789012:user/dev is not authorized to perform: \
                   states:ValidateStateMachineDefinition";
    stack.fail(
        "ValidateStateMachineDefinition",
        1,
        Kind::Refused(400, "AccessDeniedException", message),
    );
    let outcome = stack.stepwright(&["deploy", "--yes"]).run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let warned = outcome.stderr.lines().skip_while(|line| !line.starts_with("warning"));
    assert_snapshot!(warned.take(2).collect::<Vec<_>>().join("\n"));
}

#[test]
fn what_step_functions_refuses_is_not_deployed() {
    let stack = Stack::new();
    let answer = r#"{"result": "FAIL", "truncated": false, "diagnostics": [
        {"severity": "WARNING", "code": "W", "message": "a warning"},
        {"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "message": "a problem of tomorrow"}]}"#;
    stack.fail("ValidateStateMachineDefinition", 1, Kind::Page(200, answer));
    let outcome = stack.stepwright(&["deploy", "--yes", "--quiet"]).run();
    assert_snapshot!(stack.shown(outcome));
    assert_eq!(stack.mutations(), [""; 0]);
}

#[test]
fn waiting_for_a_role_is_told_once_and_names_it() {
    let stack = Stack::new();
    let message = "The role defined for the function cannot be assumed by Lambda.";
    let refusal = Kind::Refused(400, "InvalidParameterValueException", message);
    stack.fail("CreateFunction", 4, refusal);
    let outcome = stack.stepwright(&["deploy", "--yes"]).run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let mut waits: Vec<&str> = outcome
        .stderr
        .lines()
        .filter(|line| line.contains("waiting for IAM"))
        .collect();
    waits.sort_unstable();
    let expected = ["Confirm", "Validate"].map(|logical| {
        format!("CreateFunction order-dev-{logical}: waiting for IAM to know the role `order-dev-{logical}`")
    });
    assert_eq!(waits, expected, "{outcome}");
}

/// Without the function `Confirm`.
fn smaller(stack: Stack) -> Stack {
    let configuration = super::CONFIGURATION.replace("[functions.Confirm]\npackage = \"hello\"\n", "");
    let definition = super::DEFINITION.replace("\"FunctionName\": \"Confirm\"", "\"FunctionName\": \"Validate\"");
    stack
        .file(
            "stepwright.toml",
            &format!("{configuration}\n[deploy]\nkeep_versions = 2\n"),
        )
        .file("workflow.asl.json", &definition)
}

#[test]
fn what_executions_under_way_use_stays_until_they_end() {
    let stack = Stack::new().deployed();
    stack.stepwright(&["start"]).run();
    let stack = smaller(stack).deployed();
    let definition = super::DEFINITION.replace("\"FunctionName\": \"Confirm\"", "\"FunctionName\": \"Validate\"");
    let definition = definition.replace(
        "\"Payload.$\": \"$\" },",
        "\"Payload.$\": \"$\" },\n      \"TimeoutSeconds\": 60,",
    );
    let stack = stack.file("workflow.asl.json", &definition);
    assert_snapshot!(in_order(&stack.run(&["deploy", "--yes"])));
    let status = stack.stepwright(&["status"]).run().stdout;
    let waiting = "1 execution stays on version 1 of order-dev-Workflow: once that has ended, the next deploy removes";
    assert!(status.contains(waiting), "{status}");
    stack.double.end_executions(End::Failed("E", "c"));
    assert_snapshot!(in_order(&stack.run(&["deploy", "--yes"])));
    assert_eq!(stack.stepwright(&["plan", "--detailed-exitcode"]).run().code, Some(0));
}

#[test]
fn another_type_replaces_the_state_machine() {
    let stack = Stack::new().deployed();
    stack.stepwright(&["start"]).run();
    let express = super::CONFIGURATION.replace(
        "definition = \"workflow.asl.json\"",
        "definition = \"workflow.asl.json\"\ntype = \"EXPRESS\"",
    );
    let stack = stack.file("stepwright.toml", &express);
    assert_snapshot!(stack.run(&["deploy", "--yes"]));
    assert_eq!(stack.stepwright(&["plan", "--detailed-exitcode"]).run().code, Some(0));
}

#[test]
fn the_pages_of_lists_are_all_read() {
    let stack = Stack::new();
    stack.double.shorten_pages();
    let stack = stack.deployed();
    let stack = smaller(stack);
    assert_snapshot!(stack.run(&["plan"]));
    let outcome = stack.stepwright(&["destroy", "--yes"]).run();
    assert!(outcome.stdout.contains("9 resources deleted"), "{outcome}");
}
