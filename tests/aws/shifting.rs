//! Traffic that comes to a new version step by step.

use std::time::Duration;

use stack::{Route, Summary, Traffic};
use stepwright::aws::Outcome;

use crate::double::Kind;
use crate::stack_under_test::Account;

const MACHINE: &str = "order-dev-Workflow";

impl Account {
    async fn routes(&self) -> Vec<(u64, u8)> {
        let observed = self.observe().await;
        let route = |route: &Route| (route.version, route.weight);
        observed.machines[MACHINE].alias.iter().map(route).collect()
    }

    /// Deploys whatever comes of it, from nothing waited or told.
    async fn try_deploy(&self) -> Outcome {
        let plan = self.plan().await.unwrap();
        self.double.take_calls();
        *self.waited.lock().unwrap() = Default::default();
        self.apply(&plan).await
    }

    /// How many seconds were waited, but for those that services' pace takes.
    fn waited(&self) -> u64 {
        self.waited.lock().unwrap().0.as_secs() / 10 * 10
    }

    /// What was told but for the seconds that pass and the steps.
    fn told(&self) -> String {
        let told = self.waited.lock().unwrap().1.clone();
        let lines = told.iter().filter(|line| line.contains(" % "));
        lines.cloned().collect::<Vec<_>>().join("\n")
    }

    fn alias_updates(&self) -> usize {
        let calls = self.double.take_calls();
        calls.iter().filter(|call| *call == "UpdateStateMachineAlias").count()
    }
}

/// Version 1 is live, and other code is there to be deployed.
async fn changed(traffic: Traffic) -> Account {
    deployed_and_changed(Account::new(), traffic).await
}

async fn deployed_and_changed(mut account: Account, traffic: Traffic) -> Account {
    account.deploy().await;
    account.set_code("Validate", "two");
    account.settings.deploys.traffic = traffic;
    account.settings.deploys.alarms = vec!["errors".into()];
    account.double.alarms(|alarms| alarms.set("errors", None));
    account
}

fn canary() -> Traffic {
    Traffic::Canary("10%/5m".parse().unwrap())
}

