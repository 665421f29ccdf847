//! The eight state types, one file each.

mod choice;
mod fail;
mod map;
mod parallel;
mod pass;
mod retry;
mod succeed;
mod task;
mod wait;

use std::sync::Arc;

pub use choice::{Choice, ChoiceRule, Comparison, JsonPathRule, Test};
pub use fail::Fail;
pub use map::{DataCall, Map};
pub use parallel::Parallel;
pub use pass::Pass;
pub use retry::{Catcher, Jitter, Retrier, RetryAndCatch};
pub use succeed::Succeed;
pub use task::{Target, Task};
pub use wait::{Wait, WaitFor};

use crate::{Flow, Path, QueryLanguage, Template};

/// A state.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Its name, unique in the whole machine.
    pub name: Arc<str>,
    /// Where it stands, as AWS names places: `/States/A` or `/States/P/Branches[0]/States/B`.
    pub location: Arc<str>,
    /// The bytes of its name and body in the definition's text.
    pub span: crate::Span,
    /// The state's own `Comment`.
    pub comment: Option<Arc<str>>,
    /// The language of its expressions.
    pub query_language: QueryLanguage,
    /// `InputPath`; nothing where it is null and the effective input is `{}`. Without the field it is `$`.
    pub input_path: Option<Path>,
    /// `OutputPath`, like `input_path`.
    pub output_path: Option<Path>,
    /// `Output` (JSONata). On a Choice it applies with `Default`.
    pub output: Option<Template>,
    /// `Assign`: variables and their values. On a Choice it applies with `Default`.
    pub assign: Vec<(Arc<str>, Template)>,
    /// What is particular to its type.
    pub kind: StateKind,
}

/// A state by type.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names are the language's own")]
pub enum StateKind {
    Task(Task),
    Pass(Pass),
    Choice(Choice),
    Wait(Wait),
    Succeed(Succeed),
    Fail(Fail),
    Parallel(Parallel),
    Map(Map),
}

/// Where an execution goes from a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// `Next`
    State(Arc<str>),
    /// `End: true`
    End,
}

impl StateKind {
    /// The word of the `Type` field.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            StateKind::Task(_) => "Task",
            StateKind::Pass(_) => "Pass",
            StateKind::Choice(_) => "Choice",
            StateKind::Wait(_) => "Wait",
            StateKind::Succeed(_) => "Succeed",
            StateKind::Fail(_) => "Fail",
            StateKind::Parallel(_) => "Parallel",
            StateKind::Map(_) => "Map",
        }
    }

    /// The flows inside: the branches of a Parallel, the processor of a Map.
    #[must_use]
    pub fn flows(&self) -> &[Flow] {
        match self {
            StateKind::Parallel(parallel) => &parallel.branches,
            StateKind::Map(map) => std::slice::from_ref(&map.processor),
            StateKind::Task(_)
            | StateKind::Pass(_)
            | StateKind::Choice(_)
            | StateKind::Wait(_)
            | StateKind::Succeed(_)
            | StateKind::Fail(_) => &[],
        }
    }

    /// What is done when it fails; nothing for a state that has neither `Retry` nor `Catch`.
    #[must_use]
    pub fn on_error(&self) -> Option<&RetryAndCatch> {
        match self {
            StateKind::Task(task) => Some(&task.on_error),
            StateKind::Parallel(parallel) => Some(&parallel.on_error),
            StateKind::Map(map) => Some(&map.on_error),
            StateKind::Pass(_)
            | StateKind::Choice(_)
            | StateKind::Wait(_)
            | StateKind::Succeed(_)
            | StateKind::Fail(_) => None,
        }
    }
}

impl State {
    /// The field that holds what is handed to the work of a Task or Parallel.
    #[must_use]
    pub fn arguments_field(&self) -> &'static str {
        match self.query_language {
            QueryLanguage::JsonPath => "Parameters",
            QueryLanguage::Jsonata => "Arguments",
        }
    }
}
