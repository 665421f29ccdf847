use std::fmt;

use serde::Serialize;

use crate::{Observed, ObservedMachine, Scope};

/// Executions under way that keep the version of their state machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Executions {
    /// The state machine's deployed name.
    pub state_machine: String,
    /// The version they run; nothing where they were started without one, or where it is not known.
    pub version: Option<u64>,
    /// How many; nothing where they cannot be counted, as with Express.
    pub running: Option<u64>,
}

impl Executions {
    /// Those under way of a state machine.
    pub(crate) fn of(name: &str, machine: &ObservedMachine) -> impl Iterator<Item = Executions> {
        machine.running.iter().map(|running| Executions {
            state_machine: name.to_owned(),
            version: running.version,
            running: running.count,
        })
    }

    /// Those that do not run the version that is `live`: what they need stays until they end.
    #[must_use]
    pub fn of_others(name: &str, machine: &ObservedMachine, live: Option<u64>) -> Vec<Executions> {
        Executions::of(name, machine)
            .filter(|executions| executions.version.is_none() || executions.version != live)
            .collect()
    }
}

/// All executions under way of the stack's state machines.
pub(crate) fn under_way(scope: &Scope, observed: &Observed) -> Vec<Executions> {
    let ours = observed.machines_of(scope);
    ours.flat_map(|(name, machine)| Executions::of(name, machine)).collect()
}

impl fmt::Display for Executions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.state_machine;
        let is_one = self.running == Some(1);
        let count = match self.running {
            Some(1) => "1 execution".to_owned(),
            Some(count) => format!("{count} executions"),
            None => "executions that cannot be counted".to_owned(),
        };
        match (self.version, is_one) {
            (Some(version), true) => write!(formatter, "{count} stays on version {version} of {name}"),
            (Some(version), false) => write!(formatter, "{count} stay on version {version} of {name}"),
            (None, true) => write!(formatter, "{count} of {name} goes on with the definition it began with"),
            (None, false) => write!(formatter, "{count} of {name} go on with the definition they began with"),
        }
    }
}
