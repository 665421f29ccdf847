//! Versions that are kept, and those that go.

use stack::Summary;
use stepwright::aws;

use crate::stack_under_test::Account;
use crate::state_machines::End;

const MACHINE: &str = "order-dev-Workflow";

impl Account {
    /// The numbers of the versions of the state machine and of the function `Validate`.
    async fn versions(&self) -> (Vec<u64>, Vec<u64>) {
        let observed = self.observe().await;
        let machine = observed.machines[MACHINE].versions.iter();
        let function = observed.functions["order-dev-Validate"].versions.iter();
        (
            machine.map(|version| version.number).collect(),
            function.map(|version| version.number).collect(),
        )
    }

    /// Starts an execution of what is live.
    async fn start(&self, name: &str) {
        let start = aws::Start {
            machine: MACHINE,
            input: "{}",
            name,
        };
        let standard = asl::MachineType::Standard;
        aws::start(&self.cloud().await, &self.settings.scope, standard, start)
            .await
            .unwrap();
    }

    async fn deploys(&mut self, codes: &[&str]) {
        for code in codes {
            self.deploy_code(code).await;
        }
    }

    async fn summary_of(&mut self, code: &str) -> String {
        self.set_code("Validate", code);
        Summary::new(&self.settings.scope, &self.plan().await.unwrap()).to_string()
    }
}

fn keeping(keep_versions: usize) -> Account {
    let mut account = Account::new();
    account.settings.deploys.keep_versions = keep_versions;
    account
}

#[tokio::test]
async fn five_versions_are_kept_unless_said_otherwise() {
    let mut account = Account::new();
    account.deploys(&["1", "2", "3", "4", "5", "6"]).await;
    let newest = vec![2, 3, 4, 5, 6];
    assert_eq!(account.versions().await, (newest.clone(), newest));
}

#[tokio::test]
async fn a_plan_shows_the_versions_that_go() {
    let mut account = keeping(2);
    account.deploys(&["1", "2"]).await;
    insta::assert_snapshot!(account.summary_of("3").await);
    insta::assert_snapshot!(account.deploy().await.join("\n"), @r"
    UpdateFunctionCode
    PublishVersion
    UpdateStateMachine
    PublishStateMachineVersion
    UpdateStateMachineAlias
    DeleteStateMachineVersion
    DeleteFunction
    ");
    assert_eq!(account.versions().await, (vec![2, 3], vec![2, 3]));
    assert_eq!(account.deploy().await, [""; 0]);
}

#[tokio::test]
async fn what_another_alias_leads_to_stays_with_all_that_it_needs() {
    let mut account = keeping(2);
    account.deploys(&["1"]).await;
    let states = aws_sdk_sfn::Client::new(&account.double.configuration());
    let route = aws_sdk_sfn::types::RoutingConfigurationListItem::builder()
        .state_machine_version_arn(account.settings.scope.machine_version_arn(MACHINE, 1))
        .weight(100)
        .build()
        .unwrap();
    let create = states
        .create_state_machine_alias()
        .name("audit")
        .routing_configuration(route);
    create.send().await.unwrap();
    account.deploys(&["2", "3", "4"]).await;
    assert_eq!(account.versions().await, (vec![1, 3, 4], vec![1, 3, 4]));
}

#[tokio::test]
async fn what_an_alias_of_a_function_leads_to_stays() {
    let mut account = keeping(2);
    account.deploys(&["1"]).await;
    let lambda = aws_sdk_lambda::Client::new(&account.double.configuration());
    let create = lambda.create_alias().function_name("order-dev-Validate").name("audit");
    create.function_version("1").send().await.unwrap();
    account.deploys(&["2", "3", "4"]).await;
    assert_eq!(account.versions().await, (vec![3, 4], vec![1, 3, 4]));
}

#[tokio::test]
async fn what_executions_run_stays_until_they_end() {
    let mut account = keeping(2);
    account.deploys(&["1"]).await;
    account.start("slow").await;
    account.deploys(&["2", "3"]).await;
    assert_eq!(account.versions().await, (vec![1, 2, 3], vec![1, 2, 3]));
    insta::assert_snapshot!(account.summary_of("3").await, @r"
    waits for executions under way: delete version `order-dev-Workflow:1`
    waits for executions under way: delete version `order-dev-Validate:1`
    nothing to do
    ");
    account.double.end_executions(End::Failed("E", "c"));
    assert_eq!(account.deploy().await, ["DeleteStateMachineVersion", "DeleteFunction"]);
    assert_eq!(account.versions().await, (vec![2, 3], vec![2, 3]));
}

#[tokio::test]
async fn grants_of_an_older_version_stay_until_it_goes() {
    let mut account = keeping(2);
    account.deploys(&["1"]).await;
    account.start("slow").await;
    account.settings.functions.truncate(1);
    account.set_definition(&["Validate"]);
    account.deploys(&["2", "3"]).await;
    insta::assert_snapshot!(account.summary_of("3").await, @r"
    waits for executions under way: update role `order-dev-Workflow`
        permissions no longer needed
    waits for executions under way: delete version `order-dev-Workflow:1`
    waits for executions under way: delete function `order-dev-Confirm`
    waits for executions under way: delete role `order-dev-Confirm`
    waits for executions under way: delete log group `/aws/lambda/order-dev-Confirm`
    waits for executions under way: delete version `order-dev-Validate:1`
    nothing to do
    ");
    account.double.end_executions(End::Failed("E", "c"));
    account.deploy().await;
    let observed = account.observe().await;
    let grants = observed.roles[MACHINE].policies[stack::POLICY_NAME].to_string();
    assert!(!grants.contains("Confirm"), "{grants}");
    assert!(!observed.functions.contains_key("order-dev-Confirm"));
    assert_eq!(account.deploy().await, [""; 0]);
}

#[tokio::test]
async fn versions_of_an_express_machine_stay_for_as_long_as_executions_may_take() {
    let mut account = keeping(2);
    account.settings.machines[0].machine_type = asl::MachineType::Express;
    account.deploys(&["1", "2", "3", "4"]).await;
    assert_eq!(account.versions().await, (vec![1, 2, 3, 4], vec![1, 2, 3, 4]));
    let waiting = account.plan().await.unwrap().waiting.len();
    assert_eq!(waiting, 4);
}

#[tokio::test]
async fn a_version_that_is_just_the_same_is_live_again_without_a_new_one() {
    let mut account = Account::new();
    account.deploys(&["1", "2"]).await;
    account.set_code("Validate", "1");
    assert_eq!(
        account.deploy().await,
        ["UpdateFunctionCode", "UpdateStateMachine", "UpdateStateMachineAlias"]
    );
    assert_eq!(account.live().await.0, 1);
    assert_eq!(account.versions().await.0, [1, 2]);
    assert_eq!(account.deploy().await, [""; 0]);
}
