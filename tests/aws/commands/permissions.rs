//! What roles have beyond what stepwright derives: managed policies, statements of the workspace's own, allow-lists.

use insta::assert_snapshot;

use super::{CONFIGURATION, Stack};

const ROLE: &str = "order-dev-Validate";

fn iam(stack: &Stack) -> aws_sdk_iam::Client {
    aws_sdk_iam::Client::new(&stack.double.configuration())
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().unwrap().block_on(future)
}

fn managed_policy(stack: &Stack, name: &str) -> String {
    let document = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}"#;
    let policy = iam(stack).create_policy().policy_name(name).policy_document(document);
    wait(policy.send()).unwrap().policy.unwrap().arn.unwrap()
}

fn attached(stack: &Stack) -> Vec<String> {
    let request = iam(stack).list_attached_role_policies().role_name(ROLE);
    let found = wait(request.send()).unwrap().attached_policies.unwrap_or_default();
    let mut arns: Vec<String> = found.into_iter().filter_map(|policy| policy.policy_arn).collect();
    arns.sort();
    arns
}

/// The configuration in which `Validate` has managed policies.
fn with_managed(arns: &[&String]) -> String {
    let line = format!("memory = 256\nmanaged_policies = {arns:?}\n");
    CONFIGURATION.replace("memory = 256\n", &line)
}

#[test]
fn managed_policies_are_attached_put_back_detached_and_gone_with_the_role() {
    let stack = Stack::new();
    let (read, write) = (managed_policy(&stack, "Read"), managed_policy(&stack, "Write"));
    let stack = stack
        .file("stepwright.toml", &with_managed(&[&read, &write]))
        .deployed();
    assert_eq!(attached(&stack), [read.clone(), write.clone()]);
    assert_eq!(stack.stepwright(&["plan", "--detailed-exitcode"]).run().code, Some(0));
    wait(
        iam(&stack)
            .detach_role_policy()
            .role_name(ROLE)
            .policy_arn(&write)
            .send(),
    )
    .unwrap();
    assert_snapshot!(stack.run(&["plan", "--quiet"]));
    let stack = stack.deployed();
    assert_eq!(attached(&stack), [read.clone(), write.clone()]);
    let stack = stack.file("stepwright.toml", &with_managed(&[&read]));
    assert_snapshot!(stack.run(&["plan", "--quiet"]));
    let stack = stack.deployed();
    assert_eq!(attached(&stack), [read]);
    let destroyed = stack.stepwright(&["destroy", "--yes"]).run();
    assert_eq!(destroyed.code, Some(0), "{destroyed}");
    assert!(wait(iam(&stack).get_role().role_name(ROLE).send()).is_err());
}

const STORING: &str = r#"{
  "StartAt": "Store",
  "States": {
    "Store": {
      "Type": "Task",
      "Resource": "arn:aws:states:::dynamodb:putItem",
      "Parameters": { "TableName.$": "$.table", "Item": {} },
      "Next": "Confirm"
    },
    "Confirm": { "Type": "Task", "Resource": "${Confirm}", "End": true }
  }
}
"#;

fn allowing(table: &str) -> String {
    format!(
        "{CONFIGURATION}\n[[machines.Workflow.allow]]\nstates = [\"Store\"]\n\
         resources = [\"arn:aws:dynamodb:${{AWS::Region}}:${{AWS::AccountId}}:table/{table}\"]\n"
    )
}

#[test]
fn a_target_of_run_time_is_deployed_with_its_declaration_alone() {
    let stack = Stack::new().file("workflow.asl.json", STORING);
    assert_snapshot!(stack.run(&["deploy", "--yes", "--quiet"]));
    assert_eq!(stack.mutations(), Vec::<String>::new());
    let stack = stack.file("stepwright.toml", &allowing("orders")).deployed();
    assert_eq!(stack.stepwright(&["plan", "--detailed-exitcode"]).run().code, Some(0));
    let stack = stack.file("stepwright.toml", &allowing("archive"));
    assert_snapshot!(stack.run(&["plan", "--quiet"]));
    let stack = stack.deployed();
    assert_eq!(stack.stepwright(&["plan", "--detailed-exitcode"]).run().code, Some(0));
    // A version that can be gone back to may need what was declared for it.
    let stack = stack.file(
        "workflow.asl.json",
        &STORING.replace("\"Item\": {}", "\"Item\": { \"a\": {} }"),
    );
    let stack = stack.file("stepwright.toml", &allowing("other"));
    assert_snapshot!(stack.run(&["plan", "--quiet"]));
    let stack = stack.deployed();
    assert_eq!(stack.stepwright(&["plan", "--detailed-exitcode"]).run().code, Some(0));
    assert_eq!(stack.stepwright(&["rollback", "--yes"]).run().code, Some(0));
}

#[test]
fn a_statement_that_is_no_longer_declared_is_no_drift() {
    let own = "\n[[machines.Workflow.policy]]\nactions = [\"s3:GetObject\"]\nresources = [\"arn:aws:s3:::in/*\"]\n";
    let stack = Stack::new()
        .file("stepwright.toml", &format!("{CONFIGURATION}{own}"))
        .deployed();
    let stack = stack.file("stepwright.toml", CONFIGURATION);
    let plan = stack.run(&["plan", "--quiet"]);
    assert!(plan.contains("- s3:GetObject") && !plan.contains("drift"), "{plan}");
}
