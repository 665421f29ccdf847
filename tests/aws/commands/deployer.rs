//! The commands as somebody runs them who may do exactly what `policy deployer` prints.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{CONFIGURATION, Stack};
use crate::state_machines::End;

/// A stack that needs whatever a setting can ask for but a zip that is too large for a call.
const EVERYTHING: &str = r#"permissions_boundary = "arn:aws:iam::123456789012:policy/Boundary"
kms_key = "arn:aws:kms:us-east-1:123456789012:key/1"

[deploy]
bucket = "zips"
alarms = ["errors"]

[tags]
team = "payments"
"#;

/// Whoever deploys may do what is printed, without `action`.
fn printed(stack: Stack, without: Option<&str>) -> Stack {
    let printed = stack
        .stepwright(&[
            "policy",
            "deployer",
            "--account",
            "123456789012",
            "--region",
            "us-east-1",
        ])
        .run();
    assert_eq!(printed.code, Some(0), "{printed}");
    let documents = serde_json::Deserializer::from_str(&printed.stdout).into_iter::<Value>();
    let policies = documents.map(|document| {
        let mut document = document.unwrap();
        for statement in document["Statement"].as_array_mut().unwrap() {
            let actions = statement["Action"].as_array_mut().unwrap();
            actions.retain(|action| without.is_none_or(|without| action != without));
        }
        document.to_string().parse().unwrap()
    });
    stack.double.allow(policies.collect());
    stack
}

fn everything() -> Stack {
    let environment = r#"{ LEVEL = { ssm = "/order/level" }, TOKEN = { secret = "order" } }"#;
    let configuration = CONFIGURATION.replace("{ LEVEL = \"info\" }", environment);
    let (first, rest) = configuration.split_once('\n').unwrap();
    let (bound, sections) = EVERYTHING.split_once("\n\n").unwrap();
    let stack = Stack::new().file("stepwright.toml", &format!("{first}\n{bound}\n{rest}\n{sections}"));
    stack.double.set_parameter("/order/level", "info");
    stack.double.set_secret("order", "hunter2");
    stack.double.alarms(|alarms| alarms.set("errors", None));
    stack
}

#[test]
fn a_stack_lives_with_exactly_what_is_printed() {
    for stack in [Stack::new(), everything()] {
        let stack = printed(stack, None);
        let run = |stack: &Stack, arguments: &[&str]| {
            let outcome = stack.stepwright(arguments).run();
            assert_eq!(outcome.code, Some(0), "{outcome}");
            assert!(!outcome.stderr.contains("not authorized"), "{outcome}");
        };
        run(&stack, &["plan"]);
        run(&stack, &["deploy", "--yes"]);
        stack.double.end_executions(End::Succeeded(json!(1)));
        run(&stack, &["start", "--wait"]);
        run(&stack, &["status"]);
        run(&stack, &["executions"]);
        let stack = stack.changed("two");
        run(&stack, &["deploy", "--yes"]);
        run(&stack, &["rollback", "--yes"]);
        run(&stack, &["destroy", "--yes"]);
    }
}

#[test]
fn the_first_action_that_is_not_allowed_is_named() {
    let stack = printed(Stack::new(), Some("states:CreateStateMachine"));
    assert_snapshot!(stack.run(&["deploy", "--yes", "--quiet"]));
    let stack = printed(stack, None);
    assert_eq!(stack.stepwright(&["deploy", "--yes"]).run().code, Some(0));
}

#[test]
fn tags_that_are_hidden_are_not_taken_for_none() {
    let stack = printed(Stack::new().deployed(), Some("lambda:ListTags"));
    assert_snapshot!(stack.run(&["plan", "--quiet"]));
}
