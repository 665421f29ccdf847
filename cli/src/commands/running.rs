//! Executions under way of versions that are not live any more.

use std::fmt;

use serde::Serialize;
use stack::ObservedMachine;

/// Executions under way of one version of a state machine.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Running {
    state_machine: String,
    /// The version they run; nothing where they were started without one, or cannot be listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u64>,
    /// How many; nothing where they cannot be counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u64>,
}

impl Running {
    /// Those that do not run the version that is `live`.
    pub(crate) fn of(name: &str, machine: &ObservedMachine, live: Option<u64>) -> Vec<Running> {
        let old = machine
            .running
            .iter()
            .filter(|running| running.version.is_none() || running.version != live);
        old.map(|running| Running {
            state_machine: name.to_owned(),
            version: running.version,
            count: running.count,
        })
        .collect()
    }
}

impl fmt::Display for Running {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.count {
            Some(1) => write!(formatter, "1 execution")?,
            Some(count) => write!(formatter, "{count} executions")?,
            None => write!(formatter, "executions that cannot be counted")?,
        }
        match (self.version, self.count) {
            (Some(version), _) => write!(formatter, " of version {version}")?,
            (None, Some(_)) => write!(formatter, " started without a version")?,
            (None, None) => {}
        }
        write!(formatter, " of {}", self.state_machine)
    }
}
