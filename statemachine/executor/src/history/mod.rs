//! The history of an execution, with the types, ids and details of `GetExecutionHistory`.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html>

mod details;
mod json;

use std::sync::Arc;

use jiff::Timestamp;

pub use details::{EvaluationFailed, EventDetails, IterationLabel, StateType, TaskLabel, TaskScheduled};
pub use json::cli_time;

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryEvent {
    /// Counts from 1.
    pub id: u64,
    /// The event this one follows; 0 at the start.
    pub previous_event_id: u64,
    /// When it happened.
    pub timestamp: Timestamp,
    /// What happened.
    pub details: EventDetails,
}

impl HistoryEvent {
    /// The `type`, such as `TaskStateEntered`.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        self.details.type_name()
    }

    /// The state that was entered or left, or the Map whose iteration it is.
    #[must_use]
    pub fn name(&self) -> Option<&Arc<str>> {
        self.details.name()
    }
}

/// The events of one execution, in order. Serializes as `{"events": [...]}`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    events: Vec<HistoryEvent>,
}

impl History {
    /// All events so far.
    #[must_use]
    pub fn events(&self) -> &[HistoryEvent] {
        &self.events
    }

    /// The event `id`.
    #[must_use]
    pub fn event(&self, id: u64) -> Option<&HistoryEvent> {
        self.events.get(usize::try_from(id.checked_sub(1)?).ok()?)
    }

    /// The name of the state that the event `id` belongs to: the one entered last before it in its chain.
    #[must_use]
    pub fn state_of(&self, id: u64) -> Option<&Arc<str>> {
        let mut event = self.event(id)?;
        loop {
            match &event.details {
                EventDetails::StateEntered { name, .. } => return Some(name),
                _ => event = self.event(event.previous_event_id)?,
            }
        }
    }

    /// How many events there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether nothing has happened.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    pub(crate) fn append(&mut self, previous_event_id: u64, timestamp: Timestamp, details: EventDetails) -> u64 {
        let id = self.events.len() as u64 + 1;
        self.events.push(HistoryEvent {
            id,
            previous_event_id,
            timestamp,
            details,
        });
        id
    }
}
