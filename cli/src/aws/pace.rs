//! How fast services are called: no faster than they let an account call them, and slower once they have throttled a call.
//! All steps that run at once share it, so that they slow down together.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use stack::Service;

use super::call::Call;
use super::{Cloud, Error};

/// The window that calls are counted in.
const SECOND: Duration = Duration::from_secs(1);

/// The paces of all services. Cheap to clone; all clones share them.
#[derive(Clone, Default)]
pub(super) struct Paces {
    lanes: Arc<Mutex<BTreeMap<Lane, Pace>>>,
}

/// Calls that count together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Lane {
    All(&'static str),
    Changes(&'static str),
    Reads(&'static str),
    /// An action that its service counts apart.
    One(&'static str, &'static str),
}

/// The calls of the last second, and how many there may be.
struct Pace {
    most: usize,
    limit: usize,
    calls: VecDeque<Duration>,
    /// Calls that went through since the limit last changed.
    calm: usize,
}

impl Paces {
    /// Notes that the service asked to slow down: all that calls it goes at half the pace.
    pub(super) fn slow_down(&self, service: Service) {
        for (lane, pace) in lock(&self.lanes).iter_mut() {
            if lane.is_of(service) {
                pace.limit = (pace.limit / 2).max(1);
                pace.calm = 0;
            }
        }
    }

    /// Notes that a call was not throttled: after a second's worth of them, one more may be made in a second.
    pub(super) fn went_through(&self, call: Call<'_>) {
        if let Some(pace) = lock(&self.lanes).get_mut(&Lane::of(call)) {
            pace.calm += 1;
            if pace.calm >= pace.limit {
                pace.limit = (pace.limit + 1).min(pace.most);
                pace.calm = 0;
            }
        }
    }

    /// Counts a call if it may be made `now`; otherwise gives how long to wait before asking again.
    fn enter(&self, call: Call<'_>, now: Duration) -> Result<(), Duration> {
        let lane = Lane::of(call);
        let mut lanes = lock(&self.lanes);
        let pace = lanes.entry(lane).or_insert_with(|| Pace::new(lane.most()));
        while pace.calls.front().is_some_and(|call| *call + SECOND <= now) {
            pace.calls.pop_front();
        }
        let ahead = pace.calls.len().checked_sub(pace.limit);
        match ahead.and_then(|place| pace.calls.get(place)) {
            Some(call) => Err(*call + SECOND - now),
            None => {
                pace.calls.push_back(now);
                Ok(())
            }
        }
    }
}

impl Cloud {
    /// Waits until the service may be called once more.
    ///
    /// # Errors
    /// Somebody wants it to end.
    pub(super) async fn keep_pace(&self, call: Call<'_>) -> Result<(), Error> {
        while let Err(wait) = self.paces.enter(call, self.now()) {
            self.sleep(wait).await?;
        }
        Ok(())
    }
}

impl Pace {
    fn new(most: usize) -> Pace {
        Pace {
            most,
            limit: most,
            calls: VecDeque::new(),
            calm: 0,
        }
    }
}

impl Lane {
    fn of(call: Call<'_>) -> Lane {
        let service = call.service.prefix();
        let reads = ["Get", "List", "Describe", "Validate"];
        match call.action {
            action if ["logs", "cloudwatch"].contains(&service) || action == "GetFunction" => {
                Lane::One(service, action)
            }
            _ if service == "lambda" => Lane::All(service),
            action if reads.iter().any(|read| action.starts_with(read)) => Lane::Reads(service),
            _ => Lane::Changes(service),
        }
    }

    fn is_of(self, service: Service) -> bool {
        match self {
            Lane::All(prefix) | Lane::Changes(prefix) | Lane::Reads(prefix) | Lane::One(prefix, _) => {
                prefix == service.prefix()
            }
        }
    }

    /// How many calls there may be in a second. Lambda takes 15 calls of its control plane, reads and changes together, and 100 of GetFunction;
    /// CloudWatch and CloudWatch Logs 10 of each of most actions, but few changes of alarms. The others say nothing of the kind, or of buckets far larger than a
    /// stack; for them it is what is enough for one.
    ///
    /// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#api-requests>
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html>
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>
    fn most(self) -> usize {
        match self {
            Lane::All(_) => 15,
            Lane::Changes(_) => 20,
            Lane::Reads(_) => 50,
            Lane::One("lambda", _) => 100,
            Lane::One("logs", "FilterLogEvents") => 5,
            Lane::One("cloudwatch", "PutMetricAlarm" | "DeleteAlarms") => 3,
            Lane::One("cloudwatch", "DescribeAlarms") => 9,
            Lane::One(..) => 10,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(service: Service, action: &'static str) -> Call<'static> {
        Call {
            service,
            action,
            name: "",
        }
    }

    const BEGINNING: Duration = Duration::from_secs(100);

    /// How many calls go at once.
    fn burst(paces: &Paces, call: Call<'_>, now: Duration) -> usize {
        std::iter::from_fn(|| paces.enter(call, now).ok()).count()
    }

    #[test]
    fn no_second_has_more_calls_than_the_service_takes() {
        let paces = Paces::default();
        let create = call(Service::Lambda, "CreateFunction");
        assert_eq!(burst(&paces, create, BEGINNING), 15);
        assert_eq!(burst(&paces, call(Service::Lambda, "PublishVersion"), BEGINNING), 0);
        assert_eq!(burst(&paces, call(Service::Lambda, "ListFunctions"), BEGINNING), 0);
        assert_eq!(burst(&paces, call(Service::Lambda, "GetFunction"), BEGINNING), 100);
        for action in ["CreateLogGroup", "PutRetentionPolicy", "DescribeLogGroups"] {
            assert_eq!(burst(&paces, call(Service::Logs, action), BEGINNING), 10);
        }
        let later = BEGINNING + SECOND / 4;
        assert_eq!(paces.enter(create, later), Err(SECOND * 3 / 4));
        assert_eq!(burst(&paces, create, BEGINNING + SECOND), 15);
    }

    #[test]
    fn calls_that_are_spread_never_wait() {
        let paces = Paces::default();
        let create = call(Service::Lambda, "CreateFunction");
        let free = |number: u32| paces.enter(create, BEGINNING + SECOND * number / 15).is_ok();
        assert!((0..100).all(free));
    }

    #[test]
    fn a_throttle_halves_the_pace_of_all_calls_of_the_service_and_calm_brings_it_back() {
        let paces = Paces::default();
        let [create, get, logs] = [
            call(Service::Lambda, "CreateFunction"),
            call(Service::Lambda, "GetFunction"),
            call(Service::Logs, "CreateLogGroup"),
        ];
        for call in [create, get, logs] {
            assert!(paces.enter(call, BEGINNING).is_ok());
        }
        paces.slow_down(Service::Lambda);
        let second = BEGINNING + SECOND;
        assert_eq!([create, get, logs].map(|call| burst(&paces, call, second)), [7, 50, 10]);
        (0..9).for_each(|_| paces.slow_down(Service::Lambda));
        let third = second + SECOND;
        assert_eq!(burst(&paces, create, third), 1);
        (0..1000).for_each(|_| paces.went_through(create));
        let fourth = third + SECOND;
        assert_eq!([create, get].map(|call| burst(&paces, call, fourth)), [15, 1]);
    }
}
