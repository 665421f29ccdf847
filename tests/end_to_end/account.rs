use std::collections::{BTreeMap, BTreeSet};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_cloudwatch::types::{ComparisonOperator, StateValue, Statistic};
use aws_sdk_iam::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_sfn::types::RoutingConfigurationListItem;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::emulator::{AccessKey, MiniStack};

/// The region that everything is in.
pub(crate) const REGION: &str = "eu-central-1";

/// The emulator's account, looked at past the program under test.
pub(crate) struct Account {
    runtime: Runtime,
    alarms: aws_sdk_cloudwatch::Client,
    iam: aws_sdk_iam::Client,
    lambda: aws_sdk_lambda::Client,
    logs: aws_sdk_cloudwatchlogs::Client,
    states: aws_sdk_sfn::Client,
}

/// What an account holds, by name. Functions and state machines change their revision with every change.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Resources {
    pub(crate) roles: BTreeSet<String>,
    pub(crate) functions: BTreeMap<String, String>,
    pub(crate) machines: BTreeMap<String, String>,
    pub(crate) log_groups: BTreeSet<String>,
    pub(crate) alarms: BTreeSet<String>,
    pub(crate) dashboards: BTreeSet<String>,
}

impl Account {
    pub(crate) fn new(emulator: &MiniStack) -> Account {
        let AccessKey { id, secret } = AccessKey::root();
        let credentials = Credentials::new(id, secret, None, None, "test");
        // The emulator closes connections while nobody looks at them: between two calls nothing of this runs.
        let client = aws_smithy_http_client::Builder::new()
            .pool_max_idle_per_host(0)
            .build_http();
        let configuration = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(REGION))
            .endpoint_url(emulator.url())
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(client)
            .build();
        Account {
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap(),
            alarms: aws_sdk_cloudwatch::Client::new(&configuration),
            iam: aws_sdk_iam::Client::new(&configuration),
            lambda: aws_sdk_lambda::Client::new(&configuration),
            logs: aws_sdk_cloudwatchlogs::Client::new(&configuration),
            states: aws_sdk_sfn::Client::new(&configuration),
        }
    }

    /// Makes an alarm that is in this state.
    pub(crate) fn set_alarm(&self, name: &str, state: StateValue) {
        self.runtime.block_on(async {
            let alarm = self.alarms.put_metric_alarm().alarm_name(name).namespace("AWS/States");
            let alarm = alarm.metric_name("ExecutionsFailed").statistic(Statistic::Sum);
            let alarm = alarm.comparison_operator(ComparisonOperator::GreaterThanThreshold);
            alarm
                .threshold(0.0)
                .period(60)
                .evaluation_periods(1)
                .send()
                .await
                .unwrap();
            let set = self.alarms.set_alarm_state().alarm_name(name).state_value(state);
            set.state_reason("the test says so").send().await.unwrap();
        });
    }

    /// Gives the function another timeout, as somebody does with the AWS CLI.
    pub(crate) fn set_timeout(&self, function: &str, seconds: i32) {
        let update = self.lambda.update_function_configuration().function_name(function);
        self.runtime.block_on(update.timeout(seconds).send()).unwrap();
    }

    /// Leads the alias to a version and leaves its description as it is.
    pub(crate) fn move_alias(&self, alias_arn: &str, version: u64) {
        let (machine_arn, _) = alias_arn.rsplit_once(':').unwrap();
        let route = RoutingConfigurationListItem::builder().weight(100);
        let route = route.state_machine_version_arn(format!("{machine_arn}:{version}"));
        let update = self
            .states
            .update_state_machine_alias()
            .state_machine_alias_arn(alias_arn);
        let update = update.routing_configuration(route.build().unwrap());
        self.runtime.block_on(update.send()).unwrap();
    }

    /// Everything of the kinds that a stack consists of. It is few enough for one page of each.
    pub(crate) fn resources(&self) -> Resources {
        self.runtime.block_on(async {
            let roles = self.iam.list_roles().send().await.unwrap().roles;
            let groups = self.logs.describe_log_groups().send().await.unwrap();
            let alarms = self.alarms.describe_alarms().send().await.unwrap();
            let dashboards = self.alarms.list_dashboards().send().await.unwrap();
            Resources {
                roles: roles.into_iter().map(|role| role.role_name).collect(),
                functions: self.functions().await,
                machines: self.machines().await,
                log_groups: groups
                    .log_groups()
                    .iter()
                    .filter_map(|group| group.log_group_name.clone())
                    .collect(),
                alarms: alarms
                    .metric_alarms()
                    .iter()
                    .filter_map(|alarm| alarm.alarm_name.clone())
                    .collect(),
                dashboards: dashboards
                    .dashboard_entries()
                    .iter()
                    .filter_map(|dashboard| dashboard.dashboard_name.clone())
                    .collect(),
            }
        })
    }

    async fn functions(&self) -> BTreeMap<String, String> {
        let found = self.lambda.list_functions().send().await.unwrap();
        let revision = |function: &aws_sdk_lambda::types::FunctionConfiguration| {
            Some((function.function_name.clone()?, function.revision_id.clone()?))
        };
        found.functions().iter().filter_map(revision).collect()
    }

    async fn machines(&self) -> BTreeMap<String, String> {
        let mut machines = BTreeMap::new();
        for found in self.states.list_state_machines().send().await.unwrap().state_machines {
            let request = self
                .states
                .describe_state_machine()
                .state_machine_arn(found.state_machine_arn);
            let revision = request.send().await.unwrap().revision_id;
            machines.insert(found.name, revision.unwrap_or_default());
        }
        machines
    }

    /// Makes a role that Lambda may assume, without tags.
    pub(crate) fn create_role(&self, name: &str) {
        let trust = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}"#;
        let request = self
            .iam
            .create_role()
            .role_name(name)
            .assume_role_policy_document(trust);
        self.runtime.block_on(request.send()).unwrap();
    }

    /// Makes a user who may do what the policies allow, and gives the key.
    pub(crate) fn create_user(&self, name: &str, policies: &[Value]) -> AccessKey {
        self.runtime.block_on(async {
            self.iam.create_user().user_name(name).send().await.unwrap();
            for (number, policy) in policies.iter().enumerate() {
                let put = self.iam.put_user_policy().user_name(name);
                let put = put
                    .policy_name(format!("test-{number}"))
                    .policy_document(policy.to_string());
                put.send().await.unwrap();
            }
            let key = self.iam.create_access_key().user_name(name).send().await.unwrap();
            let key = key.access_key.unwrap();
            AccessKey {
                id: key.access_key_id,
                secret: key.secret_access_key,
            }
        })
    }
}
