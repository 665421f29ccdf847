use aws_sdk_lambda::types::{FunctionCode, Runtime};
use stack::Observed;

use crate::double::Kind;
use crate::stack_under_test::Account;

#[tokio::test]
async fn destroy_leaves_nothing() {
    let account = Account::new();
    account.deploy().await;
    let (calls, foreign) = account.destroy().await;
    insta::assert_snapshot!(calls.join("\n"));
    assert_eq!(foreign, []);
    assert_eq!(account.observe().await, Observed::default());
    assert_eq!(account.destroy().await.0, [""; 0]);
}

#[tokio::test]
async fn destroy_takes_down_what_a_failed_deploy_left() {
    for action in [
        "CreateRole",
        "PutRolePolicy",
        "PutRetentionPolicy",
        "CreateFunction",
        "PublishVersion",
        "CreateStateMachine",
        "CreateStateMachineAlias",
    ] {
        let account = Account::new();
        account.fail(action, 1, Kind::Refused(400, "ValidationException", "no"));
        let told = account.failed_deploy().await;
        assert!(told.contains(action), "{told}");
        account.destroy().await;
        assert_eq!(account.observe().await, Observed::default(), "after a failed {action}");
    }
}

#[tokio::test]
async fn destroy_removes_policies_that_others_added() {
    let account = Account::new();
    account.deploy().await;
    let iam = aws_sdk_iam::Client::new(&account.double.configuration());
    let put = iam
        .put_role_policy()
        .role_name("order-dev-Validate")
        .policy_name("by-hand");
    put.policy_document(r#"{"Version":"2012-10-17","Statement":[]}"#)
        .send()
        .await
        .unwrap();
    account.destroy().await;
    assert_eq!(account.observe().await, Observed::default());
}

/// Somebody else's function with a name of the stack, and another that merely begins like them.
async fn foreign_functions(account: &Account) {
    let iam = aws_sdk_iam::Client::new(&account.double.configuration());
    let role = iam.create_role().role_name("theirs").assume_role_policy_document("{}");
    let role = role.send().await.unwrap().role.unwrap();
    let lambda = aws_sdk_lambda::Client::new(&account.double.configuration());
    for name in ["order-dev-Validate", "order-dev-Theirs"] {
        let code = FunctionCode::builder()
            .zip_file(aws_sdk_lambda::primitives::Blob::new("theirs"))
            .build();
        let create = lambda.create_function().function_name(name).role(&role.arn).code(code);
        create
            .runtime(Runtime::Providedal2023)
            .handler("theirs")
            .send()
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn what_is_not_ours_is_neither_adopted_nor_deleted() {
    let account = Account::new();
    foreign_functions(&account).await;
    account.double.take_calls();
    let foreign = account.plan().await.unwrap_err();
    assert_eq!(
        foreign[0].to_string(),
        "function `order-dev-Validate` was not made by stepwright"
    );
    assert_eq!(account.mutations(), [""; 0]);
    let (calls, foreign) = account.destroy().await;
    assert_eq!((calls.len(), foreign.len()), (0, 1));
    let left: Vec<String> = account.observe().await.functions.into_keys().collect();
    assert_eq!(left, ["order-dev-Theirs", "order-dev-Validate"]);
}

#[tokio::test]
async fn destroy_takes_ours_and_leaves_theirs() {
    let account = Account::new();
    account.deploy().await;
    let mut other = Account::new();
    other.double = account.double.clone();
    other.settings.scope.stack = "order-dev".into();
    other.settings.scope.stage = "x".into();
    other.set_definition(&["Validate", "Confirm"]);
    other.deploy().await;
    account.destroy().await;
    assert_eq!(other.deploy().await, [""; 0]);
}

/// The calls of a teardown from the first deletion on, the same in a row once.
async fn teardown(account: &Account) -> Vec<String> {
    let (plan, _) = stack::teardown(
        &account.settings.scope,
        &stack::Names::from(&account.desired()),
        &account.observe().await,
    );
    account.double.take_calls();
    let outcome = account.apply(&plan).await;
    assert!(outcome.is_complete(), "{outcome:#?}");
    let mut calls = account.double.take_calls();
    calls.dedup();
    calls
}

#[tokio::test]
async fn roles_and_functions_stay_until_the_state_machine_is_gone_and_log_groups_are_last() {
    let account = Account::new();
    account.deploy().await;
    let calls = teardown(&account).await;
    let last = |action: &str| calls.iter().rposition(|call| call == action).unwrap();
    let first = |action: &str| calls.iter().position(|call| call == action).unwrap();
    assert_eq!(first("DeleteStateMachine"), 0);
    assert!(last("DescribeStateMachine") < first("DeleteFunction"), "{calls:?}");
    assert!(last("DeleteFunction") < first("DeleteRolePolicy"), "{calls:?}");
    assert!(last("DeleteRole") < first("DeleteLogGroup"), "{calls:?}");
}

#[tokio::test]
async fn a_state_machine_under_deletion_is_waited_for_before_it_is_made_again() {
    let account = Account::new();
    account.deploy().await;
    let states = aws_sdk_sfn::Client::new(&account.double.configuration());
    let arn = account.settings.scope.machine_arn("order-dev-Workflow");
    account.double.delete_slowly(10);
    states
        .delete_state_machine()
        .state_machine_arn(&arn)
        .send()
        .await
        .unwrap();
    let observed = account.observe().await;
    assert!(observed.machines["order-dev-Workflow"].deleting);
    account.deploy().await;
    let told = account.waited.lock().unwrap().1.clone();
    let waiting = "CreateStateMachine order-dev-Workflow: waiting for the old state machine to be gone";
    assert!(told.iter().any(|told| told == waiting), "{told:#?}");
    assert_eq!(account.deploy().await, [""; 0]);
}

#[tokio::test]
async fn a_state_machine_that_does_not_go_is_given_up_with_its_role_in_place() {
    let account = Account::new();
    account.deploy().await;
    account.double.delete_slowly(100_000);
    let (plan, _) = stack::teardown(
        &account.settings.scope,
        &stack::Names::from(&account.desired()),
        &account.observe().await,
    );
    let outcome = account.apply(&plan).await;
    let (_, error) = outcome.failed.first().unwrap();
    insta::assert_snapshot!(format!("{error}\nhelp: {}", error.help().unwrap()));
    let observed = account.observe().await;
    assert_eq!(
        (
            observed.roles.len(),
            observed.functions.len(),
            observed.log_groups.len()
        ),
        (3, 2, 3)
    );
    account.double.delete_slowly(1);
    account.destroy().await;
    assert_eq!(account.observe().await, Observed::default());
}
