//! What an execution does, told while it happens.
//!
//! Everything is read from the history: which state an event belongs to follows from the chain of previous events.

use std::{collections::BTreeMap, fmt, sync::Arc};

use anstyle::{AnsiColor, Style};
use executor::history::{EventDetails, StateType};
use executor::services::executions::LONGEST_CAUSE;
use executor::{Execution, Failure, HistoryEvent, Outcome};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::Machine;
use crate::output::{Reporter, Spinner};

/// Room for the indentation of a state in a branch.
const NESTED: usize = 4;
/// Where names no longer push the durations to the right.
const WIDEST: usize = 48;

/// Follows one execution.
pub(crate) struct Progress {
    reporter: Reporter,
    spinner: Spinner,
    width: usize,
    /// The state machine, where its execution is inside another.
    nested: Option<String>,
    /// By event: where it happened.
    places: Vec<Place>,
    /// The states that were entered and have not been left, without those that only hold others.
    running: BTreeMap<usize, Arc<str>>,
    /// How often a Parallel or Map began, by the event of its entry.
    begun: BTreeMap<usize, u64>,
}

/// Where in the machine an event happened.
#[derive(Clone, Debug, Default)]
struct Place {
    /// The Map iterations and Parallel branches around it, outermost first.
    inside: Vec<Container>,
    /// The state it belongs to, by the event of its entry.
    entered: Option<usize>,
    /// How often that state has failed since.
    failures: u64,
}

/// A branch or an iteration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Container {
    /// The Parallel or Map, by the event of its entry.
    entered: usize,
    /// Which iteration of a Map it is.
    iteration: Option<usize>,
}

impl Progress {
    /// Tells `reporter` about an execution of `machine` inside `depth` others.
    pub(crate) fn new(reporter: &Reporter, machine: &Machine, depth: usize) -> Progress {
        let widest = machine.program.state_names().map(|name| name.chars().count()).max();
        Progress {
            spinner: reporter.spinner(),
            reporter: reporter.clone(),
            nested: (depth > 0).then(|| machine.name.clone()),
            width: (widest.unwrap_or_default() + NESTED).min(WIDEST),
            places: Vec::new(),
            running: BTreeMap::new(),
            begun: BTreeMap::new(),
        }
    }

    /// Tells what is new.
    pub(crate) fn observe(&mut self, execution: &Execution) {
        let events = execution.history().events();
        for event in events.iter().skip(self.places.len()) {
            let place = self.place(events, event);
            if let Some(told) = self.told(events, event, &place) {
                self.reporter.event(&told);
            }
            self.note_running(event, &place);
            self.note_begun(event, &place);
            self.places.push(place);
        }
        self.spinner.message(self.running());
    }

    fn note_running(&mut self, event: &HistoryEvent, place: &Place) {
        match (&event.details, place.entered) {
            (EventDetails::StateEntered { state, name, .. }, Some(entered)) if !state.has_branches() => {
                self.running.insert(entered, name.clone());
            }
            (EventDetails::StateExited { .. }, Some(entered)) => {
                self.running.remove(&entered);
            }
            _ => {}
        }
    }

    fn note_begun(&mut self, event: &HistoryEvent, place: &Place) {
        let begins = matches!(
            event.details,
            EventDetails::ParallelStateStarted | EventDetails::MapStateStarted { .. }
        );
        if let Some(entered) = place.entered.filter(|_| begins) {
            *self.begun.entry(entered).or_default() += 1;
        }
    }

    /// `ConfirmOrder`, or `Call (3), Wait` where several run.
    fn running(&self) -> String {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for name in self.running.values() {
            *counts.entry(name).or_default() += 1;
        }
        let names = counts.into_iter().map(|(name, count)| match count {
            1 => name.to_owned(),
            count => format!("{name} ({count})"),
        });
        names.collect::<Vec<_>>().join(", ")
    }

