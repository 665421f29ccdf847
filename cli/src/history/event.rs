//! As much of a history event as is told.

use std::sync::Arc;

use executor::history::{EventDetails, StateType};
use executor::{Failure, HistoryEvent};
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::aws;

/// An event of a history.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    /// Counts from 1.
    pub(crate) id: u64,
    /// The event this one follows; 0 at the start.
    pub(crate) previous: u64,
    pub(crate) time: Timestamp,
    pub(crate) what: What,
}

/// What happened.
#[derive(Clone, Debug)]
pub(crate) enum What {
    StateEntered {
        state: StateType,
        name: Arc<str>,
    },
    StateExited {
        state: StateType,
        name: Arc<str>,
    },
    /// An expression of a state failed.
    EvaluationFailed {
        name: Arc<str>,
        failure: Failure,
    },
    /// An attempt at a task failed.
    Failed(Failure),
    ParallelStarted,
    ParallelFailed,
    MapStarted {
        length: Option<u64>,
    },
    MapFailed,
    IterationStarted {
        map: Arc<str>,
        index: usize,
    },
    IterationSucceeded,
    IterationFailed,
    IterationAborted,
    /// The execution goes on after it had ended.
    Redriven,
    /// The execution ended.
    Ended,
    /// Nothing that is told, and nothing that tells where something happened.
    Other,
}

impl What {
    /// How an attempt failed.
    pub(super) fn failure(&self) -> Option<&Failure> {
        match self {
            What::Failed(failure) | What::EvaluationFailed { failure, .. } => Some(failure),
            _ => None,
        }
    }

    /// Whether a state that is left after this event has failed.
    pub(super) fn is_failure(&self) -> bool {
        matches!(self, What::ParallelFailed | What::MapFailed) || self.failure().is_some()
    }

    /// The name of the state that is entered.
    pub(super) fn entered(&self) -> Option<&Arc<str>> {
        match self {
            What::StateEntered { name, .. } => Some(name),
            _ => None,
        }
    }
}

impl From<&HistoryEvent> for Event {
    /// The service knows milliseconds, and so does the history that is written.
    fn from(event: &HistoryEvent) -> Event {
        let time = Timestamp::from_millisecond(event.timestamp.as_millisecond());
        Event {
            id: event.id,
            previous: event.previous_event_id,
            time: time.unwrap_or(event.timestamp),
            what: of_executor(&event.details),
        }
    }
}

fn of_executor(details: &EventDetails) -> What {
    match details {
        EventDetails::StateEntered { state, name, .. } => What::StateEntered {
            state: *state,
            name: name.clone(),
        },
        EventDetails::StateExited { state, name, .. } => What::StateExited {
            state: *state,
            name: name.clone(),
        },
        EventDetails::EvaluationFailed(failed) => What::EvaluationFailed {
            name: failed.state.clone(),
            failure: failed.failure.clone(),
        },
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
        | EventDetails::ActivityTimedOut(failure) => What::Failed(failure.clone()),
        EventDetails::ParallelStateStarted => What::ParallelStarted,
        EventDetails::ParallelStateFailed => What::ParallelFailed,
        EventDetails::MapStateStarted { length } => What::MapStarted {
            length: Some(*length as u64),
        },
        EventDetails::MapStateFailed => What::MapFailed,
        EventDetails::MapIterationStarted(label) => What::IterationStarted {
            map: label.name.clone(),
            index: label.index,
        },
        EventDetails::MapIterationSucceeded(_) => What::IterationSucceeded,
        EventDetails::MapIterationFailed(_) => What::IterationFailed,
        EventDetails::MapIterationAborted(_) => What::IterationAborted,
        EventDetails::ExecutionSucceeded { .. }
        | EventDetails::ExecutionFailed(_)
        | EventDetails::ExecutionTimedOut(_)
        | EventDetails::ExecutionAborted(_) => What::Ended,
        _ => What::Other,
    }
}

impl From<&aws::HistoryEvent> for Event {
    fn from(event: &aws::HistoryEvent) -> Event {
        Event {
            id: event.id,
            previous: event.previous_event_id,
            time: event.timestamp,
            what: of_aws(&event.event_type, event.fields()),
        }
    }
}

/// Types that AWS makes up later are none that are told.
fn of_aws(event_type: &str, fields: Option<&Map<String, Value>>) -> What {
    let text = |field: &str| fields.and_then(|fields| fields.get(field)?.as_str()).map(Arc::from);
    let number = |field: &str| fields.and_then(|fields| fields.get(field)?.as_u64());
    let name = |field: &str| text(field).unwrap_or_default();
    let failure = || Failure {
        error: text("error"),
        cause: text("cause"),
    };
    if let Some(state) = event_type.strip_suffix("StateEntered").and_then(state_type) {
        let name = name("name");
        return What::StateEntered { state, name };
    }
    if let Some(state) = event_type.strip_suffix("StateExited").and_then(state_type) {
        let name = name("name");
        return What::StateExited { state, name };
    }
    match event_type {
        "EvaluationFailed" => What::EvaluationFailed {
            name: name("state"),
            failure: failure(),
        },
        "TaskStartFailed"
        | "TaskSubmitFailed"
        | "TaskFailed"
        | "TaskTimedOut"
        | "LambdaFunctionScheduleFailed"
        | "LambdaFunctionStartFailed"
        | "LambdaFunctionFailed"
        | "LambdaFunctionTimedOut"
        | "ActivityScheduleFailed"
        | "ActivityFailed"
        | "ActivityTimedOut"
        | "MapRunFailed" => What::Failed(failure()),
        "ParallelStateStarted" => What::ParallelStarted,
        "ParallelStateFailed" => What::ParallelFailed,
        "MapStateStarted" => What::MapStarted {
            length: number("length"),
        },
        "MapStateFailed" => What::MapFailed,
        "MapIterationStarted" => What::IterationStarted {
            map: name("name"),
            index: number("index")
                .and_then(|index| usize::try_from(index).ok())
                .unwrap_or_default(),
        },
        "MapIterationSucceeded" => What::IterationSucceeded,
        "MapIterationFailed" => What::IterationFailed,
        "MapIterationAborted" => What::IterationAborted,
        "ExecutionRedriven" => What::Redriven,
        "ExecutionSucceeded" | "ExecutionFailed" | "ExecutionTimedOut" | "ExecutionAborted" => What::Ended,
        _ => What::Other,
    }
}

fn state_type(name: &str) -> Option<StateType> {
    Some(match name {
        "Task" => StateType::Task,
        "Pass" => StateType::Pass,
        "Choice" => StateType::Choice,
        "Wait" => StateType::Wait,
        "Succeed" => StateType::Succeed,
        "Fail" => StateType::Fail,
        "Parallel" => StateType::Parallel,
        "Map" => StateType::Map,
        _ => return None,
    })
}
