use asl::Json;

use super::Answer;
use crate::Execution;

/// An execution that a task starts.
#[derive(Debug)]
pub struct Nested<S> {
    /// The execution, at its start.
    pub execution: Execution,
    /// What it runs among.
    pub surroundings: S,
    /// The answer of the call that starts it, where the task goes on after that.
    pub submitted: Option<Json>,
    /// Whether the task waits for it.
    pub awaited: Awaited,
}

/// Whether a task waits for the execution that it starts.
#[derive(Clone, Debug)]
pub enum Awaited {
    /// It is answered at once, and the execution goes on by itself.
    No(Answer),
    /// It ends as the execution does, and the execution is stopped where nobody waits for the task any more.
    Yes(fn(&Execution) -> Answer),
}
