//! Services that refuse a role: because IAM has not told them yet, or because it lacks something.

use std::time::Duration;

use aws_sdk_iam::Client;
use stack::Plan;

use crate::double::Kind;
use crate::stack_under_test::Account;

const ASSUME: &str = "The role defined for the function cannot be assumed by Lambda.";
const STATES_ASSUME: &str = "Neither the global service principal states.amazonaws.com, nor the regional one is \
                             authorized to assume the provided role.";
const DESTINATION: &str = "The state machine IAM Role is not authorized to access the Log Destination";
const ROLE: &str = "order-dev-Workflow";

/// A deployed stack with a change of the state machine planned, which Step Functions refuses for ever with `message`.
async fn refused(message: &'static str) -> (Account, Plan, Client) {
    let mut account = Account::new();
    // What somebody else attached to a role, only who is allowed more than the stack needs can read.
    account.more = vec![stack::ManagedPolicy {
        name: "read".to_owned(),
        statements: vec![stack::Statement {
            sid: "Read".to_owned(),
            actions: vec!["iam:GetPolicy".to_owned(), "iam:GetPolicyVersion".to_owned()],
            resources: ["*".to_owned()].into(),
            conditions: stack::Conditions::new(),
            states: std::collections::BTreeSet::new(),
            purpose: None,
            notes: Default::default(),
        }],
    }];
    account.deploy().await;
    account.set_definition(&["Confirm", "Validate"]);
    account.fail(
        "UpdateStateMachine",
        9999,
        Kind::Refused(400, "AccessDeniedException", message),
    );
    let plan = account.plan().await.unwrap();
    let iam = Client::new(&account.double.configuration());
    (account, plan, iam)
}

/// How applying the plan fails, which it does before 20 s have been waited for.
async fn failure(account: &Account, plan: &Plan) -> String {
    let outcome = account.apply(plan).await;
    let (_, error) = outcome.failed.first().unwrap();
    let waited = account.waited.lock().unwrap().0;
    assert!(waited < Duration::from_secs(20), "{waited:?}");
    assert!(waited > Duration::from_secs(15), "{waited:?}");
    let source = std::error::Error::source(error).unwrap();
    format!("{error}\ncaused by: {source}\nhelp: {}", error.help().unwrap())
}

/// Whether it is waited to the end of all patience, because nothing is known to be missing; with all that was told.
async fn check_patience(account: &Account, plan: &Plan, is_known_to_be_right: bool) {
    let outcome = account.apply(plan).await;
    let (_, error) = outcome.failed.first().unwrap();
    assert!(error.call().is_some(), "{error}");
    let (waited, told) = account.waited.lock().unwrap().clone();
    assert!(waited > Duration::from_secs(110), "{waited:?}");
    let right = told.iter().any(|told| told.ends_with("`, whose policies are right"));
    assert_eq!(right, is_known_to_be_right, "{told:#?}");
}

#[tokio::test]
async fn an_action_that_the_role_may_not_call_is_named_with_the_state_that_needs_it() {
    let (account, plan, iam) = refused(STATES_ASSUME).await;
    let document = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"logs:*","Resource":"*"},
        {"Effect":"Allow","Action":"lambda:InvokeFunction","Resource":"*order-dev-Confirm*"}]}"#;
    let put = iam.put_role_policy().role_name(ROLE).policy_name("stepwright");
    put.policy_document(document).send().await.unwrap();
    insta::assert_snapshot!(failure(&account, &plan).await);
}

#[tokio::test]
async fn a_role_that_the_service_may_not_assume_is_named() {
    let (account, plan, iam) = refused(STATES_ASSUME).await;
    let trust = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let update = iam.update_assume_role_policy().role_name(ROLE);
    update.policy_document(trust).send().await.unwrap();
    insta::assert_snapshot!(failure(&account, &plan).await);
}

#[tokio::test]
async fn a_policy_attached_by_hand_that_denies_is_named() {
    let (account, plan, iam) = refused(DESTINATION).await;
    let document =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"logs:PutResourcePolicy","Resource":"*"}}"#;
    let policy = iam.create_policy().policy_name("no-logs").policy_document(document);
    let arn = policy.send().await.unwrap().policy.unwrap().arn.unwrap();
    let attach = iam.attach_role_policy().role_name(ROLE).policy_arn(arn);
    attach.send().await.unwrap();
    insta::assert_snapshot!(failure(&account, &plan).await);
}

#[tokio::test]
async fn a_boundary_that_does_not_allow_what_is_needed_is_named() {
    let (account, plan, iam) = refused(DESTINATION).await;
    let document = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"lambda:*","Resource":"*"}}"#;
    let policy = iam.create_policy().policy_name("most").policy_document(document);
    let arn = policy.send().await.unwrap().policy.unwrap().arn.unwrap();
    let put = iam
        .put_role_permissions_boundary()
        .role_name(ROLE)
        .permissions_boundary(arn);
    put.send().await.unwrap();
    insta::assert_snapshot!(failure(&account, &plan).await);
}

#[tokio::test]
async fn a_functions_role_that_lambda_may_not_assume_is_named() {
    let mut account = Account::new();
    account.deploy().await;
    account.settings.functions[0].memory = 512;
    let plan = account.plan().await.unwrap();
    let refusal = Kind::Refused(400, "InvalidParameterValueException", ASSUME);
    account.fail("UpdateFunctionConfiguration", 9999, refusal);
    let trust = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Principal":{"Service":"states.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let iam = Client::new(&account.double.configuration());
    let update = iam.update_assume_role_policy().role_name("order-dev-Validate");
    update.policy_document(trust).send().await.unwrap();
    insta::assert_snapshot!(failure(&account, &plan).await);
}

#[tokio::test]
async fn log_resource_policies_that_are_full_are_told_from_a_role_that_may_not() {
    let (account, plan, _) = refused(DESTINATION).await;
    let logs = aws_sdk_cloudwatchlogs::Client::new(&account.double.configuration());
    for number in 0..10 {
        let document = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"route53.amazonaws.com"},"Action":"logs:PutLogEvents","Resource":"*"}]}"#;
        let put = logs.put_resource_policy().policy_name(format!("dns-{number}"));
        put.policy_document(document).send().await.unwrap();
    }
    insta::assert_snapshot!(failure(&account, &plan).await);
}

#[tokio::test]
async fn a_role_that_lacks_nothing_is_waited_for_and_said_to_be_right() {
    for message in [STATES_ASSUME, DESTINATION] {
        let (account, plan, _) = refused(message).await;
        check_patience(&account, &plan, true).await;
    }
}

#[tokio::test]
async fn a_role_that_cannot_be_read_is_waited_for() {
    let (account, plan, _) = refused(STATES_ASSUME).await;
    let message = "User: arn:aws:iam::123456789012:user/dev is not authorized to perform: iam:GetRole";
    account.fail("GetRole", 99, Kind::Refused(403, "AccessDenied", message));
    check_patience(&account, &plan, false).await;
}

#[tokio::test]
async fn a_wait_for_a_role_names_it() {
    let account = Account::new();
    let refusal = Kind::Refused(400, "InvalidParameterValueException", ASSUME);
    account.fail("CreateFunction", 5, refusal);
    account.deploy().await;
    let told = account.waited.lock().unwrap().1.clone();
    let expected = "CreateFunction order-dev-Confirm: waiting for IAM to know the role `order-dev-Confirm`";
    assert!(told.iter().any(|told| told == expected), "{told:#?}");
}
