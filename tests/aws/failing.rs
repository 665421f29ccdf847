use std::time::Duration;

use crate::double::{Fault, Kind};
use crate::stack_under_test::Account;

const ASSUME: &str = "The role defined for the function cannot be assumed by Lambda.";
const STATES_ASSUME: &str = "Neither the global service principal states.amazonaws.com, nor the regional one is \
                             authorized to assume the provided role.";

/// A first deploy in which calls of `action` fail at first ends well, after waiting.
async fn check_deploy(action: &'static str, kind: Kind) {
    let account = Account::new();
    account.fail(action, 3, kind);
    account.deploy().await;
    let (waited, told) = account.waited.lock().unwrap().clone();
    assert!(waited >= Duration::from_millis(750), "{action}: {waited:?} {told:?}");
    assert!(told.iter().any(|told| told.starts_with(action)), "{action}: {told:?}");
    account.double.take_calls();
    assert_eq!(account.deploy().await, [""; 0], "{action}");
}

/// The same for an update of code and configuration.
async fn check_update(action: &'static str, kind: Kind) {
    let mut account = Account::new();
    account.deploy().await;
    account.set_code("Validate", "two");
    account.settings.functions[0].memory = 512;
    account.fail(action, 3, kind);
    account.deploy().await;
    assert!(
        account.waited.lock().unwrap().0 >= Duration::from_millis(750),
        "{action}"
    );
    assert_eq!(account.deploy().await, [""; 0], "{action}");
}

async fn check_destroy(action: &'static str, kind: Kind) {
    let account = Account::new();
    account.deploy().await;
    account.fail(action, 3, kind);
    account.destroy().await;
    assert!(
        account.waited.lock().unwrap().0 >= Duration::from_millis(750),
        "{action}"
    );
}

#[tokio::test]
async fn every_row_of_the_retry_table_is_waited_for() {
    use Kind::Refused;
    let conflict = Refused(
        409,
        "ResourceConflictException",
        "An update is in progress for resource",
    );
    let denied = Refused(400, "AccessDeniedException", STATES_ASSUME);
    check_deploy("CreateFunction", Refused(400, "InvalidParameterValueException", ASSUME)).await;
    check_update(
        "UpdateFunctionConfiguration",
        Refused(400, "InvalidParameterValueException", ASSUME),
    )
    .await;
    check_update("UpdateFunctionConfiguration", conflict).await;
    check_update("UpdateFunctionCode", conflict).await;
    check_deploy("PublishVersion", conflict).await;
    check_deploy("CreateStateMachine", denied).await;
    check_update("UpdateStateMachine", denied).await;
    check_deploy("CreateStateMachine", Refused(400, "StateMachineDeleting", "deleting")).await;
    check_deploy("CreateStateMachineAlias", Refused(400, "ConflictException", "conflict")).await;
    check_update("UpdateStateMachineAlias", Refused(400, "ConflictException", "conflict")).await;
    check_deploy("CreateRole", Refused(409, "ConcurrentModification", "busy")).await;
    check_deploy("PutRolePolicy", Refused(404, "NoSuchEntity", "no such role")).await;
    check_destroy("DeleteRole", Refused(409, "DeleteConflict", "still has policies")).await;
    check_deploy("PutRetentionPolicy", Refused(400, "OperationAbortedException", "busy")).await;
    check_deploy("CreateLogGroup", Refused(503, "ServiceUnavailableException", "busy")).await;
}

#[tokio::test]
async fn throttles_server_errors_and_silence_are_waited_for_in_every_action() {
    let throttled = Kind::Refused(400, "ThrottlingException", "Rate exceeded");
    let internal = Kind::Refused(500, "InternalFailure", "try again");
    for action in [
        "CreateRole",
        "CreateLogGroup",
        "CreateFunction",
        "PublishVersion",
        "CreateStateMachine",
    ] {
        for kind in [throttled, internal, Kind::Unsent] {
            check_deploy(action, kind).await;
        }
    }
    for action in ["DeleteRole", "DeleteFunction", "DeleteLogGroup", "DeleteStateMachine"] {
        check_destroy(action, throttled).await;
    }
}

#[tokio::test]
async fn a_lost_answer_is_not_a_failure() {
    for action in [
        "CreateRole",
        "PutRolePolicy",
        "CreateLogGroup",
        "CreateFunction",
        "PublishVersion",
        "CreateStateMachine",
    ] {
        let account = Account::new();
        account.fail(action, 1, Kind::LostAnswer);
        account.deploy().await;
        assert_eq!(account.deploy().await, [""; 0], "{action}");
        account.fail("DeleteRole", 1, Kind::LostAnswer);
        account.fail("DeleteFunction", 1, Kind::LostAnswer);
        account.fail("DeleteStateMachine", 1, Kind::LostAnswer);
        account.fail("DeleteLogGroup", 1, Kind::LostAnswer);
        account.destroy().await;
    }
}