    fn place(&self, events: &[HistoryEvent], event: &HistoryEvent) -> Place {
        let previous = index(event.previous_event_id);
        let before = previous.and_then(|at| events.get(at));
        let place = previous.and_then(|at| self.places.get(at)).cloned().unwrap_or_default();
        match &event.details {
            EventDetails::StateEntered { .. } => Place {
                inside: match (before.map(|event| &event.details), place.entered) {
                    (Some(EventDetails::ParallelStateStarted), Some(entered)) => within(place.inside, entered, None),
                    _ => place.inside,
                },
                entered: index(event.id),
                failures: 0,
            },
            EventDetails::ParallelStateStarted
            | EventDetails::ParallelStateFailed
            | EventDetails::MapStateStarted { .. }
            | EventDetails::MapStateFailed => match before {
                Some(before) if is_own_doing(events, before, &place) => place,
                _ => self.around(&place),
            },
            // An iteration that had to wait follows the one it waited for.
            EventDetails::MapIterationStarted(label) => {
                let map = self.own_place(events, place, &label.name);
                let inside = match map.entered {
                    Some(entered) => within(map.inside, entered, Some(label.index)),
                    None => map.inside,
                };
                Place { inside, ..map }
            }
            EventDetails::StateExited { name, state, .. } if state.has_branches() => {
                self.own_place(events, place, name)
            }
            EventDetails::EvaluationFailed(failed) => {
                let entry = self.entry_beside(events, previous, &failed.state);
                let place = entry.unwrap_or_else(|| self.own_place(events, place, &failed.state));
                let failures = place.failures + 1;
                Place { failures, ..place }
            }
            details if failure(details).is_some() => Place {
                failures: place.failures + 1,
                ..place
            },
            _ => place,
        }
    }

    /// The place of the state called `name`, which `place` is in.
    fn own_place(&self, events: &[HistoryEvent], mut place: Place, name: &str) -> Place {
        let is_own = |place: &Place| {
            place
                .entered
                .and_then(|at| events.get(at)?.name())
                .is_some_and(|own| **own == *name)
        };
        while !is_own(&place) && place.entered.is_some() {
            place = self.around(&place);
        }
        place
    }

    /// The place of the Parallel or Map around `place`.
    fn around(&self, place: &Place) -> Place {
        let container = place.inside.last();
        let around = container.and_then(|container| self.places.get(container.entered));
        around.cloned().unwrap_or_default()
    }

    /// Where `state` was just entered: an evaluation that fails before anything was done follows what the entry follows.
    fn entry_beside(&self, events: &[HistoryEvent], previous: Option<usize>, state: &str) -> Option<Place> {
        let follows = |event: &&HistoryEvent| {
            matches!(event.details, EventDetails::StateEntered { .. })
                && index(event.previous_event_id) == previous
                && event.name().is_some_and(|name| **name == *state)
        };
        let since = previous.map_or(0, |at| at + 1);
        let entry = events.get(since..self.places.len())?.iter().rev().find(follows)?;
        self.places.get(index(entry.id)?).cloned()
    }

    /// How often a state was tried so far. What fails in a branch is not the failure of the state around it, which begins
    /// again all the same.
    fn attempts(&self, place: &Place) -> u64 {
        let begun = place.entered.and_then(|entered| self.begun.get(&entered));
        place.failures.max(begun.copied().unwrap_or_default())
    }

    fn told(&self, events: &[HistoryEvent], event: &HistoryEvent, place: &Place) -> Option<Told> {
        let entered = place.entered.and_then(|at| events.get(at));
        let line = |what: What| {
            Some(Told {
                state: entered?.name()?.to_string(),
                duration: milliseconds(entered?.timestamp, event.timestamp),
                iteration: iteration(&place.inside),
                depth: place.inside.len(),
                state_machine: self.nested.clone(),
                width: self.width,
                what,
            })
        };
        match &event.details {
            EventDetails::StateEntered { state, .. } if state.has_branches() => line(What::StateEntered),
            EventDetails::StateExited { state, .. } => {
                let previous = index(event.previous_event_id).and_then(|at| events.get(at));
                let caught = previous.is_some_and(|event| is_failure(&event.details));
                let attempts = place.failures + u64::from(!caught);
                line(What::StateExited {
                    state_type: *state,
                    attempts: attempts.max(self.attempts(place)),
                    caught,
                })
            }
            details => failure(details).and_then(|failure| {
                line(What::AttemptFailed {
                    attempt: self.attempts(place),
                    error: failure.error.as_deref().unwrap_or_default().to_owned(),
                    cause: failure.cause.as_deref().unwrap_or_default().to_owned(),
                })
            }),
        }
    }
}

