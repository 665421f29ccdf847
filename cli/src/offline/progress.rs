//! What an execution does, told while it happens.

use executor::{Execution, Outcome};

use super::Machine;
use crate::{
    history::{self, TASK_FAILED, Teller},
    output::{Reporter, Spinner},
};

/// Follows one execution.
pub(super) struct Progress {
    reporter: Reporter,
    spinner: Spinner,
    teller: Teller,
    /// How many events were told.
    told: usize,
}

impl Progress {
    /// Tells `reporter` about an execution of `machine` inside `depth` others.
    pub(super) fn new(reporter: &Reporter, machine: &Machine, depth: usize) -> Progress {
        let width = history::width(machine.program.state_names().map(AsRef::as_ref));
        Progress {
            spinner: reporter.spinner(),
            reporter: reporter.clone(),
            teller: Teller::new(width, (depth > 0).then(|| machine.name.clone())),
            told: 0,
        }
    }

    /// Tells what is new.
    pub(super) fn observe(&mut self, execution: &Execution) {
        let events = execution.history().events();
        for event in events.iter().skip(self.told) {
            if let Some(told) = self.teller.tell(event.into()) {
                self.reporter.event(&told);
            }
        }
        self.told = events.len();
        self.spinner.message(self.teller.running());
    }
}

/// Why an execution failed, unless it was for one that it started.
pub(super) fn own_reason(execution: &Execution) -> Option<String> {
    match execution.outcome()? {
        Outcome::Failed(failure) if failure.error.as_deref() != Some(TASK_FAILED) => Some(failure.to_string()),
        Outcome::TimedOut => Some("States.Timeout".to_owned()),
        Outcome::Failed(_) | Outcome::Aborted(_) | Outcome::Succeeded(_) => None,
    }
}
