//! Lives lived again.

use std::sync::Arc;

use executor::{Execution, HistoryEvent};

use crate::broken::require;
use crate::{Broken, Life, Step};

/// Checks that an execution that is created again and told the same has the same history.
///
/// # Errors
/// Where it has another.
pub fn check_again(life: &Life) -> Result<(), Broken> {
    let mut again = restart(life);
    feed(&mut again, &life.steps);
    check_same(life, &again, "an execution that was told the same again")
}

/// Checks that an execution that was told the first `at` steps, copied, and told the rest has the same history.
///
/// # Errors
/// Where it has another.
pub fn check_split(life: &Life, at: usize) -> Result<(), Broken> {
    let (first, rest) = life.steps.split_at(at.min(life.steps.len()));
    let mut original = restart(life);
    feed(&mut original, first);
    let begun = original.history().clone();
    let mut copy = original.clone();
    drop(original);
    feed(&mut copy, rest);
    let events = copy.history().events();
    let what = format!("an execution copied before step {at}");
    check_events(begun.events(), events.get(..begun.len()).unwrap_or(events), &what)?;
    check_same(life, &copy, &what)
}

fn restart(life: &Life) -> Execution {
    Execution::new(
        Arc::clone(&life.program),
        life.execution.start().clone(),
        life.started_at,
    )
}

fn feed(execution: &mut Execution, steps: &[Step]) {
    for step in steps {
        execution.handle_all(step.events.clone(), step.now);
    }
}

fn check_same(life: &Life, other: &Execution, what: &str) -> Result<(), Broken> {
    check_events(life.execution.history().events(), other.history().events(), what)?;
    let same = life.execution.outcome() == other.outcome();
    require(same, || format!("{what} ended with {:?}", other.outcome()))
}

/// Compares byte for byte, one event after the other: histories may be much longer as text than they are in memory.
fn check_events(expected: &[HistoryEvent], found: &[HistoryEvent], what: &str) -> Result<(), Broken> {
    require(expected.len() == found.len(), || {
        format!("{what} has {} events and not {}", found.len(), expected.len())
    })?;
    for (expected, found) in expected.iter().zip(found) {
        let (expected, found) = (text(expected), text(found));
        require(expected == found, || format!("{what} differs:\n{expected}\n{found}"))?;
    }
    Ok(())
}

fn text(event: &HistoryEvent) -> String {
    serde_json::to_string(event).unwrap_or_default()
}