/// A line about a state.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    #[serde(flatten)]
    what: What,
    state: String,
    #[serde(rename = "durationInMillis")]
    duration: i64,
    /// The innermost Map iteration around it.
    #[serde(skip_serializing_if = "Option::is_none")]
    iteration: Option<usize>,
    /// The state machine, where its execution was started by a state.
    #[serde(skip_serializing_if = "Option::is_none")]
    state_machine: Option<String>,
    #[serde(skip)]
    depth: usize,
    #[serde(skip)]
    width: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "event")]
enum What {
    /// Of states with states of their own, which are told in between.
    StateEntered,
    StateExited {
        #[serde(serialize_with = "type_name", rename = "stateType")]
        state_type: StateType,
        attempts: u64,
        caught: bool,
    },
    AttemptFailed {
        attempt: u64,
        error: String,
        cause: String,
    },
}

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();
const DIM: Style = Style::new().dimmed();

impl fmt::Display for Told {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let indent = "  ".repeat(self.depth);
        let indent = match &self.state_machine {
            Some(machine) => format!("  {machine} › {indent}"),
            None => indent,
        };
        let name = match self.iteration {
            Some(index) => format!("{indent}{} [{index}]", self.state),
            None => format!("{indent}{}", self.state),
        };
        let (style, sign) = match self.what {
            What::StateEntered => (DIM, "▸"),
            What::StateExited { caught: false, .. } => (GOOD, "✓"),
            What::StateExited { caught: true, .. } => (DIM, "↷"),
            What::AttemptFailed { .. } => (BAD, "✗"),
        };
        if matches!(self.what, What::StateEntered) {
            return write!(formatter, "{style}{sign}{style:#} {name}");
        }
        let duration = shown(self.duration);
        let width = self.width;
        write!(
            formatter,
            "{style}{sign}{style:#} {name:<width$}  {DIM}{duration:>8}{DIM:#}"
        )?;
        match &self.what {
            What::StateEntered => Ok(()),
            What::StateExited { caught: true, .. } => write!(formatter, "  the error is caught"),
            What::StateExited { attempts: 0 | 1, .. } => Ok(()),
            What::StateExited { attempts, .. } => write!(formatter, "  at attempt {attempts}"),
            What::AttemptFailed { attempt, error, cause } => {
                let attempt = if *attempt > 1 {
                    format!("attempt {attempt}, ")
                } else {
                    String::new()
                };
                write!(formatter, "  {attempt}{BAD}{error}{BAD:#}")?;
                match message(cause) {
                    cause if cause.is_empty() => Ok(()),
                    cause => write!(formatter, ": {cause}"),
                }
            }
        }
    }
}

/// The part of a cause that is for people: of a Lambda function's error document its message, of the description of an
/// execution what that failed with, and so on inward.
pub(crate) fn message(cause: &str) -> String {
    let Ok(document) = serde_json::from_str::<serde_json::Value>(cause) else {
        return match is_cut_off(cause) {
            true => "an execution that it started failed".to_owned(),
            false => cause.to_owned(),
        };
    };
    let text = |name: &str| document.get(name).and_then(serde_json::Value::as_str);
    match (text("errorMessage"), text("ExecutionArn"), text("Error")) {
        (Some(message), ..) => message.to_owned(),
        (None, Some(_), Some(error)) => match text("Cause").map(message) {
            Some(cause) if error == TASK_FAILED => cause,
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_owned(),
        },
        _ => cause.to_owned(),
    }
}

