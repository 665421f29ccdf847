//! The environments that wait for an invocation.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::environment::Environment;

#[derive(Default)]
pub(crate) struct Pool(Mutex<State>);

#[derive(Default)]
struct State {
    /// With the function's logical name, the one used last at the back.
    idle: VecDeque<(String, Environment)>,
    closed: bool,
}

impl Pool {
    /// The function's environment that was used last, if one is idle.
    pub(crate) fn take(&self, function: &str) -> Option<Environment> {
        let mut state = self.lock();
        while let Some(at) = state.idle.iter().rposition(|(name, _)| name == function) {
            let (_, environment) = state.idle.remove(at)?;
            if environment.is_running() {
                return Some(environment);
            }
        }
        None
    }

    /// Keeps the environment for later, or ends it when the pool is closed.
    pub(crate) fn put(&self, function: &str, environment: Environment) {
        let mut state = self.lock();
        if !state.closed {
            state.idle.push_back((function.to_owned(), environment));
        }
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
        self.lock().closed = true;
        self.keep(0);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