#[tokio::test]
async fn a_canary_gets_a_part_of_the_traffic_and_then_all() {
    let account = changed(canary()).await;
    let plan = account.plan().await.unwrap();
    insta::assert_snapshot!(Summary::new(&account.settings.scope, &plan), @r"
    ~ update  function      order-dev-Validate
        code
    ~ update  state machine order-dev-Workflow
        definition
    ~ update  alias         order-dev-Workflow:live
        version: 1 -> known after apply
        traffic: 10 %, then 100 % after 5 min

    3 to update
    ");
    let outcome = account.try_deploy().await;
    assert!(outcome.is_complete(), "{outcome:#?}");
    insta::assert_snapshot!(account.told(), @r"
    order-dev-Workflow: 10 % to version 2, 90 % to version 1
    order-dev-Workflow:live: 100 % in 5 min, unless an alarm is raised
    ");
    assert_eq!(account.waited(), 300);
    assert_eq!(account.alias_updates(), 2);
    assert_eq!(account.routes().await, [(2, 100)]);
    assert_eq!(account.deploy().await, [""; 0]);
}

#[tokio::test]
async fn traffic_that_shifts_linearly_comes_step_by_step() {
    let account = changed(Traffic::Linear("30%/1m".parse().unwrap())).await;
    assert!(account.try_deploy().await.is_complete());
    insta::assert_snapshot!(account.told());
    assert_eq!(account.waited(), 180);
    assert_eq!(account.routes().await, [(2, 100)]);
}

#[tokio::test]
async fn an_alarm_leads_back() {
    let account = changed(canary()).await;
    let alarms = |alarms: &mut crate::alarms::Alarms| alarms.raise_after(5, "errors", "too many");
    account.double.alarms(alarms);
    let outcome = account.try_deploy().await;
    let (_, error) = outcome.failed.first().unwrap();
    assert_eq!(error.to_string(), "alarm `errors` is in ALARM: too many");
    assert_eq!(outcome.back.unwrap().live, [(MACHINE.to_owned(), 1)]);
    assert_eq!(account.routes().await, [(1, 100)]);
    assert!(account.waited() < 60);
    let back = stack::rollback(&account.settings.scope, &account.observe().await, MACHINE, None).unwrap();
    assert_eq!((back.version, back.back_from), (1, Some(2)), "it went back already");

    account.double.alarms(|alarms| alarms.set("errors", None));
    let mut account = account;
    account.settings.deploys.traffic = Traffic::AtOnce;
    assert_eq!(account.deploy().await, ["UpdateStateMachineAlias"]);
    assert_eq!(account.routes().await, [(2, 100)]);
}

#[tokio::test]
async fn no_traffic_moves_while_an_alarm_is_raised_or_missing() {
    let account = changed(canary()).await;
    account.double.alarms(|alarms| alarms.set("errors", Some("already")));
    let outcome = account.try_deploy().await;
    assert!(outcome.back.is_none() && !outcome.is_complete(), "{outcome:#?}");
    assert_eq!(account.alias_updates(), 0);

    let mut account = changed(canary()).await;
    account.settings.deploys.alarms.push("nowhere".into());
    let outcome = account.try_deploy().await;
    let (_, error) = outcome.failed.first().unwrap();
    insta::assert_snapshot!(error, @"the region `us-east-1` has no alarm `nowhere`");
    assert_eq!(account.alias_updates(), 0);
}

#[tokio::test]
async fn alarms_are_known_by_their_arns_too() {
    let mut account = changed(canary()).await;
    let arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors";
    account.settings.deploys.alarms = vec![arn.into()];
    assert!(account.try_deploy().await.is_complete());
    account.settings.deploys.alarms = vec![arn.replace("us-east-1", "eu-west-1")];
    account.set_code("Validate", "three");
    assert!(!account.try_deploy().await.is_complete());
}

#[tokio::test]
async fn an_alarm_that_cannot_be_looked_at_leads_back() {
    let account = changed(canary()).await;
    account.double.fail(crate::double::Fault {
        action: "DescribeAlarms",
        skip: 3,
        times: 1,
        kind: Kind::Refused(
            403,
            "AccessDenied",
            "User: x is not authorized to perform: cloudwatch:DescribeAlarms",
        ),
    });
    let outcome = account.try_deploy().await;
    assert_eq!(outcome.back.unwrap().live, [(MACHINE.to_owned(), 1)]);
    assert_eq!(account.routes().await, [(1, 100)]);
}

#[tokio::test]
async fn an_interrupt_leads_back() {
    let account = changed(canary()).await;
    let plan = account.plan().await.unwrap();
    let apply = account.apply(&plan);
    let watched = async {
        while !account.told().contains("in 5 min") {
            tokio::task::yield_now().await;
        }
        account.stop();
    };
    let (outcome, ()) = tokio::join!(apply, watched);
    assert!(outcome.failed.is_empty(), "{outcome:#?}");
    assert_eq!(outcome.back.unwrap().live, [(MACHINE.to_owned(), 1)]);
    assert_eq!(account.routes().await, [(1, 100)]);
}

#[tokio::test]
async fn who_lost_the_lock_moves_no_traffic_any_more() {
    let account = changed(canary()).await;
    let waits_long = Kind::Slow(Duration::from_millis(1500));
    account.double.fail(crate::double::Fault {
        action: "DescribeAlarms",
        skip: 2,
        times: 1,
        kind: waits_long,
    });
    let (outcome, ()) = tokio::join!(account.locked_deploy(), crate::locking::steal(&account));
    let outcome = outcome.unwrap();
    assert!(outcome.failed.is_empty() && !outcome.is_complete(), "{outcome:#?}");
    let back = outcome.back.unwrap();
    assert_eq!(back.live, []);
    let (machine, error) = back.failed.first().unwrap();
    assert_eq!(machine, MACHINE);
    assert_eq!(
        error.to_string(),
        "somebody else has taken over the lock of `order/dev`"
    );
    assert_eq!(error.to_string(), outcome.lock.unwrap().to_string());
    assert_eq!(account.routes().await, [(1, 90), (2, 10)]);

    assert!(account.locked_deploy().await.unwrap().is_complete());
    assert_eq!(account.routes().await, [(2, 100)]);
}

/// The alias is at two versions, as after a deploy that was killed.
async fn killed() -> Account {
    let account = changed(canary()).await;
    let mut plan = account.plan().await.unwrap();
    let first = plan.steps.iter().position(|step| step.watch == Some(Duration::ZERO));
    plan.steps.truncate(first.unwrap() + 1);
    let outcome = account.apply(&plan).await;
    assert!(outcome.is_complete(), "{outcome:#?}");
    assert_eq!(account.routes().await, [(1, 90), (2, 10)]);
    account
}

#[tokio::test]
async fn the_next_deploy_completes_a_shift_that_was_killed() {
    let mut account = killed().await;
    account.settings.deploys.traffic = Traffic::AtOnce;
    let plan = account.plan().await.unwrap();
    insta::assert_snapshot!(Summary::new(&account.settings.scope, &plan), @r"
    ~ update  alias         order-dev-Workflow:live
        version: 1 (90 %), 2 (10 %) -> 2

    1 to update
    ");
    assert_eq!(account.deploy().await, ["UpdateStateMachineAlias"]);
    assert_eq!(account.routes().await, [(2, 100)]);
    let back = stack::rollback(&account.settings.scope, &account.observe().await, MACHINE, None);
    assert_eq!(back.unwrap().version, 1);
}

#[tokio::test]
async fn a_canary_that_was_killed_is_watched_for_its_whole_time() {
    let account = killed().await;
    assert!(account.try_deploy().await.is_complete());
    assert_eq!(account.waited(), 300);
    assert_eq!(account.alias_updates(), 1);
    assert_eq!(account.routes().await, [(2, 100)]);
}

#[tokio::test]
async fn a_rollback_ends_a_shift_that_was_killed() {
    let account = killed().await;
    let roll_back = async || {
        let observed = account.observe().await;
        stack::rollback(&account.settings.scope, &observed, MACHINE, None).unwrap()
    };
    let back = roll_back().await;
    assert_eq!((back.version, back.from), (1, 1));
    account.apply(&back.plan).await;
    assert_eq!(account.routes().await, [(1, 100)]);
    let again = roll_back().await;
    assert_eq!((again.back_from, again.plan.steps.len()), (Some(2), 0));
}

#[tokio::test]
async fn a_first_deploy_goes_straight() {
    let mut account = Account::new();
    account.settings.deploys.traffic = canary();
    account.settings.deploys.alarms = vec!["nowhere".into()];
    assert!(account.try_deploy().await.is_complete());
    assert_eq!(account.waited(), 0);
    assert_eq!(account.routes().await, [(1, 100)]);
}

/// Two state machines, deployed once, whose next versions differ.
async fn two(traffic: Traffic) -> Account {
    let mut account = Account::new();
    let mut second = account.settings.machines[0].clone();
    second.logical = "Second".into();
    account.settings.machines.push(second);
    deployed_and_changed(account, traffic).await
}

#[tokio::test]
async fn no_alias_moves_before_every_state_machine_is_prepared() {
    let account = two(Traffic::AtOnce).await;
    let refusal = Kind::Refused(400, "ValidationException", "no");
    account.double.fail(crate::double::Fault {
        action: "UpdateStateMachine",
        skip: 1,
        times: 1,
        kind: refusal,
    });
    assert!(!account.try_deploy().await.is_complete());
    assert_eq!(account.alias_updates(), 0);
    let calls = account.deploy().await;
    assert_eq!(
        calls.iter().filter(|call| *call == "UpdateStateMachineAlias").count(),
        2
    );
    assert!(calls.ends_with(&["UpdateStateMachineAlias".into(), "UpdateStateMachineAlias".into()]));
}

#[tokio::test]
async fn all_state_machines_go_back_together() {
    let account = two(canary()).await;
    account
        .double
        .alarms(|alarms| alarms.raise_after(6, "errors", "too many"));
    let outcome = account.try_deploy().await;
    let live = outcome.back.unwrap().live;
    assert_eq!(live, [(MACHINE.to_owned(), 1), ("order-dev-Second".to_owned(), 1)]);
    let observed = account.observe().await;
    for machine in observed.machines.values() {
        assert_eq!(
            machine.alias,
            [Route {
                version: 1,
                weight: 100
            }]
        );
    }
}

#[tokio::test]
async fn an_express_machine_shifts_as_well() {
    let mut account = Account::new();
    account.settings.machines[0].machine_type = asl::MachineType::Express;
    account.deploy().await;
    account.set_code("Validate", "two");
    account.settings.deploys.traffic = canary();
    assert!(account.try_deploy().await.is_complete());
    assert_eq!(account.alias_updates(), 2);
    assert_eq!(account.routes().await, [(2, 100)]);
}

#[tokio::test]
async fn an_alias_that_does_not_go_back_is_told() {
    let account = changed(canary()).await;
    account
        .double
        .alarms(|alarms| alarms.raise_after(5, "errors", "too many"));
    account.double.fail(crate::double::Fault {
        action: "UpdateStateMachineAlias",
        skip: 1,
        times: 1,
        kind: Kind::Refused(400, "ValidationException", "no"),
    });
    let back = account.try_deploy().await.back.unwrap();
    assert_eq!(back.live, []);
    assert_eq!(back.failed.len(), 1);
    assert_eq!(account.routes().await, [(1, 90), (2, 10)]);
}
