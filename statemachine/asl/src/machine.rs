use std::sync::Arc;

use indexmap::IndexMap;

use crate::State;

/// A definition that was read without errors.
#[derive(Clone, Debug, PartialEq)]
pub struct StateMachine {
    /// The top-level `Comment`.
    pub comment: Option<Arc<str>>,
    /// The states and where they start.
    pub flow: Flow,
    /// How long an execution may run, in seconds.
    pub timeout_seconds: Option<u64>,
    /// The language of states that do not say otherwise.
    pub query_language: QueryLanguage,
}

/// States that belong together: those of the machine, of a branch, or of an item processor.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// The first state; it is among `states`.
    pub start_at: Arc<str>,
    /// The states by name, in the order of the definition. Every `Next`, `Default` and catcher leads to one of them.
    pub states: IndexMap<Arc<str>, State>,
}

/// How a state reads and writes data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QueryLanguage {
    /// Paths and `States.*` functions.
    #[default]
    JsonPath,
    /// `{% ... %}`
    Jsonata,
}

/// The type of a state machine, which says how its executions run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MachineType {
    /// Up to a year, each step exactly once.
    #[default]
    Standard,
    /// Up to five minutes, without callbacks, activities and jobs to wait for.
    Express,
}
