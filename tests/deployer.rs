//! `policy deployer`: what whoever deploys needs, from the workspace alone.

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::{Outcome, Workspace};

const PLAIN: &str = "stack = \"order\"\n\n[functions.Validate]\npackage = \"hello\"\n";

const FULL: &str = r#"stack = "order"
account = "111122223333"
region = "eu-central-1"
permissions_boundary = "arn:aws:iam::111122223333:policy/Boundary"
kms_key = "arn:aws:kms:eu-central-1:111122223333:key/0123"

[functions.Validate]
package = "hello"
environment = { LEVEL = { ssm = "/order/level" }, TOKEN = { secret = "order/token", key = "token" } }

[machines.Workflow]
definition = "workflow.asl.json"
type = "EXPRESS"

[deploy]
bucket = "zips"
alarms = ["order-errors"]
"#;

const DEFINITION: &str = r#"{
  "StartAt": "Validate",
  "States": {
    "Validate": { "Type": "Task", "Resource": "${Validate}", "Next": "Other" },
    "Other": {
      "Type": "Task",
      "Resource": "arn:aws:states:::lambda:invoke",
      "Parameters": { "FunctionName": "Other", "Payload": {} },
      "End": true
    }
  }
}
"#;

fn run(configuration: &str, arguments: &[&str]) -> Outcome {
    let workspace = Workspace::hello()
        .file("stepwright.toml", configuration)
        .file("workflow.asl.json", DEFINITION);
    let arguments = [&["policy", "deployer"], arguments].concat();
    workspace.stepwright(&arguments).run()
}

fn shown(configuration: &str, arguments: &[&str]) -> String {
    run(configuration, arguments).to_string()
}

const HERE: [&str; 4] = ["--account", "123456789012", "--region", "us-east-1"];

#[test]
fn a_plain_stack_needs_one_policy() {
    assert_snapshot!(shown(PLAIN, &HERE));
}

#[test]
fn every_setting_that_needs_something_is_told_with_its_reason() {
    assert_snapshot!(shown(FULL, &["--format", "text"]));
}

#[test]
fn terraform_fills_in_what_nobody_says() {
    assert_snapshot!(shown(PLAIN, &["--format", "terraform"]));
    let known = run(FULL, &["--format", "terraform"]).stdout;
    assert!(!known.contains("${") && !known.contains("data \""), "{known}");
}

#[test]
fn cloudformation_fills_in_what_nobody_says() {
    assert_snapshot!(shown(PLAIN, &["--format", "cloudformation", "--region", "cn-north-1"]));
    let known = run(FULL, &["--format", "cloudformation"]).stdout;
    assert!(!known.contains("Fn::Sub"), "{known}");
}

#[test]
fn all_forms_say_the_same() {
    let result: Value = serde_json::from_str(&run(FULL, &["--output", "json"]).stdout).unwrap();
    let policies = result["policies"].as_array().unwrap();
    let documents: Vec<&Value> = policies.iter().map(|policy| &policy["document"]).collect();

    let text = run(FULL, &[]).stdout;
    let printed: Vec<Value> = serde_json::Deserializer::from_str(&text)
        .into_iter()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(printed.iter().collect::<Vec<_>>(), documents);

    let template: Value = serde_json::from_str(&run(FULL, &["--format", "cloudformation"]).stdout).unwrap();
    let resources = template["Resources"].as_object().unwrap().values();
    let templates: Vec<&Value> = resources
        .map(|resource| &resource["Properties"]["PolicyDocument"])
        .collect();
    assert_eq!(templates, documents);

    let terraform = run(FULL, &["--format", "terraform"]).stdout;
    for document in documents {
        for statement in document["Statement"].as_array().unwrap() {
            let actions = statement["Action"].as_array().unwrap();
            let resources = statement["Resource"].as_array();
            for text in actions.iter().chain(resources.into_iter().flatten()) {
                assert!(terraform.contains(&format!("{text},")), "{text}\n{terraform}");
            }
        }
    }
}

#[test]
fn an_account_and_a_region_must_be_known() {
    assert_snapshot!("no_account", shown(PLAIN, &["--region", "us-east-1"]));
    assert_snapshot!("no_region", shown(PLAIN, &["--account", "123456789012"]));
    assert_snapshot!("another_account", shown(FULL, &["--account", "123456789012"]));
    assert_snapshot!("no_account_number", shown(PLAIN, &["--account", "12345"]));
}
