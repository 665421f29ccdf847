use stack::{Common, Summary};

use crate::stack_under_test::Account;

fn counted(mut calls: Vec<String>) -> String {
    calls.sort();
    let mut lines: Vec<(usize, String)> = Vec::new();
    for call in calls {
        match lines.last_mut() {
            Some((count, last)) if *last == call => *count += 1,
            _ => lines.push((1, call)),
        }
    }
    let lines: Vec<String> = lines
        .into_iter()
        .map(|(count, call)| format!("{count} {call}"))
        .collect();
    lines.join("\n")
}

#[tokio::test]
async fn the_first_deploy_makes_everything() {
    let account = Account::new();
    insta::assert_snapshot!(counted(account.deploy().await));
    let (version, definition) = account.live().await;
    assert_eq!(version, 1);
    assert!(definition.contains(":function:order-dev-Validate:1\""), "{definition}");
}

#[tokio::test]
async fn a_second_deploy_changes_nothing() {
    let account = Account::new();
    account.deploy().await;
    let plan = account.plan().await.unwrap();
    assert_eq!(
        Summary::new(&account.settings.scope, &plan).to_string(),
        "nothing to do"
    );
    assert_eq!(account.deploy().await, [""; 0]);
}

#[tokio::test]
async fn planning_only_reads() {
    let account = Account::new();
    account.plan().await.unwrap();
    assert_eq!(account.mutations(), [""; 0]);
}