#[tokio::test]
async fn what_the_caller_may_not_do_fails_at_once_and_names_the_permission() {
    let account = Account::new();
    let message = "User: arn:aws:iam::123456789012:user/dev is not authorized to perform: iam:PassRole on resource: \
                   arn:aws:iam::123456789012:role/stepwright/order/dev/order-dev-Validate";
    account.fail(
        "CreateFunction",
        99,
        Kind::Refused(403, "AccessDeniedException", message),
    );
    insta::assert_snapshot!(account.failed_deploy().await);
    assert_eq!(account.waited.lock().unwrap().0, Duration::ZERO);
}

#[tokio::test]
async fn a_refusal_shows_code_message_and_request_id() {
    let account = Account::new();
    account.fail(
        "CreateRole",
        99,
        Kind::Refused(409, "LimitExceeded", "Cannot exceed quota for RolesPerAccount: 1000"),
    );
    insta::assert_snapshot!(account.failed_deploy().await);
}

#[tokio::test]
async fn a_role_that_never_becomes_known_is_given_up() {
    let account = Account::new();
    account.fail(
        "CreateFunction",
        9999,
        Kind::Refused(400, "InvalidParameterValueException", ASSUME),
    );
    let told = account.failed_deploy().await;
    assert!(told.contains(ASSUME), "{told}");
    let waited = account.waited.lock().unwrap().0;
    assert!(waited >= Duration::from_secs(290), "{waited:?}");
}

#[tokio::test]
async fn after_a_failure_nothing_new_begins_and_the_next_deploy_goes_on() {
    let account = Account::new();
    account.fail("CreateStateMachine", 1, Kind::Refused(400, "InvalidDefinition", "no"));
    let plan = account.plan().await.unwrap();
    let outcome = account.apply(&plan).await;
    assert_eq!(outcome.failed.len(), 1);
    assert_eq!(outcome.not_tried.len(), 1);
    assert_eq!(outcome.applied.len() + 2, plan.steps.len());
    assert_eq!(account.plan().await.unwrap().steps.len(), 2);
    account.double.take_calls();
    assert_eq!(
        account.deploy().await,
        ["CreateStateMachine", "CreateStateMachineAlias"]
    );
}

#[tokio::test]
async fn an_alias_that_came_to_be_since_the_plan_was_made_is_moved() {
    let account = Account::new();
    account.fail(
        "CreateStateMachineAlias",
        1,
        Kind::Refused(400, "ValidationException", "no"),
    );
    account.failed_deploy().await;
    let plan = account.plan().await.unwrap();
    account.deploy().await;
    let outcome = account.apply(&plan).await;
    assert!(outcome.failed.is_empty(), "{outcome:#?}");
    assert_eq!(account.mutations(), ["UpdateStateMachineAlias"]);
}

#[tokio::test]
async fn an_interrupt_ends_what_is_under_way_and_begins_nothing() {
    let account = Account::new();
    let plan = account.plan().await.unwrap();
    account.stop();
    let outcome = account.apply(&plan).await;
    assert_eq!(outcome.not_tried.len(), plan.steps.len());
    assert_eq!(outcome.failed.len(), 0);
}

#[tokio::test]
async fn a_deploy_that_fails_at_any_call_is_finished_by_the_next() {
    let mut calls = 0;
    loop {
        let account = Account::new();
        let fault = |action| Fault {
            action,
            skip: calls,
            times: 1,
            kind: Kind::Refused(400, "ValidationException", "no"),
        };
        for action in [
            "CreateRole",
            "PutRolePolicy",
            "CreateLogGroup",
            "CreateFunction",
            "PublishVersion",
        ] {
            account.double.fail(fault(action));
        }
        let plan = account.plan().await.unwrap();
        let outcome = account.apply(&plan).await;
        if outcome.failed.is_empty() {
            break;
        }
        account.double.take_calls();
        for _ in 0..5 {
            let plan = account.plan().await.unwrap();
            account.apply(&plan).await;
        }
        assert_eq!(account.deploy().await, [""; 0]);
        calls += 1;
    }
    assert!(calls >= 2, "{calls}");
}

