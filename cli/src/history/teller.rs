//! Events become lines.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Event, Told, What, milliseconds,
    place::{Place, Places},
    told::Line,
};

/// Room for the indentation of a state in a branch.
const NESTED: usize = 4;
/// Where names no longer push the durations to the right.
const WIDEST: usize = 48;

/// The width of the column of names, for these states.
pub(crate) fn width<'a>(states: impl Iterator<Item = &'a str>) -> usize {
    let widest = states.map(|name| name.chars().count()).max();
    (widest.unwrap_or_default() + NESTED).min(WIDEST)
}

/// The names of the states that are entered.
pub(crate) fn states(events: &[Event]) -> impl Iterator<Item = &str> {
    events
        .iter()
        .filter_map(|event| event.what.entered())
        .map(AsRef::as_ref)
}

/// Follows one execution.
pub(crate) struct Teller {
    width: usize,
    /// The state machine, where its execution is inside another.
    nested: Option<String>,
    places: Places,
    /// The states that were entered and have not been left, without those that only hold others.
    running: BTreeMap<u64, Arc<str>>,
    /// How often a Parallel or Map began, by the event of its entry.
    begun: BTreeMap<u64, u64>,
    redrives: u64,
}

impl Teller {
    /// Tells of an execution, with a column of names so wide. `nested` is its state machine, where it is inside another.
    pub(crate) fn new(width: usize, nested: Option<String>) -> Teller {
        Teller {
            width,
            nested,
            places: Places::default(),
            running: BTreeMap::new(),
            begun: BTreeMap::new(),
            redrives: 0,
        }
    }

    /// Tells what is new, if there is a line to it. An event that was there already is not.
    pub(crate) fn tell(&mut self, event: Event) -> Option<Told> {
        self.place_and_tell(event).1
    }

    /// The same with where it happened.
    pub(super) fn place_and_tell(&mut self, event: Event) -> (Place, Option<Told>) {
        if self.places.has(event.id) {
            return (Place::default(), None);
        }
        let place = self.places.place(&event);
        let told = self.told(&event, &place);
        self.note_running(&event, &place);
        self.note_begun(&event, &place);
        self.places.note(event, place.clone());
        (place, told)
    }

    /// `ConfirmOrder`, or `Call (3), Wait` where several run.
    pub(crate) fn running(&self) -> String {
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

    /// That the state which was entered by the event `entry` was not left until `now`.
    pub(super) fn not_exited(&self, entry: u64, now: &Event) -> Option<Told> {
        self.line_at(self.places.of(entry)?, now, Line::StateNotExited)
    }

    fn line_at(&self, place: &Place, event: &Event, line: Line) -> Option<Told> {
        let entered = self.places.entered(place);
        Some(Told {
            state: entered?.what.entered()?.to_string(),
            duration: milliseconds(entered?.time, event.time),
            iteration: place.iteration(),
            depth: place.inside.len(),
            state_machine: self.nested.clone(),
            width: self.width,
            note: String::new(),
            line,
        })
    }

    fn note_running(&mut self, event: &Event, place: &Place) {
        match (&event.what, place.entered) {
            (What::StateEntered { state, name }, Some(entered)) if !state.has_branches() => {
                self.running.insert(entered, name.clone());
            }
            (What::StateExited { .. }, Some(entered)) => {
                self.running.remove(&entered);
            }
            (What::Ended, _) => self.running.clear(),
            _ => {}
        }
    }

    fn note_begun(&mut self, event: &Event, place: &Place) {
        let begins = matches!(event.what, What::ParallelStarted | What::MapStarted { .. });
        if let Some(entered) = place.entered.filter(|_| begins) {
            *self.begun.entry(entered).or_default() += 1;
        }
        self.redrives += u64::from(matches!(event.what, What::Redriven));
    }

    /// How often a state was tried so far. What fails in a branch is not the failure of the state around it, which begins
    /// again all the same.
    fn attempts(&self, place: &Place) -> u64 {
        let begun = place.entered.and_then(|entered| self.begun.get(&entered));
        place.failures.max(begun.copied().unwrap_or_default())
    }

    fn told(&self, event: &Event, place: &Place) -> Option<Told> {
        // The event that is told is not among the others yet.
        if let What::StateEntered { state, name } = &event.what {
            return state.has_branches().then(|| Told {
                state: name.to_string(),
                duration: 0,
                iteration: place.iteration(),
                depth: place.inside.len(),
                state_machine: self.nested.clone(),
                width: self.width,
                note: String::new(),
                line: Line::StateEntered,
            });
        }
        match &event.what {
            What::StateExited { state, .. } => {
                let previous = self.places.event(event.previous);
                let caught = previous.is_some_and(|event| event.what.is_failure());
                let attempts = place.failures + u64::from(!caught);
                let line = Line::StateExited {
                    state_type: *state,
                    attempts: attempts.max(self.attempts(place)),
                    caught,
                };
                self.line_at(place, event, line)
            }
            What::Redriven => Some(Told {
                state: String::new(),
                duration: 0,
                iteration: None,
                depth: 0,
                state_machine: self.nested.clone(),
                width: self.width,
                note: String::new(),
                line: Line::ExecutionRedriven {
                    count: self.redrives + 1,
                },
            }),
            what => {
                let failure = what.failure()?;
                let line = Line::AttemptFailed {
                    attempt: self.attempts(place),
                    error: failure.error.as_deref().unwrap_or_default().to_owned(),
                    cause: failure.cause.as_deref().unwrap_or_default().to_owned(),
                };
                self.line_at(place, event, line)
            }
        }
    }
}
