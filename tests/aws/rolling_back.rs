//! Going back to a version that was live before.

use stack::{RollbackError, Summary, rollback};

use crate::stack_under_test::Account;

const MACHINE: &str = "order-dev-Workflow";

impl Account {
    /// Goes back; gives the calls that changed something.
    async fn roll_back(&self, to: Option<u64>) -> Result<Vec<String>, RollbackError> {
        let rollback = rollback(&self.settings.scope, &self.observe().await, MACHINE, to)?;
        self.double.take_calls();
        let outcome = self.apply(&rollback.plan).await;
        assert!(outcome.is_complete(), "{outcome:#?}");
        Ok(self.mutations())
    }

    /// Deploys the code as a new version.
    pub(crate) async fn deploy_code(&mut self, code: &str) {
        self.set_code("Validate", code);
        self.deploy().await;
    }

    async fn summary(&self) -> String {
        Summary::new(&self.settings.scope, &self.plan().await.unwrap()).to_string()
    }
}

/// Versions 1 to 3 were live one after the other.
async fn third() -> Account {
    let mut account = Account::new();
    for code in ["one", "two", "three"] {
        account.deploy_code(code).await;
    }
    assert_eq!(account.live().await.0, 3);
    account
}

#[tokio::test]
async fn going_back_is_one_call() {
    let account = third().await;
    assert_eq!(account.roll_back(None).await.unwrap(), ["UpdateStateMachineAlias"]);
    let (version, definition) = account.live().await;
    assert_eq!(version, 2);
    assert!(definition.contains(":function:order-dev-Validate:2\""), "{definition}");
}

#[tokio::test]
async fn going_back_again_goes_no_further_unless_it_is_told_to() {
    let account = third().await;
    for (to, live, calls) in [
        (None, 2, 1),
        (None, 2, 0),
        (Some(1), 1, 1),
        (Some(1), 1, 0),
        (None, 1, 0),
    ] {
        assert_eq!(account.roll_back(to).await.unwrap().len(), calls, "to {to:?}");
        assert_eq!(account.live().await.0, live);
    }
}

#[tokio::test]
async fn after_a_first_deploy_there_is_nothing_to_go_back_to() {
    let account = Account::new();
    account.deploy().await;
    insta::assert_snapshot!(account.roll_back(None).await.unwrap_err(), @"there is nothing to go back to: version 1 is the first that is live of `order-dev-Workflow`");
}

#[tokio::test]
async fn a_plan_after_going_back_shows_the_way_forward_and_deploy_publishes_nothing() {
    let account = third().await;
    account.roll_back(None).await.unwrap();
    insta::assert_snapshot!(account.summary().await, @r"
    ~ update  alias         order-dev-Workflow:live
        version: 2 -> 3

    1 to update
    ");
    assert_eq!(account.deploy().await, ["UpdateStateMachineAlias"]);
    assert_eq!(account.live().await.0, 3);
    assert_eq!(account.deploy().await, [""; 0]);
    account.roll_back(None).await.unwrap();
    assert_eq!(account.live().await.0, 2);
}

#[tokio::test]
async fn a_version_can_be_chosen() {
    let account = third().await;
    account.roll_back(Some(1)).await.unwrap();
    assert_eq!(account.live().await.0, 1);
    account.roll_back(Some(3)).await.unwrap();
    assert_eq!(account.live().await.0, 3);
    account.roll_back(None).await.unwrap();
    assert_eq!(account.live().await.0, 1);
    assert_eq!(account.roll_back(Some(1)).await.unwrap(), [""; 0]);
    let error = account.roll_back(Some(7)).await.unwrap_err();
    insta::assert_snapshot!(format!("{error}\n{}", error.help().unwrap()), @r"
    `order-dev-Workflow` has no version 7
    `--to` takes one of these versions: 1, 2, 3
    ");
}

#[tokio::test]
async fn a_version_that_was_never_live_is_not_gone_back_to() {
    let mut account = Account::new();
    account.fail(
        "CreateStateMachineAlias",
        1,
        crate::double::Kind::Refused(400, "ValidationException", "no"),
    );
    account.failed_deploy().await;
    account.deploy_code("two").await;
    assert_eq!(account.live().await.0, 2);
    let error = account.roll_back(None).await.unwrap_err();
    insta::assert_snapshot!(format!("{error}\n{}", error.help().unwrap()), @r"
    there is nothing to go back to: version 2 is the first that is live of `order-dev-Workflow`
    `--to` takes one of these versions: 1
    ");
}

#[tokio::test]
async fn an_alias_that_says_nothing_has_all_older_versions_before() {
    let account = third().await;
    let states = aws_sdk_sfn::Client::new(&account.double.configuration());
    for _ in 0..2 {
        let update = states.update_state_machine_alias().description("somebody else's words");
        let update = update.state_machine_alias_arn(account.settings.scope.alias_arn(MACHINE));
        update.send().await.unwrap();
        account.roll_back(None).await.unwrap();
    }
    assert_eq!(account.live().await.0, 1);
}

#[tokio::test]
async fn what_a_version_needs_and_is_gone_is_told() {
    let account = third().await;
    let lambda = aws_sdk_lambda::Client::new(&account.double.configuration());
    let delete = lambda
        .delete_function()
        .function_name("order-dev-Validate")
        .qualifier("2");
    delete.send().await.unwrap();
    let iam = aws_sdk_iam::Client::new(&account.double.configuration());
    let delete = iam
        .delete_role_policy()
        .role_name(MACHINE)
        .policy_name(stack::POLICY_NAME);
    delete.send().await.unwrap();
    let error = account.roll_back(None).await.unwrap_err();
    insta::assert_snapshot!(format!("{error}\n{}", error.help().unwrap()), @r"
    version 2 of `order-dev-Workflow` cannot run any more: version 2 of function `order-dev-Validate` is gone; role `order-dev-Workflow` does not allow all that it needs
    deploy the workspace as it was at that version: that makes what is missing again
    ");
}

#[tokio::test]
async fn what_is_not_live_cannot_be_gone_back() {
    let account = Account::new();
    insta::assert_snapshot!(account.roll_back(None).await.unwrap_err(), @"no version of `order-dev-Workflow` is live");
}

#[tokio::test]
async fn a_function_that_an_older_version_calls_stays_so_that_it_can_be_gone_back_to() {
    let mut account = Account::new();
    account.settings.deploys.keep_versions = 2;
    account.deploy().await;
    account.settings.functions.truncate(1);
    account.set_definition(&["Validate"]);
    account.deploy().await;
    insta::assert_snapshot!(account.summary().await, @r"
    kept for `rollback`: function `order-dev-Confirm`, called by version 1 of `order-dev-Workflow`
    nothing to do
    ");
    account.roll_back(None).await.unwrap();
    account.deploy().await;
    account.deploy_code("two").await;
    let observed = account.observe().await;
    assert!(!observed.functions.contains_key("order-dev-Confirm"));
    assert!(!observed.roles.contains_key("order-dev-Confirm"));
    let grants = observed.roles[MACHINE].policies[stack::POLICY_NAME].to_string();
    assert!(!grants.contains("Confirm"), "{grants}");
}

#[tokio::test]
async fn from_where_somebody_moved_the_alias_it_goes_back_to_what_a_deploy_made_live() {
    let account = third().await;
    account.move_alias_by_hand(&[(1, 100)]).await;
    account.roll_back(None).await.unwrap();
    assert_eq!(account.live().await.0, 3);
}
