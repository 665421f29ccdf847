//! What people change by hand is told as drift, and a deploy puts it back.

use aws_sdk_sfn::types::{LogLevel, LoggingConfiguration, RoutingConfigurationListItem};
use stack::{Observed, Summary};

use crate::stack_under_test::Account;

impl Account {
    async fn explained(&self) -> Summary {
        let (desired, observed) = (self.desired(), self.observe().await);
        let plan = stack::plan(&desired, &observed).unwrap();
        Summary::of_deploy(&desired, &observed, &plan)
    }

    /// Leaves the description as it is.
    pub(crate) async fn move_alias_by_hand(&self, routes: &[(u64, i32)]) {
        let states = aws_sdk_sfn::Client::new(&self.double.configuration());
        let scope = &self.settings.scope;
        let mut update = states.update_state_machine_alias();
        for (version, weight) in routes {
            let route = RoutingConfigurationListItem::builder();
            let route = route.state_machine_version_arn(scope.machine_version_arn("order-dev-Workflow", *version));
            update = update.routing_configuration(route.weight(*weight).build().unwrap());
        }
        let update = update.state_machine_alias_arn(scope.alias_arn("order-dev-Workflow"));
        update.send().await.unwrap();
    }

    async fn change_by_hand(&self) {
        let configuration = self.double.configuration();
        let iam = aws_sdk_iam::Client::new(&configuration);
        let role = || iam.put_role_policy().role_name("order-dev-Workflow");
        let all = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
        let policy = role().policy_name("stepwright").policy_document(all);
        policy.send().await.unwrap();
        role().policy_name("more").policy_document(all).send().await.unwrap();
        let trust = all
            .replace("s3:*", "sts:AssumeRole")
            .replace("\"Resource\":\"*\"", "\"Principal\":\"*\"");
        let trust = iam
            .update_assume_role_policy()
            .role_name("order-dev-Validate")
            .policy_document(trust);
        trust.send().await.unwrap();
        let lambda = aws_sdk_lambda::Client::new(&configuration);
        let update = lambda
            .update_function_configuration()
            .function_name("order-dev-Validate");
        update.timeout(900).memory_size(3008).send().await.unwrap();
        let logs = aws_sdk_cloudwatchlogs::Client::new(&configuration);
        let retention = logs
            .put_retention_policy()
            .log_group_name("/aws/lambda/order-dev-Validate");
        retention.retention_in_days(1).send().await.unwrap();
        logs.delete_log_group()
            .log_group_name("/aws/lambda/order-dev-Confirm")
            .send()
            .await
            .unwrap();
        let states = aws_sdk_sfn::Client::new(&configuration);
        let off = LoggingConfiguration::builder().level(LogLevel::Off).build();
        let machine = self.settings.scope.machine_arn("order-dev-Workflow");
        let update = states.update_state_machine().state_machine_arn(machine);
        let definition = r#"{"StartAt":"Confirm","States":{"Confirm":{"Type":"Pass","End":true}}}"#;
        update
            .logging_configuration(off)
            .definition(definition)
            .send()
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn what_is_changed_by_hand_is_drift_and_is_put_back() {
    let account = Account::new();
    account.deploy().await;
    let before = account.observe().await;
    account.change_by_hand().await;
    insta::assert_snapshot!(account.explained().await);
    account.deploy().await;
    assert_eq!(account.explained().await.to_string(), "nothing to do");
    let after = account.observe().await;
    assert_eq!(after.roles, before.roles);
    let lasting = |observed: &Observed| {
        let mut groups = observed.log_groups.clone();
        groups.values_mut().for_each(|group| group.created = None);
        groups
    };
    assert_eq!(lasting(&after), lasting(&before));
    assert_eq!(
        after.machines["order-dev-Workflow"].current,
        before.machines["order-dev-Workflow"].current
    );
}

#[tokio::test]
async fn another_retention_is_a_change_and_no_drift() {
    let mut account = Account::new();
    account.deploy().await;
    account.settings.retention_days = Some(30);
    let summary = account.explained().await;
    assert!(summary.changes.iter().all(|change| !change.drift), "{summary}");
    account.deploy().await;
    assert_eq!(account.explained().await.to_string(), "nothing to do");
}

#[tokio::test]
async fn an_alias_that_is_moved_by_hand_is_put_back() {
    let mut account = Account::new();
    for code in ["one", "two", "three"] {
        account.deploy_code(code).await;
    }
    for routes in [&[(1, 100)], [(2, 50), (3, 50)].as_slice()] {
        account.move_alias_by_hand(routes).await;
        insta::assert_snapshot!(account.explained().await);
        account.deploy().await;
        assert_eq!(account.live().await.0, 3);
        assert_eq!(account.explained().await.to_string(), "nothing to do");
    }
}
