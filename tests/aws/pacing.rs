//! How fast services are called.

use std::time::Duration;

use crate::double::Kind;
use crate::stack_under_test::Account;
use crate::times::{Clock, peak};

const MUTATIONS: [&str; 2] = ["CreateFunction", "PublishVersion"];

/// When functions were made and published in the first deploy of 42.
async fn deploy(throttles: usize) -> Vec<Duration> {
    let mut account = Account::new();
    for number in 0..40 {
        account.set_code(&format!("F{number}"), "one");
    }
    let throttle = Kind::Refused(429, "TooManyRequestsException", "Rate exceeded");
    account.fail("CreateFunction", throttles, throttle);
    let plan = account.plan().await.unwrap();
    let clock = Clock::default();
    account.double.look_at(&clock);
    let cloud = account.connect(clock.surroundings()).await;
    let outcome = account.apply_with(&cloud, &plan).await;
    assert!(outcome.is_complete(), "{outcome:#?}");
    clock.times(&MUTATIONS)
}

#[tokio::test]
async fn lambda_is_given_at_most_fifteen_changes_a_second_and_not_many_fewer() {
    let times = deploy(0).await;
    assert_eq!(times.len(), 84);
    assert!((10..=15).contains(&peak(&times)), "{}", peak(&times));
    let took = *times.last().unwrap() - times[0];
    assert!(
        took >= Duration::from_secs(5) && took < Duration::from_secs(9),
        "{took:?}"
    );
}

#[tokio::test]
async fn a_throttle_slows_all_calls_of_the_service_for_a_while() {
    let times = deploy(1).await;
    assert_eq!(times.len(), 85);
    let soon = times
        .iter()
        .copied()
        .filter(|time| *time < times[0] + Duration::from_secs(2));
    let soon: Vec<Duration> = soon.collect();
    assert!(peak(&soon) <= 8, "{soon:?}");
    assert!(peak(&times) > 8, "{times:?}");
    assert!(*times.last().unwrap() > *deploy(0).await.last().unwrap());
}