#[tokio::test]
async fn wrong_credentials_say_so() {
    let account = Account::new();
    let message = "The security token included in the request is invalid.";
    account.fail(
        "GetCallerIdentity",
        9,
        Kind::Refused(403, "InvalidClientTokenId", message),
    );
    let error = account.cloud().await.identify().await.unwrap_err();
    insta::assert_snapshot!(format!("{error}\nhelp: {}", error.help().unwrap()));
}

/// A first deploy fails at once and names the permission that the caller lacks.
async fn check_denial(action: &'static str, status: u16, code: &'static str, message: &'static str, permission: &str) {
    let account = Account::new();
    account.fail(action, 99, Kind::Refused(status, code, message));
    let told = account.failed_deploy().await;
    assert!(told.contains(&format!("`{permission}`")), "{told}");
    assert_eq!(account.waited.lock().unwrap().0, Duration::ZERO, "{told}");
}

#[tokio::test]
async fn a_denial_names_the_permission_in_every_service_and_form() {
    check_denial(
        "CreateRole",
        403,
        "AccessDenied",
        "User: arn:aws:iam::1:user/dev is not authorized to perform: iam:CreateRole on resource: \
         arn:aws:iam::1:role/x because no identity-based policy allows the iam:CreateRole action",
        "iam:CreateRole",
    )
    .await;
    check_denial(
        "PutRolePolicy",
        403,
        "AccessDenied",
        "Access Denied",
        "iam:PutRolePolicy",
    )
    .await;
    check_denial(
        "CreateLogGroup",
        400,
        "AccessDeniedException",
        "User: arn:aws:sts::1:assumed-role/ci/x is not authorized to perform: logs:CreateLogGroup on resource: \
         arn:aws:logs:us-east-1:1:log-group:g with an explicit deny in a service control policy",
        "logs:CreateLogGroup",
    )
    .await;
    for action in ["CreateFunction", "CreateStateMachine"] {
        check_denial(
            action,
            403,
            "AccessDeniedException",
            "User: arn:aws:iam::1:user/dev is not authorized to perform: iam:PassRole on resource: \
             arn:aws:iam::1:role/x because no session policy allows the iam:PassRole action",
            "iam:PassRole",
        )
        .await;
    }
    check_denial(
        "PublishVersion",
        403,
        "AccessDeniedException",
        "",
        "lambda:PublishVersion",
    )
    .await;
}

#[tokio::test]
async fn an_explicit_denial_says_what_kind_of_policy_it_is_in() {
    let account = Account::new();
    let message = "User: arn:aws:sts::123456789012:assumed-role/ci/x is not authorized to perform: iam:CreateRole on \
                   resource: arn:aws:iam::123456789012:role/x with an explicit deny in a service control policy";
    account.fail("CreateRole", 99, Kind::Refused(403, "AccessDenied", message));
    insta::assert_snapshot!(account.failed_deploy().await);
}

#[tokio::test]
async fn no_error_hides_behind_the_words_of_the_sdk() {
    const WORDS: [&str; 5] = [
        "service error",
        "dispatch failure",
        "unhandled",
        "ErrorMetadata",
        "construct",
    ];
    let kinds = [
        Kind::Refused(400, "SomethingNew", "the stars are wrong"),
        Kind::Page(200, "<html>a proxy</html>"),
        Kind::Page(404, "<html>a proxy</html>"),
        Kind::Page(502, "<html>a proxy</html>"),
        Kind::Unsent,
    ];
    let actions = [
        "CreateRole",
        "PutRolePolicy",
        "CreateLogGroup",
        "CreateFunction",
        "GetFunction",
        "PublishVersion",
        "CreateStateMachine",
        "CreateStateMachineAlias",
    ];
    for action in actions {
        for kind in kinds {
            // Nothing is read of these answers, so that any is as good as another.
            if ["PutRolePolicy", "CreateLogGroup"].contains(&action) && matches!(kind, Kind::Page(200, _)) {
                continue;
            }
            let account = Account::new();
            let plan = account.plan().await.unwrap();
            account.fail(action, 9999, kind);
            let told = account.failure_of(&plan).await;
            assert!(told.contains(action), "{told}");
            assert!(!WORDS.iter().any(|word| told.contains(word)), "{told}");
            if matches!(kind, Kind::Refused(..)) {
                let id = "request id 11111111-2222-3333-4444-555555555555";
                assert!(
                    ["SomethingNew", "the stars are wrong", id]
                        .iter()
                        .all(|part| told.contains(part)),
                    "{told}"
                );
            }
        }
    }
}
