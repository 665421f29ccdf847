//! Two commands that change a stack at once, and locks of those that died.

use std::time::Duration;

use aws_sdk_cloudwatchlogs::Client;
use stack::{Holder, Scope};
use stepwright::aws::Error;

use crate::double::{Double, Kind};
use crate::stack_under_test::Account;

/// How long who is silent is watched.
const WATCH: Duration = Duration::from_secs(30);

pub(crate) const LONG_AGO: &str = "2026-01-01T00:00:00Z";

/// Ends with all steps carried out, or tells why nothing was done or the lock could not be given back.
async fn deploy(account: &Account) -> Result<(), Error> {
    let outcome = account.locked_deploy().await?;
    assert!(outcome.is_complete(), "{outcome:#?}");
    outcome.lock.map_or(Ok(()), Err)
}

/// Somebody on another machine has the lock.
pub(crate) async fn lock(double: &Double, scope: &Scope, renewed: &str) -> Client {
    let holder = Holder {
        name: "alice@laptop".into(),
        command: "destroy".into(),
        machine: "elsewhere".into(),
        process: "1".into(),
        since: LONG_AGO.into(),
        renewed: renewed.into(),
        generation: 0,
    };
    let logs = Client::new(&double.configuration());
    let request = logs.create_log_group().log_group_name(scope.lock());
    let tags = scope.lock_tags(&holder).into_iter().collect();
    request.set_tags(Some(tags)).send().await.unwrap();
    logs
}

/// Somebody else takes the lock over in a moment.
pub(crate) async fn steal(account: &Account) {
    tokio::time::sleep(Duration::from_millis(200)).await;
    let logs = Client::new(&account.double.configuration());
    let name = account.settings.scope.lock();
    logs.delete_log_group().log_group_name(name).send().await.unwrap();
    lock(&account.double, &account.settings.scope, LONG_AGO).await;
}

fn told(account: &Account) -> (Duration, String) {
    let (waited, told) = account.waited.lock().unwrap().clone();
    (waited, told.join("\n"))
}

/// What is held now.
async fn holder(account: &Account) -> Option<Holder> {
    account.observe().await.lock
}

#[tokio::test]
async fn of_two_deploys_at_once_one_wins_and_the_other_says_who_has_the_stack() {
    let account = Account::new();
    account.fail("CreateRole", 1, Kind::Slow(Duration::from_millis(600)));
    let second = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let holder = holder(&account).await.unwrap();
        let error = deploy(&account).await.unwrap_err();
        let help = error.help().unwrap();
        format!("{error}\nhelp: {help}").replace(&holder.since, "[TIME]")
    };
    let (first, second) = tokio::join!(deploy(&account), second);
    first.unwrap();
    insta::assert_snapshot!(second);
    assert_eq!(holder(&account).await, None);
    deploy(&account).await.unwrap();
}

#[tokio::test]
async fn a_deploy_that_was_planned_before_another_began_does_nothing() {
    let account = Account::new();
    account.fail("CreateLogGroup", 1, Kind::Slow(Duration::from_millis(600)));
    let second = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        deploy(&account).await
    };
    let (first, second) = tokio::join!(deploy(&account), second);
    second.unwrap();
    let error = first.unwrap_err();
    insta::assert_snapshot!(format!("{error}\nhelp: {}", error.help().unwrap()));
    assert_eq!(holder(&account).await, None);
}

#[tokio::test]
async fn a_state_machine_may_be_gone_before_the_lock_is_held() {
    for looks in 1..12 {
        let account = Account::new();
        deploy(&account).await.unwrap();
        account.double.delete_slowly(looks);
        let states = aws_sdk_sfn::Client::new(&account.double.configuration());
        let arn = account.settings.scope.machine_arn("order-dev-Workflow");
        states
            .delete_state_machine()
            .state_machine_arn(arn)
            .send()
            .await
            .unwrap();
        let outcome = account.locked_destroy().await.unwrap();
        assert!(outcome.is_complete(), "after {looks} looks: {outcome:#?}");
    }
}

#[tokio::test]
async fn the_lock_of_a_process_that_died_is_taken_over_at_once() {
    let account = Account::new();
    account.fail("CreateRole", 1, Kind::Death);
    tokio::select! {
        result = deploy(&account) => panic!("{result:?}"),
        () = account.double.death() => account.kill(),
    }
    assert!(holder(&account).await.is_some());
    deploy(&account).await.unwrap();
    assert!(told(&account).0 < WATCH);
    assert_eq!(holder(&account).await, None);
}

#[tokio::test]
async fn who_takes_over_may_die_too() {
    let account = Account::new();
    for (action, kind) in [("CreateRole", Kind::Death), ("CreateLogStream", Kind::DeathAfter)] {
        account.fail(action, 1, kind);
        tokio::select! {
            result = deploy(&account) => panic!("{result:?}"),
            () = account.double.death() => account.kill(),
        }
    }
    deploy(&account).await.unwrap();
    assert!(told(&account).0 >= WATCH);
    assert_eq!(holder(&account).await, None);
}

#[tokio::test]
async fn a_silent_lock_of_another_machine_is_watched_and_taken_over() {
    let account = Account::new();
    lock(&account.double, &account.settings.scope, LONG_AGO).await;
    deploy(&account).await.unwrap();
    let (waited, told) = told(&account);
    assert!(waited >= WATCH);
    insta::assert_snapshot!(told);
    assert_eq!(holder(&account).await, None);
}

#[tokio::test]
async fn a_lock_that_was_renewed_just_now_is_respected() {
    let account = Account::new();
    lock(
        &account.double,
        &account.settings.scope,
        &jiff::Timestamp::now().to_string(),
    )
    .await;
    let error = deploy(&account).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("alice@laptop runs `destroy` (process 1) since"),
        "{error}"
    );
    assert_eq!(holder(&account).await.unwrap().name, "alice@laptop");
}

#[tokio::test]
async fn who_lost_the_lock_stops_and_leaves_it_to_the_other() {
    let account = Account::new();
    account.fail("CreateRole", 1, Kind::Slow(Duration::from_millis(1500)));
    let (outcome, ()) = tokio::join!(account.locked_deploy(), steal(&account));
    let outcome = outcome.unwrap();
    assert!(!outcome.is_complete(), "{outcome:#?}");
    let error = outcome.lock.unwrap();
    insta::assert_snapshot!(format!("{error}\nhelp: {}", error.help().unwrap()));
    assert_eq!(holder(&account).await.unwrap().name, "alice@laptop");
}