/// The error of a task whose execution failed.
const TASK_FAILED: &str = "States.TaskFailed";

/// Whether a cause describes an execution within an execution, and so on, and the reason is beyond what a cause may hold.
pub(crate) fn is_cut_off(cause: &str) -> bool {
    cause.len() >= LONGEST_CAUSE && cause.starts_with(r#"{"Cause":"{"#)
}

/// Why an execution failed, unless it was for one that it started.
pub(super) fn own_reason(execution: &Execution) -> Option<String> {
    match execution.outcome()? {
        Outcome::Failed(failure) if failure.error.as_deref() != Some(TASK_FAILED) => Some(failure.to_string()),
        Outcome::TimedOut => Some("States.Timeout".to_owned()),
        Outcome::Failed(_) | Outcome::Aborted(_) | Outcome::Succeeded(_) => None,
    }
}

/// Milliseconds for people.
pub(crate) fn shown(milliseconds: i64) -> String {
    match milliseconds {
        0..10_000 => format!("{milliseconds} ms"),
        10_000..120_000 => format!("{}.{} s", milliseconds / 1000, milliseconds % 1000 / 100),
        _ => format!("{:#}", SignedDuration::from_secs(milliseconds / 1000)),
    }
}

/// Milliseconds from one moment to another.
pub(crate) fn milliseconds(from: Timestamp, to: Timestamp) -> i64 {
    i64::try_from(to.duration_since(from).as_millis()).unwrap_or(i64::MAX)
}

fn type_name<S: serde::Serializer>(state: &StateType, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{state:?}"))
}

fn iteration(inside: &[Container]) -> Option<usize> {
    inside.iter().rev().find_map(|container| container.iteration)
}

fn within(mut inside: Vec<Container>, entered: usize, iteration: Option<usize>) -> Vec<Container> {
    inside.push(Container { entered, iteration });
    inside
}

/// Whether a Parallel or Map that begins or fails after `before` does so because it was entered or a field of its own
/// failed, and not because of something inside it.
fn is_own_doing(events: &[HistoryEvent], before: &HistoryEvent, place: &Place) -> bool {
    let entered = place.entered.and_then(|at| events.get(at));
    let has_branches = entered.is_some_and(
        |event| matches!(&event.details, EventDetails::StateEntered { state, .. } if state.has_branches()),
    );
    let of_state = matches!(
        before.details,
        EventDetails::StateEntered { .. } | EventDetails::EvaluationFailed(_)
    );
    of_state && has_branches
}

/// Whether a state that is left after this event has failed.
fn is_failure(details: &EventDetails) -> bool {
    let of_branches = matches!(
        details,
        EventDetails::ParallelStateFailed | EventDetails::MapStateFailed
    );
    of_branches || failure(details).is_some()
}

fn failure(details: &EventDetails) -> Option<&Failure> {
    match details {
        EventDetails::TaskStartFailed(_, failure)
        | EventDetails::TaskSubmitFailed(_, failure)
        | EventDetails::TaskFailed(_, failure)
        | EventDetails::TaskTimedOut(_, failure)
        | EventDetails::LambdaFunctionScheduleFailed(failure)
        | EventDetails::LambdaFunctionStartFailed(failure)
        | EventDetails::LambdaFunctionFailed(failure)
        | EventDetails::LambdaFunctionTimedOut(failure)
        | EventDetails::ActivityScheduleFailed(failure)
        | EventDetails::ActivityFailed(failure)
        | EventDetails::ActivityTimedOut(failure) => Some(failure),
        EventDetails::EvaluationFailed(failed) => Some(&failed.failure),
        _ => None,
    }
}

/// Ids count from 1; 0 is none.
fn index(id: u64) -> Option<usize> {
    usize::try_from(id.checked_sub(1)?).ok()
}
