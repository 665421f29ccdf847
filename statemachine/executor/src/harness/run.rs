use std::time::Duration;

use serde_json::Value;

use super::tasks::value;
use crate::history::EventDetails;
use crate::{Execution, Failure, History, Outcome, Status};

/// An execution that has ended.
#[derive(Debug)]
pub struct Run {
    execution: Execution,
    end: Result<Value, Failure>,
    status: Status,
}

impl Run {
    pub(super) fn new(execution: Execution) -> Run {
        let outcome = execution.outcome();
        Run {
            end: match outcome {
                Some(Outcome::Succeeded(output)) => Ok(value(output)),
                Some(Outcome::Failed(failure) | Outcome::Aborted(failure)) => Err(failure.clone()),
                Some(Outcome::TimedOut) => Err(Failure::timeout()),
                None => Err(Failure::default()),
            },
            status: outcome.map_or(Status::Running, Outcome::status),
            execution,
        }
    }

    /// `SUCCEEDED`, `FAILED`, `TIMED_OUT`; `RUNNING` where it waits for what never comes.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    /// Its output, or the error it failed with.
    ///
    /// # Errors
    /// The execution did not succeed.
    pub fn output(&self) -> Result<&Value, &Failure> {
        self.end.as_ref()
    }

    /// The name of the error it failed with.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        self.end.as_ref().err()?.error.as_deref()
    }

    /// The cause of that error.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        self.end.as_ref().err()?.cause.as_deref()
    }

    /// What happened, event by event.
    #[must_use]
    pub fn history(&self) -> &History {
        self.execution.history()
    }

    /// The names of the states that were entered, in order, as often as they were.
    #[must_use]
    pub fn visited(&self) -> Vec<&str> {
        let events = self.history().events().iter();
        let names = events.filter_map(|event| match &event.details {
            EventDetails::StateEntered { name, .. } => Some(&**name),
            _ => None,
        });
        names.collect()
    }

    /// What left the state called `name`, the last time that it was left.
    #[must_use]
    pub fn output_of(&self, name: &str) -> Option<Value> {
        let events = self.history().events().iter().rev();
        events.into_iter().find_map(|event| match &event.details {
            EventDetails::StateExited { name: left, output, .. } if **left == *name => Some(value(output)),
            _ => None,
        })
    }

    /// How often the task of the state called `name` was called.
    #[must_use]
    pub fn calls_of(&self, name: &str) -> usize {
        let history = self.history();
        let scheduled = history.events().iter().filter(|event| {
            let is_call = matches!(
                event.details,
                EventDetails::TaskScheduled(_)
                    | EventDetails::LambdaFunctionScheduled(_)
                    | EventDetails::ActivityScheduled(_)
            );
            is_call && history.state_of(event.id).is_some_and(|state| **state == *name)
        });
        scheduled.count()
    }

    /// How long it took, in virtual time.
    #[must_use]
    pub fn duration(&self) -> Duration {
        let passed = self.execution.now().duration_since(self.execution.started_at());
        Duration::try_from(passed).unwrap_or_default()
    }
}
