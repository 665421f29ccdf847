//! What holds for every history.

use std::collections::BTreeMap;

use asl::Json;
use executor::history::EventDetails;
use executor::{Execution, HistoryEvent, Outcome, Workflow};

use crate::Broken;
use crate::broken::require;

/// The most bytes a payload may have.
const PAYLOAD_LIMIT: usize = 262_144;

/// The most levels a payload may have.
const NESTING_LIMIT: usize = 1_000;

/// The most events the history of a Standard workflow may have.
const EVENT_LIMIT: usize = 25_000;

/// The most events the history of an Express workflow may have.
const EXPRESS_EVENT_LIMIT: usize = 1_000_000;

/// Checks the history of an execution that has ended.
///
/// # Errors
/// The law that it breaks.
pub fn check_history(execution: &Execution) -> Result<(), Broken> {
    let events = execution.history().events();
    let most = match execution.start().workflow {
        Workflow::Standard => EVENT_LIMIT,
        Workflow::Express => EXPRESS_EVENT_LIMIT,
    };
    require(events.len() <= most, || format!("there are {} events", events.len()))?;
    let mut before = None;
    for (place, event) in events.iter().enumerate() {
        check_event(event, before, place, events.len())?;
        before = Some(event);
    }
    check_end(execution)?;
    check_states(execution)
}

fn check_event(event: &HistoryEvent, before: Option<&HistoryEvent>, place: usize, length: usize) -> Result<(), Broken> {
    let broken = |what: &str| format!("event {}: {what}: {event:?}", place + 1);
    require(event.id == place as u64 + 1, || broken("ids are not contiguous"))?;
    require(event.previous_event_id < event.id, || {
        broken("it follows a later event")
    })?;
    let is_first = matches!(event.details, EventDetails::ExecutionStarted { .. });
    require(is_first == (place == 0), || {
        broken("the first event, and no other, starts the execution")
    })?;
    require(is_terminal(event) == (place + 1 == length), || {
        broken("the last event, and no other, is terminal")
    })?;
    let in_order = before.is_none_or(|before| before.timestamp <= event.timestamp);
    require(in_order, || broken("it is earlier than the one before"))?;
    match &event.details {
        EventDetails::StateExited { output, assigned, .. } => {
            check_payload(output).map_err(|error| Broken(broken(&error.0)))?;
            assigned.iter().try_for_each(|(_, value)| check_payload(value))
        }
        _ => Ok(()),
    }
}

fn check_payload(payload: &Json) -> Result<(), Broken> {
    let length = payload.encoded_len();
    require(length <= PAYLOAD_LIMIT, || format!("a payload has {length} bytes"))?;
    require(payload.depth() <= NESTING_LIMIT, || {
        format!("a payload is {} levels deep", payload.depth())
    })?;
    require(length > 4096 || payload.to_string().len() == length, || {
        format!("{length} is not the length of {payload}")
    })
}

fn is_terminal(event: &HistoryEvent) -> bool {
    matches!(
        event.details,
        EventDetails::ExecutionSucceeded { .. }
            | EventDetails::ExecutionFailed(_)
            | EventDetails::ExecutionTimedOut(_)
            | EventDetails::ExecutionAborted(_)
    )
}

fn check_end(execution: &Execution) -> Result<(), Broken> {
    let last = execution.history().events().last();
    let agree = match (last.map(|event| &event.details), execution.outcome()) {
        (Some(EventDetails::ExecutionSucceeded { output }), Some(Outcome::Succeeded(result))) => output == result,
        (Some(EventDetails::ExecutionFailed(why)), Some(Outcome::Failed(failure)))
        | (Some(EventDetails::ExecutionAborted(why)), Some(Outcome::Aborted(failure))) => why == failure,
        (Some(EventDetails::ExecutionTimedOut(_)), Some(Outcome::TimedOut)) => true,
        _ => false,
    };
    require(agree, || {
        format!("the outcome {:?} is not told by {last:?}", execution.outcome())
    })
}

/// No state is left or aborted that was not entered; and where the execution succeeds, every state that was entered is
/// left, aborted or failed.
fn check_states(execution: &Execution) -> Result<(), Broken> {
    let mut open: BTreeMap<&'static str, i64> = BTreeMap::new();
    let mut counts: BTreeMap<&'static str, i64> = BTreeMap::new();
    for event in execution.history().events() {
        *counts.entry(event.type_name()).or_default() += 1;
        let change = match &event.details {
            EventDetails::StateEntered { .. } => 1,
            EventDetails::StateExited { .. } | EventDetails::StateAborted { .. } => -1,
            _ => continue,
        };
        let kind = state_type(event);
        let left = open.entry(kind).or_default();
        *left += change;
        require(*left >= 0, || {
            format!("more {kind} states were left than entered by {event:?}")
        })?;
    }
    match execution.outcome() {
        Some(Outcome::Succeeded(_)) => check_failed(&open, &counts),
        _ => Ok(()),
    }
}

/// What was entered and neither left nor aborted has failed, and somebody took care of it. A Task or Wait is aborted
/// when it fails in a branch; a Parallel or Map that fails has an event of its own, unless JSONPath fields of its own
/// could not be evaluated. Of those without an event at most one fails in each attempt of a Parallel or Map that does
/// not succeed.
fn check_failed(open: &BTreeMap<&str, i64>, counts: &BTreeMap<&str, i64>) -> Result<(), Broken> {
    let open = |kind: &str| open.get(kind).copied().unwrap_or_default();
    let count = |kind: &str| counts.get(kind).copied().unwrap_or_default();
    let attempts = |kind: &str| count(&format!("{kind}StateStarted")) - count(&format!("{kind}StateSucceeded"));
    let untold = |kind: &str| (open(kind) - count(&format!("{kind}StateFailed"))).max(0);
    let simple: i64 = ["Pass", "Choice", "Succeed", "Fail"].into_iter().map(open).sum();
    let holds = open("Task") + open("Wait") == 0
        && simple + untold("Parallel") + untold("Map") <= attempts("Parallel") + attempts("Map");
    require(holds, || {
        format!("of the states that are open too few have failed: {counts:?}")
    })
}

/// `Task` of `TaskStateEntered`.
fn state_type(event: &HistoryEvent) -> &'static str {
    event.type_name().split("State").next().unwrap_or_default()
}

/// How many states were entered.
#[must_use]
pub fn count(execution: &Execution) -> usize {
    let entered = |event: &&HistoryEvent| matches!(event.details, EventDetails::StateEntered { .. });
    execution.history().events().iter().filter(entered).count()
}
