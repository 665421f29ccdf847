//! The background tasks of a host, so that a shutdown can wait for every one of them.

use std::sync::{Mutex, PoisonError};

use tokio::task::JoinSet;

#[derive(Default)]
pub(crate) struct Tasks(Mutex<JoinSet<()>>);

impl Tasks {
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.with(|set| {
            while set.try_join_next().is_some() {}
            set.spawn(task);
        });
    }

    /// Waits until no task is left, including those that are spawned meanwhile.
    pub(crate) async fn finished(&self) {
        loop {
            let mut running = self.with(std::mem::take);
            if running.is_empty() {
                return;
            }
            while running.join_next().await.is_some() {}
        }
    }

    fn with<T>(&self, change: impl FnOnce(&mut JoinSet<()>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A set that is dropped aborts its tasks, but processes that are being ended have to be reaped even when nobody waits.
impl Drop for Tasks {
    fn drop(&mut self) {
        self.with(JoinSet::detach_all);
    }
}
