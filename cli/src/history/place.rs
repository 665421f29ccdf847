//! Where in a machine events happen. It follows from the chain of previous events.

use std::collections::BTreeMap;

use super::{Event, What};

/// Where an event happened.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    /// The Map iterations and Parallel branches around it, outermost first.
    pub(super) inside: Vec<Container>,
    /// The state it belongs to, by the event of its entry.
    pub(super) entered: Option<u64>,
    /// How often that state has failed since.
    pub(super) failures: u64,
}

/// A branch or an iteration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Container {
    /// The Parallel or Map, by the event of its entry.
    pub(super) entered: u64,
    /// Which iteration of a Map it is.
    pub(super) iteration: Option<usize>,
}

impl Place {
    /// The innermost Map iteration around it.
    pub(super) fn iteration(&self) -> Option<usize> {
        self.inside.iter().rev().find_map(|container| container.iteration)
    }

    /// The outermost Map whose iteration is around it, by the event of its entry.
    pub(super) fn outermost_map(&self) -> Option<u64> {
        let map = self.inside.iter().find(|container| container.iteration.is_some());
        map.map(|map| map.entered)
    }
}

/// The events so far with their places. Of a log that leaves events out some are missing.
#[derive(Default)]
pub(super) struct Places(BTreeMap<u64, (Event, Place)>);

impl Places {
    /// An event that was there.
    pub(super) fn event(&self, id: u64) -> Option<&Event> {
        self.0.get(&id).map(|(event, _)| event)
    }

    /// Where an event happened that was there.
    pub(super) fn of(&self, id: u64) -> Option<&Place> {
        self.0.get(&id).map(|(_, place)| place)
    }

    /// Whether an event was there already.
    pub(super) fn has(&self, id: u64) -> bool {
        self.0.contains_key(&id)
    }

    /// The state that was entered at a place.
    pub(super) fn entered(&self, place: &Place) -> Option<&Event> {
        place.entered.and_then(|id| self.event(id))
    }

    /// Notes where an event happened.
    pub(super) fn note(&mut self, event: Event, place: Place) {
        self.0.insert(event.id, (event, place));
    }

    /// Where an event happened that comes after all that are there.
    pub(super) fn place(&self, event: &Event) -> Place {
        let before = self.0.get(&event.previous);
        let place = before.map(|(_, place)| place.clone()).unwrap_or_default();
        let before = before.map(|(event, _)| event);
        match &event.what {
            What::StateEntered { .. } => Place {
                inside: match (before.map(|event| &event.what), place.entered) {
                    (Some(What::ParallelStarted), Some(entered)) => within(place.inside, entered, None),
                    _ => place.inside,
                },
                entered: Some(event.id),
                failures: 0,
            },
            What::ParallelStarted | What::ParallelFailed | What::MapStarted { .. } | What::MapFailed => match before {
                Some(before) if self.is_own_doing(before, &place) => place,
                _ => self.around(&place),
            },
            // An iteration that had to wait follows the one it waited for.
            What::IterationStarted { map, index } => {
                let map = self.own_place(place, map);
                let inside = match map.entered {
                    Some(entered) => within(map.inside, entered, Some(*index)),
                    None => map.inside,
                };
                Place { inside, ..map }
            }
            What::StateExited { name, state } if state.has_branches() => self.own_place(place, name),
            What::EvaluationFailed { name, .. } => {
                let entry = self.entry_beside(event.previous, name);
                let place = entry.unwrap_or_else(|| self.own_place(place, name));
                let failures = place.failures + 1;
                Place { failures, ..place }
            }
            What::Failed(_) => Place {
                failures: place.failures + 1,
                ..place
            },
            _ => place,
        }
    }

    /// The place of the state called `name`, which `place` is in.
    fn own_place(&self, mut place: Place, name: &str) -> Place {
        let is_own = |place: &Place| {
            let entered = self.entered(place);
            entered.is_some_and(|entry| entry.what.entered().is_some_and(|own| **own == *name))
        };
        while !is_own(&place) && place.entered.is_some() {
            place = self.around(&place);
        }
        place
    }

    /// The place of the Parallel or Map around `place`.
    fn around(&self, place: &Place) -> Place {
        let container = place.inside.last();
        let around = container.and_then(|container| self.0.get(&container.entered));
        around.map(|(_, place)| place.clone()).unwrap_or_default()
    }

    /// Where `state` was just entered: an evaluation that fails before anything was done follows what the entry follows.
    fn entry_beside(&self, previous: u64, state: &str) -> Option<Place> {
        let follows = |event: &Event| {
            let name = event.what.entered();
            event.previous == previous && name.is_some_and(|name| **name == *state)
        };
        let mut since = self.0.range(previous + 1..).rev();
        since
            .find(|(_, (event, _))| follows(event))
            .map(|(_, (_, place))| place.clone())
    }

    /// Whether a Parallel or Map that begins or fails after `before` does so because it was entered or a field of its own
    /// failed, and not because of something inside it.
    fn is_own_doing(&self, before: &Event, place: &Place) -> bool {
        let entered = self.entered(place).map(|event| &event.what);
        let has_branches = matches!(entered, Some(What::StateEntered { state, .. }) if state.has_branches());
        let of_state = matches!(before.what, What::StateEntered { .. } | What::EvaluationFailed { .. });
        of_state && has_branches
    }
}

fn within(mut inside: Vec<Container>, entered: u64, iteration: Option<usize>) -> Vec<Container> {
    inside.push(Container { entered, iteration });
    inside
}
