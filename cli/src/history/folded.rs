//! A whole history in lines, with one line for all iterations of a Map.

use std::collections::BTreeMap;

use super::{Event, Teller, Told, What};

/// How many failures inside the iterations of a Map are told.
const SHOWN: u64 = 5;

/// Lines of a history.
pub(crate) struct Folded {
    teller: Teller,
    lines: Vec<Told>,
    /// By the event of the entry of a Map that is in no other.
    maps: BTreeMap<u64, Iterations>,
    last: Option<Event>,
}

/// The iterations of a Map.
#[derive(Default)]
struct Iterations {
    /// How many there are to be.
    length: Option<u64>,
    started: u64,
    succeeded: u64,
    failed: u64,
    aborted: u64,
    failures: u64,
    is_told: bool,
}

impl Folded {
    /// Tells with `teller`.
    pub(crate) fn new(teller: Teller) -> Folded {
        Folded {
            teller,
            lines: Vec::new(),
            maps: BTreeMap::new(),
            last: None,
        }
    }

    /// Adds an event.
    pub(crate) fn add(&mut self, event: &Event) {
        let (place, told) = self.teller.place_and_tell(event.clone());
        self.last = Some(event.clone());
        match (place.outermost_map(), &event.what) {
            (None, What::MapStarted { length }) => {
                if let Some(entered) = place.entered {
                    let map = self.maps.entry(entered).or_default();
                    map.length = *length;
                }
                self.lines.extend(told);
            }
            (None, What::StateExited { .. }) => {
                let map = place.entered.and_then(|entered| self.maps.get_mut(&entered));
                let note = map.map(|map| {
                    map.is_told = true;
                    map.to_string()
                });
                self.lines.extend(told.map(|told| Told {
                    note: note.unwrap_or_default(),
                    ..told
                }));
            }
            (None, _) => self.lines.extend(told),
            (Some(outermost), what) => {
                let map = self.maps.entry(outermost).or_default();
                if place.inside.iter().filter(|around| around.iteration.is_some()).count() == 1 {
                    map.note(what);
                }
                let told = told.filter(Told::is_failure);
                map.failures += u64::from(told.is_some());
                self.lines.extend(told.filter(|_| map.failures <= SHOWN));
            }
        }
    }

    /// The lines, and what runs.
    pub(crate) fn finish(mut self) -> (Vec<Told>, String) {
        if let Some(last) = &self.last {
            for (entered, map) in self.maps.iter().filter(|(_, map)| !map.is_told) {
                let told = self.teller.not_exited(*entered, last);
                self.lines.extend(told.map(|told| Told {
                    note: map.to_string(),
                    ..told
                }));
            }
        }
        (self.lines, self.teller.running())
    }
}

impl Iterations {
    /// Notes what happened in an iteration.
    fn note(&mut self, what: &What) {
        match what {
            What::IterationStarted { .. } => self.started += 1,
            What::IterationSucceeded => self.succeeded += 1,
            What::IterationFailed => self.failed += 1,
            What::IterationAborted => self.aborted += 1,
            _ => {}
        }
    }
}

impl std::fmt::Display for Iterations {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let of = self.length.unwrap_or(self.started);
        // A Distributed Map has its iterations in executions of their own.
        if of == 0 {
            return Ok(());
        }
        let under_way = self.started.saturating_sub(self.succeeded + self.failed + self.aborted);
        write!(formatter, "{of} iteration{}", if of == 1 { "" } else { "s" })?;
        let counts = [
            (self.succeeded, "succeeded"),
            (self.failed, "failed"),
            (self.aborted, "aborted"),
            (under_way, "under way"),
            (of.saturating_sub(self.started), "not started"),
        ];
        let mut separator = ": ";
        for (count, word) in counts.into_iter().filter(|(count, _)| *count > 0) {
            write!(formatter, "{separator}{count} {word}")?;
            separator = ", ";
        }
        match self.failures.checked_sub(SHOWN).filter(|more| *more > 0) {
            Some(more) => write!(formatter, "; {more} more failed attempts are shown with --full"),
            None => Ok(()),
        }
    }
}
