//! How many rounds of calls something takes: calls of a round need no answer of each other.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::stack_under_test::Account;

/// Answers no call of a round before no more calls come.
#[derive(Clone, Default)]
pub(crate) struct Rounds(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    is_on: bool,
    /// Calls so far.
    calls: usize,
    /// Rounds that are answered.
    answered: usize,
    /// Whether a call of the next round has come.
    has_begun: bool,
}

/// How long nobody calls at the end of a round.
const QUIET: Duration = Duration::from_millis(200);

impl Rounds {
    pub(crate) fn begin(&self) {
        *self.0.lock().unwrap() = State {
            is_on: true,
            ..State::default()
        };
    }

    /// How many there were; calls are answered at once again.
    pub(crate) fn end(&self) -> usize {
        let state = std::mem::take(&mut *self.0.lock().unwrap());
        state.answered + usize::from(state.has_begun)
    }

    /// Waits until the round of this call is answered.
    pub(crate) async fn wait(&self) {
        let Some(round) = self.join() else { return };
        loop {
            let calls = self.0.lock().unwrap().calls;
            tokio::time::sleep(QUIET).await;
            let mut state = self.0.lock().unwrap();
            if state.answered > round {
                return;
            }
            if state.calls == calls {
                state.answered += 1;
                state.has_begun = false;
                return;
            }
        }
    }

    fn join(&self) -> Option<usize> {
        let mut state = self.0.lock().unwrap();
        if !state.is_on {
            return None;
        }
        state.calls += 1;
        state.has_begun = true;
        Some(state.answered)
    }
}

#[tokio::test]
async fn a_plan_takes_three_rounds_of_reads() {
    let mut account = Account::new();
    account.set_bucket("zips", &["Validate"]);
    account.deploy().await;
    account.set_code("Validate", "two");
    account.deploy().await;
    account.double.count_rounds();
    assert!(account.plan().await.unwrap().steps.is_empty());
    assert_eq!(account.double.count_rounds_no_more(), 3);
}