#[tokio::test]
async fn changed_code_becomes_a_new_version_and_the_alias_moves() {
    let mut account = Account::new();
    account.deploy().await;
    account.set_code("Validate", "two");
    insta::assert_snapshot!(counted(account.deploy().await), @"
    1 PublishStateMachineVersion
    1 PublishVersion
    1 UpdateFunctionCode
    1 UpdateStateMachine
    1 UpdateStateMachineAlias
    ");
    let (version, definition) = account.live().await;
    assert_eq!(version, 2);
    assert!(definition.contains(":function:order-dev-Validate:2\""), "{definition}");
    assert!(definition.contains(":function:order-dev-Confirm:1\""), "{definition}");
    assert_eq!(account.deploy().await, [""; 0]);
}

#[tokio::test]
async fn changed_configuration_becomes_a_new_version() {
    let mut account = Account::new();
    account.deploy().await;
    account.settings.functions[0].memory = 256;
    account.settings.functions[0]
        .environment
        .insert("LEVEL".into(), "debug".into());
    insta::assert_snapshot!(counted(account.deploy().await), @"
    1 PublishStateMachineVersion
    1 PublishVersion
    1 UpdateFunctionConfiguration
    1 UpdateStateMachine
    1 UpdateStateMachineAlias
    ");
    assert_eq!(account.deploy().await, [""; 0]);
}

#[tokio::test]
async fn a_changed_definition_leaves_functions_alone() {
    let mut account = Account::new();
    account.deploy().await;
    account.set_definition(&["Confirm", "Validate"]);
    insta::assert_snapshot!(counted(account.deploy().await), @"
    1 PublishStateMachineVersion
    1 UpdateStateMachine
    1 UpdateStateMachineAlias
    ");
    assert_eq!(account.deploy().await, [""; 0]);
}

#[tokio::test]
async fn a_removed_function_goes_after_the_alias_moved() {
    let mut account = Account::new();
    account.settings.deploys.keep_versions = 2;
    account.deploy().await;
    account.settings.functions.truncate(1);
    account.set_definition(&["Validate"]);
    account.deploy().await;
    account.set_code("Validate", "two");
    let calls = account.deploy().await;
    insta::assert_snapshot!(calls.join("\n"));
    let observed = account.observe().await;
    assert!(!observed.functions.contains_key("order-dev-Confirm"));
    assert!(!observed.roles.contains_key("order-dev-Confirm"));
    assert_eq!(account.deploy().await, [""; 0]);
}

#[tokio::test]
async fn what_executions_under_way_use_stays_until_they_end() {
    let mut account = Account::new();
    account.deploy().await;
    let cloud = account.cloud().await;
    let start = stepwright::aws::Start {
        machine: "order-dev-Workflow",
        input: "{}",
        name: "slow",
    };
    let standard = asl::MachineType::Standard;
    let arn = stepwright::aws::start(&cloud, &account.settings.scope, standard, start)
        .await
        .unwrap();
    let execution = stepwright::aws::describe(&cloud, &arn).await.unwrap();
    account.settings.functions.truncate(1);
    account.set_definition(&["Validate"]);
    let plan = account.plan().await.unwrap();
    assert_eq!(execution.status, stepwright::aws::ExecutionStatus::Running);
    insta::assert_snapshot!(Summary::new(&account.settings.scope, &plan));
}

#[tokio::test]
async fn tags_the_boundary_of_roles_and_the_key_come_change_and_go() {
    let mut account = Account::new();
    account.deploy().await;
    let change = |common: Common, account: &mut Account| account.settings.common = common;
    let bound = Some("arn:aws:iam::123456789012:policy/Bound".to_owned());
    let tags = |value: &str| [("team".to_owned(), value.to_owned())].into();
    let first = Common {
        tags: tags("payments"),
        permissions_boundary: bound,
        kms_key: Some("arn:aws:kms:us-east-1:123456789012:key/1".to_owned()),
        bucket: None,
        ..Common::default()
    };
    let mut told = Vec::new();
    for common in [
        first,
        Common {
            tags: tags("orders"),
            ..Common::default()
        },
        Common::default(),
    ] {
        // Who moves away from a key still needs it.
        account.more = account.policies();
        change(common, &mut account);
        told.push(counted(account.deploy().await));
        assert_eq!(account.deploy().await, [""; 0]);
    }
    insta::assert_snapshot!(told.join("\n\n"));
}

#[tokio::test]
async fn what_is_new_has_its_tags_boundary_and_key_at_once() {
    let mut account = Account::new();
    account.settings.common = Common {
        tags: [("team".to_owned(), "payments".to_owned())].into(),
        permissions_boundary: Some("arn:aws:iam::123456789012:policy/Bound".to_owned()),
        kms_key: Some("arn:aws:kms:us-east-1:123456789012:key/1".to_owned()),
        bucket: None,
        ..Common::default()
    };
    let calls = account.deploy().await;
    assert!(
        !calls
            .iter()
            .any(|call| call.contains("Tag") || call.contains("Boundary") || call.contains("Key")),
        "{calls:?}"
    );
    assert_eq!(account.deploy().await, [""; 0]);
}

#[tokio::test]
async fn a_function_gets_access_to_its_environment_for_a_role_that_is_made_again() {
    let account = Account::new();
    account.deploy().await;
    let iam = aws_sdk_iam::Client::new(&account.double.configuration());
    let role = "order-dev-Validate";
    let policy = iam.delete_role_policy().role_name(role).policy_name("stepwright");
    policy.send().await.unwrap();
    iam.delete_role().role_name(role).send().await.unwrap();
    account.double.take_calls();
    let calls = account.deploy().await;
    assert_eq!(calls, ["CreateRole", "PutRolePolicy", "UpdateFunctionConfiguration"]);
    assert_eq!(account.deploy().await, [""; 0]);
}

#[tokio::test]
async fn drift_is_repaired() {
    let account = Account::new();
    account.deploy().await;
    let lambda = aws_sdk_lambda::Client::new(&account.double.configuration());
    let update = lambda
        .update_function_configuration()
        .function_name("order-dev-Validate");
    update.timeout(900).send().await.unwrap();
    let plan = account.plan().await.unwrap();
    insta::assert_snapshot!(Summary::new(&account.settings.scope, &plan), @"
    ~ update  function      order-dev-Validate
        timeout: 900 s -> 10 s

    1 to update
    ");
    account.deploy().await;
    assert_eq!(account.deploy().await, [""; 0]);
}
