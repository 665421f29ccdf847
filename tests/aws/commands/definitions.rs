use insta::assert_snapshot;

use super::Stack;

/// As tutorials have it: `REGION` and `ACCOUNT_ID` stand for what they say.
const TUTORIAL: &str = r#"{
  "Comment": "An example of the Amazon States Language using a choice state.",
  "StartAt": "ValidateOrder",
  "States": {
    "ValidateOrder": {
      "Type": "Task",
      "Resource": "arn:aws:lambda:REGION:ACCOUNT_ID:function:Validate",
      "Next": "ConfirmOrder"
    },
    "ConfirmOrder": {
      "Type": "Task",
      "Resource": "arn:aws:lambda:REGION:ACCOUNT_ID:function:Confirm",
      "End": true
    }
  }
}"#;

#[tokio::main(flavor = "current_thread")]
async fn live_definition(stack: &Stack) -> String {
    let states = aws_sdk_sfn::Client::new(&stack.double.configuration());
    let arn = "arn:aws:states:us-east-1:123456789012:stateMachine:order-dev-Workflow:1";
    let found = states.describe_state_machine().state_machine_arn(arn).send().await;
    found.unwrap().definition
}

#[tokio::main(flavor = "current_thread")]
async fn policy(stack: &Stack) -> String {
    let iam = aws_sdk_iam::Client::new(&stack.double.configuration());
    let get = iam
        .get_role_policy()
        .role_name("order-dev-Workflow")
        .policy_name("stepwright");
    let found = get.send().await.unwrap().policy_document;
    percent_encoding::percent_decode_str(&found)
        .decode_utf8_lossy()
        .into_owned()
}

#[test]
fn a_tutorials_definition_is_deployed_as_it_is() {
    let stack = Stack::new().file("workflow.asl.json", TUTORIAL).deployed();
    let definition = live_definition(&stack);
    for name in ["Validate", "Confirm"] {
        let arn = format!("\"arn:aws:lambda:us-east-1:123456789012:function:order-dev-{name}:1\"");
        assert!(definition.contains(&arn), "{definition}");
    }
}

#[test]
fn the_order_workflow_is_deployed_as_it_is() {
    let functions = ["ValidateOrder", "CheckInventory", "ProcessPayment", "ConfirmOrder"];
    let mut configuration = "stack = \"order\"\n".to_owned();
    for function in functions {
        configuration += &format!("[functions.{function}Function]\npackage = \"hello\"\n");
    }
    configuration += "[machines.Workflow]\ndefinition = \"workflow.asl.json\"\n";
    let definition = include_str!("../../../statemachine/order-workflow.asl.json");
    let stack = Stack::new()
        .file("stepwright.toml", &configuration)
        .file("workflow.asl.json", definition)
        .deployed();
    let definition = live_definition(&stack);
    for function in functions {
        assert!(
            definition.contains(&format!("order-dev-{function}Function:1\"")),
            "{definition}"
        );
    }
}

#[test]
fn a_function_is_called_at_its_version_however_it_is_named() {
    let stack = Stack::new().deployed();
    let definition = live_definition(&stack);
    for name in ["Validate", "Confirm"] {
        let arn = format!("\"arn:aws:lambda:us-east-1:123456789012:function:order-dev-{name}:1\"");
        assert!(definition.contains(&arn), "{definition}");
    }
}

#[test]
fn a_function_that_is_nowhere_is_refused() {
    let definition = TUTORIAL.replace(":function:Validate", ":function:Validat");
    let stack = Stack::new().file("workflow.asl.json", &definition);
    assert_snapshot!(stack.run(&["deploy", "--yes"]));
    assert_eq!(stack.mutations(), [""; 0]);
}

#[test]
fn a_function_of_another_account_may_be_invoked() {
    let theirs = "arn:aws:lambda:us-east-1:999999999999:function:Validate:7";
    let definition = TUTORIAL.replace("arn:aws:lambda:REGION:ACCOUNT_ID:function:Validate", theirs);
    let stack = Stack::new().file("workflow.asl.json", &definition).deployed();
    assert!(live_definition(&stack).contains(&format!("\"{theirs}\"")));
    assert!(policy(&stack).contains("\"arn:aws:lambda:us-east-1:999999999999:function:Validate\""));
}

#[test]
fn what_a_role_cannot_be_given_is_refused_at_its_place() {
    let definition = TUTORIAL.replace(
        "\"Resource\": \"arn:aws:lambda:REGION:ACCOUNT_ID:function:Confirm\"",
        "\"Resource\": \"arn:aws:states:::sns:publish\",\n      \"Parameters\": { \"TopicArn\": \"t\", \"Message\": \"m\" }",
    );
    let stack = Stack::new().file("workflow.asl.json", &definition);
    assert_snapshot!(stack.run(&["plan"]));
}

#[test]
fn an_invalid_definition_is_refused_before_anything_is_built() {
    let definition = TUTORIAL
        .replace("\"ConfirmOrder\",", "\"Confirm\",")
        .replace("\"Next\": \"ConfirmOrder\"", "\"Next\": \"Confirm\"");
    let stack = Stack::new().file("workflow.asl.json", &definition);
    assert_snapshot!(stack.run(&["deploy", "--yes"]));
    assert!(!stack.workspace.path().join("target").exists());
}
