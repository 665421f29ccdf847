//! Stopping an execution from outside, where that was recorded.

use std::cell::Cell;
use std::sync::Arc;

use executor::{Execution, Failure, IdleClock};
use serde_json::Value;

use crate::case::Case;

/// When to stop: as soon as all is on record that was recorded before.
pub(crate) struct Stop {
    /// How many events were recorded before it; nothing where it was not stopped.
    after: Option<usize>,
    due: Cell<bool>,
}

impl Stop {
    pub(crate) fn of(case: &Case) -> Stop {
        let events = case.expect.get("events").and_then(Value::as_array);
        let aborted = |event: &Value| event["type"] == "ExecutionAborted";
        let recorded = events.and_then(|events| events.iter().position(aborted));
        // Without a history it is stopped where it first waits.
        let is_stopped = case.expect["status"] == "ABORTED";
        Stop {
            after: is_stopped.then(|| recorded.unwrap_or_default()),
            due: Cell::new(false),
        }
    }

    pub(crate) fn observe(&self, execution: &Execution) {
        self.due
            .set(self.after.is_some_and(|events| execution.history().len() >= events));
    }

    /// Time stands still while it is due.
    pub(crate) fn idle_clock(&self) -> IdleClock {
        match self.due.get() {
            true => IdleClock::Waits,
            false => IdleClock::Jumps,
        }
    }

    pub(crate) fn is_due(&self, execution: &Execution) -> bool {
        self.due.get() && execution.outcome().is_none()
    }

    /// What it was stopped with.
    pub(crate) fn failure(&self, case: &Case) -> Failure {
        let text = |name: &str| case.expect.get(name).and_then(Value::as_str).map(Arc::from);
        Failure {
            error: text("error"),
            cause: text("cause"),
        }
    }
}
