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

/// A state machine that stores orders in a table that its input names, and calls what no file knows.
fn dynamic(declared: &str) -> String {
    let configuration = format!(
        "stack = \"order\"\nregion = \"eu-central-1\"\n\n[machines.Workflow]\ndefinition = \"workflow.asl.json\"\n{declared}"
    );
    let workspace = Workspace::empty().file("stepwright.toml", &configuration).file(
        "workflow.asl.json",
        r#"{
  "StartAt": "Store",
  "States": {
    "Store": {
      "Type": "Task",
      "Resource": "arn:aws:states:::dynamodb:putItem",
      "Parameters": { "TableName.$": "$.table", "Item": {} },
      "Next": "Look"
    },
    "Look": {
      "Type": "Task",
      "Resource": "arn:aws:states:::aws-sdk:quicksight:describeDashboard",
      "Parameters": { "DashboardId": "orders" },
      "End": true
    }
  }
}
"#,
    );
    workspace.stepwright(&["policy", "roles"]).run().to_string()
}

const LOOK: &str = r#"
[[machines.Workflow.policy]]
sid = "Look"
states = ["Look"]
actions = ["quicksight:DescribeDashboard"]
resources = ["arn:aws:quicksight:${AWS::Region}:${AWS::AccountId}:dashboard/orders"]
conditions = { StringEquals = { "aws:PrincipalTag/team" = "${aws:ResourceTag/team}" } }
"#;

#[test]
fn what_the_definition_does_not_tell_must_be_declared() {
    assert_snapshot!(dynamic(""));
}

#[test]
fn what_is_declared_is_allowed() {
    let allow = r#"
[[machines.Workflow.allow]]
states = ["Store"]
resources = ["arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders-*"]
"#;
    assert_snapshot!(dynamic(&format!("{allow}{LOOK}")));
}

#[test]
fn what_is_declared_for_nothing_is_told() {
    let allow = r#"
[[machines.Workflow.allow]]
integration = "dynamodb:putItem"
resources = [
  "arn:aws:dynamodb:eu-central-1:123456789012:table/orders",
  "arn:aws:sns:eu-central-1:123456789012:orders",
]
without = ["iam:PassRole"]
"#;
    assert_snapshot!(dynamic(&format!("{allow}{LOOK}")));
}

#[test]
fn a_state_that_is_not_there_cannot_be_declared_for() {
    let allow = r#"
[[machines.Workflow.allow]]
states = ["Stoer"]
resources = ["arn:aws:dynamodb:eu-central-1:123456789012:table/${Orders}"]
"#;
    assert_snapshot!(dynamic(&allow.replace("/${Orders}", "/orders")));
    assert_snapshot!(dynamic(allow));
}

#[test]
fn a_function_has_what_it_declares_beside_its_log() {
    let configuration = r#"stack = "order"

[functions.Validate]
package = "hello"
managed_policies = ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]

[[functions.Validate.policy]]
actions = ["dynamodb:GetItem", "dynamodb:Query"]
resources = ["arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders"]
"#;
    let workspace = Workspace::empty().file("stepwright.toml", configuration);
    assert_snapshot!(workspace.stepwright(&["policy", "roles"]).run());
}
