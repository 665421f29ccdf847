//! Lives lived again.

use std::sync::Arc;

use executor::Execution;

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
    let begun = text(&original);
    let mut copy = original.clone();
    drop(original);
    feed(&mut copy, rest);
    let begun = begun.strip_suffix("]}").unwrap_or(&begun);
    require(text(&copy).starts_with(begun), || {
        format!("the history before step {at} has changed")
    })?;
    check_same(life, &copy, &format!("an execution copied before step {at}"))
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

fn check_same(life: &Life, other: &Execution, who: &str) -> Result<(), Broken> {
    let (expected, found) = (text(&life.execution), text(other));
    require(expected == found, || {
        format!("{who} has another history:\n{expected}\n{found}")
    })?;
    let same = life.execution.outcome() == other.outcome();
    require(same, || format!("{who} ended with {:?}", other.outcome()))
}

fn text(execution: &Execution) -> String {
    serde_json::to_string(execution.history()).unwrap_or_default()
}
