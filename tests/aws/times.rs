//! Time that passes only when everybody waits for it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use stepwright::aws::{Sleep, Surroundings};

/// A clock that those who sleep by it move on, and the times at which calls were made. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Clock(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    now: Duration,
    /// When those who sleep want to wake.
    wakings: Vec<Duration>,
    /// How often sleepers were asked since anything happened.
    quiet: usize,
    calls: Vec<(String, Duration)>,
}

/// How often each sleeper is asked before it is believed that nothing else is under way.
const QUIET: usize = 200;

impl Clock {
    /// Surroundings whose time is the clock's.
    pub(crate) fn surroundings(&self) -> Surroundings {
        let (sleeping, looking) = (self.clone(), self.clone());
        Surroundings {
            sleep: Arc::new(move |time| sleeping.sleep(time)),
            clock: Arc::new(move || looking.0.lock().unwrap().now),
            stop: Arc::new(|| false),
            ..Surroundings::new(|_| {})
        }
    }

    pub(crate) fn now(&self) -> Duration {
        self.0.lock().unwrap().now
    }

    /// Notes a call.
    pub(crate) fn note(&self, action: &str) {
        let mut state = self.0.lock().unwrap();
        state.quiet = 0;
        let now = state.now;
        state.calls.push((action.to_owned(), now));
    }

    /// The times of calls of these actions, in order.
    pub(crate) fn times(&self, actions: &[&str]) -> Vec<Duration> {
        let state = self.0.lock().unwrap();
        let calls = state
            .calls
            .iter()
            .filter(|(action, _)| actions.contains(&action.as_str()));
        calls.map(|(_, time)| *time).collect()
    }

    pub(crate) fn sleep(&self, time: Duration) -> Sleep {
        let clock = self.clone();
        Box::pin(async move {
            let waking = {
                let mut state = clock.0.lock().unwrap();
                let waking = state.now + time;
                state.wakings.push(waking);
                waking
            };
            while !clock.is_over(waking) {
                tokio::task::yield_now().await;
            }
        })
    }

    /// Whether a sleeper wakes. Where all have slept for long, the first of them do.
    fn is_over(&self, waking: Duration) -> bool {
        let mut state = self.0.lock().unwrap();
        state.quiet += 1;
        if state.quiet > QUIET * state.wakings.len() {
            state.now = *state.wakings.iter().min().unwrap();
            state.quiet = 0;
        }
        let is_over = state.now >= waking;
        if is_over {
            let place = state.wakings.iter().position(|other| *other == waking).unwrap();
            state.wakings.swap_remove(place);
            state.quiet = 0;
        }
        is_over
    }
}

/// The most times that are within a second.
pub(crate) fn peak(times: &[Duration]) -> usize {
    let second = Duration::from_secs(1);
    let from = |(place, start): (usize, &Duration)| {
        let rest = times[place..].iter();
        rest.take_while(|time| **time < *start + second).count()
    };
    times.iter().enumerate().map(from).max().unwrap_or(0)
}
