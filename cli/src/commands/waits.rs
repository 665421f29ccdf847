use std::collections::{BTreeMap, btree_map::Entry};
use std::sync::{Mutex, PoisonError};

use super::session::tell;
use crate::{
    aws::Event,
    output::{Reporter, Spinner},
};

/// What is waited for: on a terminal a line for each thing with the time it has taken, elsewhere a line once.
pub(crate) struct Waits {
    reporter: Reporter,
    under_way: Mutex<BTreeMap<(&'static str, String), Spinner>>,
}

impl Waits {
    pub(crate) fn new(reporter: Reporter) -> Waits {
        Waits {
            reporter,
            under_way: Mutex::default(),
        }
    }

    /// Tells that a wait goes on or is over.
    pub(crate) fn tell(&self, event: &Event) {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Waiting { action, name, .. } if self.reporter.draws() => {
                let text = event.to_string();
                match under_way.entry((*action, name.clone())) {
                    Entry::Occupied(spinner) => spinner.get().reword(text),
                    Entry::Vacant(place) => place.insert(self.reporter.spinner()).message(text),
                }
            }
            Event::Waited { action, name } => drop(under_way.remove(&(*action, name.clone()))),
            _ => tell(&self.reporter, event),
        }
    }
}
