//! Drives an execution in virtual time.
//!
//! While a task is in flight the execution's clock follows the wall; when none is, it jumps to the next timer. A wait
//! of a year takes no time, and a real call takes the time it takes. Executions that tasks start are driven beside the one
//! that starts them, on the same clock: what happens in them and around them comes in the order of its time.

mod driver;
mod held;
mod nested;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use asl::Json;

pub use nested::{Awaited, Nested};

use crate::{Execution, FailedAt, Failure, TaskRequest};
use driver::Driver;

/// What an execution runs among.
pub trait Surroundings {
    /// Makes the call of a Task state.
    fn call(&self, request: TaskRequest) -> impl Future<Output = Reply> + '_;

    /// The execution that a task starts instead of making a call, or how the start is refused; nothing where the task
    /// makes a call.
    fn nested(&self, _request: &TaskRequest) -> Option<Result<Box<Nested<Self>>, Reply>>
    where
        Self: Sized,
    {
        None
    }

    /// Is waited for between two transitions, so that what computes without end can be given up.
    fn pause(&self) -> impl Future<Output = ()> + '_ {
        std::future::ready(())
    }

    /// Wall time since some fixed moment. Constant where calls take no time.
    fn elapsed(&self) -> Duration;

    /// Is done when this much wall time has passed.
    fn sleep(&self, span: Duration) -> impl Future<Output = ()> + '_;

    /// How the clock goes while no task is in flight.
    fn idle_clock(&self) -> IdleClock {
        IdleClock::Jumps
    }

    /// Called whenever the execution has moved.
    fn observe(&self, _execution: &Execution) {}
}

/// How the clock goes while no task is in flight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IdleClock {
    /// To the next timer at once.
    #[default]
    Jumps,
    /// With the wall: a wait takes as long as it says.
    Waits,
}

/// How a call went.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The name of the worker that took an activity task, if it gave one.
    pub worker_name: Option<Arc<str>>,
    /// The answer of the first call of a `.sync` or `.waitForTaskToken` task.
    pub submitted: Option<Json>,
    /// The end of the task.
    pub answer: Answer,
    /// How long the call took in the execution's time; without it, as long as it did by the wall.
    pub took: Option<Duration>,
}

/// The end of a task.
#[derive(Clone, Debug)]
pub enum Answer {
    /// It gave this.
    Succeeded(Json),
    /// It failed.
    Failed(Failure, FailedAt),
    /// It never answers: its timeout, or the execution's, will end it.
    Never,
}

impl Reply {
    /// A result.
    #[must_use]
    pub fn success(output: Json) -> Reply {
        Reply {
            worker_name: None,
            submitted: None,
            answer: Answer::Succeeded(output),
            took: None,
        }
    }

    /// No answer, ever.
    #[must_use]
    pub fn never() -> Reply {
        Reply {
            worker_name: None,
            submitted: None,
            answer: Answer::Never,
            took: None,
        }
    }

    /// A failure that is made up: a timeout comes to what timeouts do.
    #[must_use]
    pub fn thrown(failure: Failure) -> Reply {
        let timed_out = matches!(
            failure.error.as_deref(),
            Some(crate::failure::TIMEOUT | crate::failure::HEARTBEAT_TIMEOUT)
        );
        let at = if timed_out { FailedAt::TimedOut } else { FailedAt::Run };
        Reply {
            answer: Answer::Failed(failure, at),
            ..Reply::never()
        }
    }

    /// An error of the called code or service.
    #[must_use]
    pub fn failure(failure: Failure) -> Reply {
        Reply {
            worker_name: None,
            submitted: None,
            answer: Answer::Failed(failure, FailedAt::Run),
            took: None,
        }
    }
}

/// Runs `execution` to its end, and the executions that it starts and does not wait for to theirs. Dropping the future stops
/// the driving; the execution keeps what happened so far.
pub async fn simulate<S: Surroundings>(execution: &mut Execution, surroundings: &S) {
    let mut driver = Driver::new(execution, surroundings);
    driver.proceed().await;
    while driver.is_running()
        && let Some(happened) = driver.next().await
    {
        driver.deliver(happened);
        driver.proceed().await;
    }
}
