//! Alarms and dashboards come, stay as they are wanted, and go with the stack.

use std::collections::BTreeSet;

use serde_json::json;
use stack::{Alarms, Monitoring, Observed, Summary, Watched};

use crate::stack_under_test::Account;

/// All alarms with their own thresholds, and the dashboard.
pub(crate) fn everything() -> Monitoring {
    let thresholds = Watched::ALL
        .into_iter()
        .filter_map(|watched| Some((watched, watched.default_threshold()?)));
    Monitoring {
        alarms: Some(Alarms {
            thresholds: thresholds.collect(),
            period: 300,
            actions: BTreeSet::from(["arn:aws:sns:us-east-1:123456789012:pager".to_owned()]),
            ok_actions: BTreeSet::new(),
        }),
        has_dashboard: true,
    }
}

fn watched() -> Account {
    let mut account = Account::new();
    account.settings.monitoring = everything();
    account.settings.common.traces = true;
    account
}

async fn summary(account: &Account) -> String {
    let (desired, observed) = (account.desired(), account.observe().await);
    let plan = stack::plan(&desired, &observed).unwrap();
    Summary::of_deploy(&desired, &observed, &plan).to_string()
}

#[tokio::test]
async fn a_stack_that_is_watched_is_left_alone_by_the_next_deploy() {
    let account = watched();
    let calls = account.deploy().await;
    let count = |action: &str| calls.iter().filter(|call| *call == action).count();
    assert_eq!((count("PutMetricAlarm"), count("PutDashboard")), (10, 1));
    assert_eq!(summary(&account).await, "nothing to do");
    assert_eq!(account.observe().await.alarms.len(), 10);
}

#[tokio::test]
async fn what_is_not_wanted_any_more_goes() {
    let mut account = watched();
    account.deploy().await;
    account.settings.monitoring = Monitoring::default();
    account.settings.common.traces = false;
    account.deploy().await;
    assert_eq!(account.double.alarms(|alarms| alarms.names()), [""; 0]);
    assert_eq!(summary(&account).await, "nothing to do");
}

#[tokio::test]
async fn what_is_changed_by_hand_is_drift_and_is_put_back() {
    let account = watched();
    account.deploy().await;
    account.double.alarms(|alarms| {
        alarms.change("order-dev-Confirm-Errors", "Threshold", json!(50));
        alarms.write("order-dev", |body| body.replace("invocations", "calls"));
    });
    insta::assert_snapshot!(summary(&account).await);
    let calls = account.deploy().await;
    assert_eq!(
        BTreeSet::from_iter(calls),
        BTreeSet::from(["PutDashboard".to_owned(), "PutMetricAlarm".to_owned()])
    );
    assert_eq!(summary(&account).await, "nothing to do");
}

#[tokio::test]
async fn another_threshold_is_told_and_written() {
    let mut account = watched();
    account.deploy().await;
    let alarms = account.settings.monitoring.alarms.as_mut().unwrap();
    alarms.thresholds.insert(Watched::FunctionErrors, 7.0);
    insta::assert_snapshot!(summary(&account).await);
    account.deploy().await;
    assert_eq!(summary(&account).await, "nothing to do");
}

#[tokio::test]
async fn a_teardown_takes_all_of_it() {
    let account = watched();
    account.deploy().await;
    let (_, left) = account.destroy().await;
    assert_eq!(left, []);
    assert_eq!(account.observe().await, Observed::default());
    assert_eq!(account.double.alarms(|alarms| alarms.names()), [""; 0]);
}
