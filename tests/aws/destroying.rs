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
