//! The environments that wait for an invocation.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::environment::Environment;

#[derive(Default)]
pub(crate) struct Pool(Mutex<State>);

#[derive(Default)]
struct State {
    /// With the function's logical name, the one used last at the back.
    idle: VecDeque<(String, Environment)>,
    /// Calls that would rather have an environment that becomes free than start one.
    waiting: VecDeque<(String, oneshot::Sender<Environment>)>,
    closed: bool,
}

impl Pool {
    /// The function's environment that was used last if one is idle, otherwise the promise of the next that becomes free.
    pub(crate) fn take(&self, function: &str) -> Result<Environment, oneshot::Receiver<Environment>> {
        let mut state = self.lock();
        while let Some(at) = state.idle.iter().rposition(|(name, _)| name == function) {
            let Some((_, environment)) = state.idle.remove(at) else {
                break;
            };
            if environment.is_running() {
                return Ok(environment);
            }
        }
        let (promise, promised) = oneshot::channel();
        state.waiting.retain(|(_, promise)| !promise.is_closed());
        state.waiting.push_back((function.to_owned(), promise));
        Err(promised)
    }

    /// Hands the environment to the call that waits longest, keeps it for later, or ends it when the pool is closed.
    pub(crate) fn put(&self, function: &str, mut environment: Environment) {
        let mut state = self.lock();
        if state.closed {
            return;
        }
        while let Some(at) = state.waiting.iter().position(|(name, _)| name == function) {
            let Some((_, promise)) = state.waiting.remove(at) else {
                break;
            };
            match promise.send(environment) {
                Ok(()) => return,
                Err(returned) => environment = returned,
            }
        }
        state.idle.push_back((function.to_owned(), environment));
    }

    /// Ends idle environments, the longest unused first, until at most this many are left.
    pub(crate) fn keep(&self, most: usize) {
        let mut state = self.lock();
        while state.idle.len() > most {
            state.idle.pop_front();
        }
    }

    /// Ends all idle environments and those that become idle later.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.idle.clear();
        state.waiting.clear();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
