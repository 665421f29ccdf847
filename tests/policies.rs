//! `policy roles`: what roles are allowed and why, from the workspace alone.

use insta::assert_snapshot;

use crate::support::Workspace;

const CONFIGURATION: &str = r#"stack = "order"
account = "111122223333"
region = "eu-central-1"
permissions_boundary = "arn:aws:iam::111122223333:policy/Boundary"

[functions.Validate]
package = "hello"

[machines.Workflow]
definition = "workflow.asl.json"

[machines.Other]
definition = "other.asl.json"
"#;

const DEFINITION: &str = r#"{
  "StartAt": "Validate",
  "States": {
    "Validate": { "Type": "Task", "Resource": "${Validate}", "Next": "Again" },
    "Again": { "Type": "Task", "Resource": "${Validate}", "End": true }
  }
}
"#;

fn workspace() -> Workspace {
    Workspace::empty()
        .file("stepwright.toml", CONFIGURATION)
        .file("workflow.asl.json", DEFINITION)
        .file(
            "other.asl.json",
            r#"{"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}"#,
        )
}

fn roles(arguments: &[&str]) -> String {
    let arguments = [&["policy", "roles"], arguments].concat();
    workspace().stepwright(&arguments).run().to_string()
}

#[test]
fn every_role_is_shown_with_the_states_that_need_it() {
    assert_snapshot!(roles(&[]));
}

#[test]
fn one_role_in_json() {
    assert_snapshot!(roles(&["--machine", "Workflow", "--output", "json"]));
}

#[test]
fn one_function() {
    assert_snapshot!(roles(&["--function", "Validate", "--stage", "prod"]));
}

#[test]
fn what_is_not_there_is_refused() {
    assert_snapshot!(roles(&["--function", "Validata"]));
    assert_snapshot!(roles(&["--machine", "Workfow"]));
}
