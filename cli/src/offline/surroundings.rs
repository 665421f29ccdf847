use std::cell::RefCell;
use std::future::Future;
use std::time::{Duration, Instant};

use executor::{Execution, IdleClock, Reply, Surroundings, TaskRequest};
use lambda_host::Host;

use super::{Progress, Targets, lambda};

/// This machine as an execution sees it.
pub(crate) struct Offline<'a> {
    /// Where functions run.
    pub(crate) host: &'a Host,
    /// Which functions there are.
    pub(crate) targets: &'a Targets,
    /// Whether waits take their time.
    pub(crate) idle_clock: IdleClock,
    /// Since when the wall's time counts.
    pub(crate) begun: Instant,
    /// Who tells how it goes.
    pub(crate) progress: RefCell<Progress>,
}

impl Surroundings for Offline<'_> {
    async fn call(&self, request: TaskRequest) -> Reply {
        lambda::call(self.host, self.targets, &request).await
    }

    fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    fn sleep(&self, span: Duration) -> impl Future<Output = ()> + '_ {
        tokio::time::sleep(span)
    }

    fn idle_clock(&self) -> IdleClock {
        self.idle_clock
    }

    fn observe(&self, execution: &Execution) {
        self.progress.borrow_mut().observe(execution);
    }
}
