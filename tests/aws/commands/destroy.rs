use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{FunctionCode, Runtime};
use insta::assert_snapshot;

use super::Stack;
use crate::state_machines::End;

#[test]
fn destroy_leaves_nothing() {
    let stack = Stack::new().deployed();
    let outcome = stack.stepwright(&["destroy", "--yes"]).run();
    assert_eq!(outcome.stdout, "order/dev is gone: 9 resources deleted\n", "{outcome}");
    assert_eq!(stack.mutations().len(), 12);
    assert_snapshot!(stack.run(&["destroy", "--yes"]));
    assert_eq!(stack.mutations(), [""; 0]);
    let outcome = stack.stepwright(&["status"]).run();
    assert!(outcome.stdout.ends_with("nothing is deployed\n"), "{outcome}");
}

#[test]
fn nothing_is_deleted_without_the_name() {
    let stack = Stack::new().deployed();
    assert_snapshot!(stack.run(&["destroy", "--quiet"]));
    assert_eq!(stack.mutations(), [""; 0]);
}

#[test]
fn executions_under_way_are_told_and_stopped_if_asked_for() {
    let stack = Stack::new().deployed();
    stack.stepwright(&["start"]).run();
    let outcome = stack.stepwright(&["destroy"]).run();
    assert_snapshot!(outcome.stderr.lines().skip(1).take(2).collect::<Vec<_>>().join("\n"));
    stack.double.take_calls();
    let outcome = stack.stepwright(&["destroy", "--yes", "--stop-executions"]).run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert_eq!(stack.mutations()[..2], ["StopExecution", "DeleteStateMachine"]);
}

#[test]
fn executions_that_ended_are_no_concern() {
    let stack = Stack::new().deployed();
    stack.stepwright(&["start"]).run();
    stack.double.end_executions(End::Failed("E", "c"));
    let outcome = stack.stepwright(&["destroy", "--yes"]).run();
    assert!(!outcome.stderr.contains("under way"), "{outcome}");
}

/// Somebody else's function with a name of the stack, and another that merely begins like them.
#[tokio::main(flavor = "current_thread")]
pub(super) async fn foreign_functions(stack: &Stack) {
    let iam = aws_sdk_iam::Client::new(&stack.double.configuration());
    let role = iam.create_role().role_name("theirs").assume_role_policy_document("{}");
    let role = role.send().await.unwrap().role.unwrap();
    let lambda = aws_sdk_lambda::Client::new(&stack.double.configuration());
    for name in ["order-dev-Validate", "order-dev-Theirs"] {
        let code = FunctionCode::builder().zip_file(Blob::new("theirs")).build();
        let create = lambda.create_function().function_name(name).role(&role.arn).code(code);
        let create = create.runtime(Runtime::Providedal2023).handler("theirs");
        create.send().await.unwrap();
    }
    stack.double.take_calls();
}

#[test]
fn what_is_somebody_elses_is_refused_and_left_alone() {
    let stack = Stack::new();
    foreign_functions(&stack);
    assert_snapshot!(stack.run(&["deploy", "--yes"]));
    assert_snapshot!(stack.run(&["plan"]));
    assert_snapshot!(stack.run(&["destroy", "--yes"]));
    assert_eq!(stack.mutations(), [""; 0]);
}

#[test]
fn log_groups_are_kept_if_asked_for_and_go_with_the_next_destroy() {
    let stack = Stack::new().deployed();
    let outcome = stack.stepwright(&["destroy", "--yes", "--keep-logs"]).run();
    let expected = "order/dev is gone: 6 resources deleted, 3 log groups kept\n";
    assert_eq!(outcome.stdout, expected, "{outcome}");
    assert!(!stack.mutations().contains(&"DeleteLogGroup".to_owned()));
    let outcome = stack.stepwright(&["destroy", "--yes"]).run();
    assert_eq!(outcome.stdout, "order/dev is gone: 3 resources deleted\n", "{outcome}");
}

#[test]
fn what_was_kept_is_taken_up_by_the_next_deploy() {
    let stack = Stack::new().deployed();
    stack.stepwright(&["destroy", "--yes", "--keep-logs"]).run();
    stack.double.take_calls();
    let stack = stack.deployed();
    assert_eq!(stack.stepwright(&["plan", "--detailed-exitcode"]).run().code, Some(0));
}

#[test]
fn executions_of_express_state_machines_are_said_to_be_unknown() {
    let express = super::CONFIGURATION.replace(
        "definition = \"workflow.asl.json\"",
        "definition = \"workflow.asl.json\"\ntype = \"EXPRESS\"",
    );
    let stack = Stack::new().file("stepwright.toml", &express).deployed();
    let outcome = stack.stepwright(&["destroy", "--yes"]).run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let warned = outcome.stderr.lines().skip_while(|line| !line.starts_with("warning"));
    assert_snapshot!(warned.take(2).collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_deletion_that_takes_long_is_told_of() {
    let stack = Stack::new().deployed();
    stack.stepwright(&["start"]).run();
    let outcome = stack.stepwright(&["destroy", "--yes"]).run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let waits = outcome.stderr.lines().filter(|line| line.contains("not gone yet"));
    assert_eq!(
        waits.collect::<Vec<_>>(),
        ["DeleteStateMachine order-dev-Workflow: not gone yet"],
        "{outcome}"
    );
}

#[test]
fn a_stage_that_is_deployed_to_another_region_is_told_why_and_what_to_do() {
    let stack = Stack::new().deployed();
    assert_snapshot!(stack.run(&["deploy", "--yes", "--region", "eu-west-1", "--quiet"]));
    let outcome = stack.stepwright(&["destroy", "--yes", "--region", "eu-west-1"]).run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert_eq!(stack.mutations(), [""; 0]);
}
