//! What the expressions of a state see.

use std::cell::OnceCell;

use asl::Json;

use crate::Execution;
use crate::branch::BranchKey;
use crate::failure::StateError;
use crate::program::Node;
use crate::query::Scope;

/// What the expressions of a state see besides its input, its context and its variables.
#[derive(Clone, Copy)]
pub(crate) struct Seen<'a> {
    /// `$`
    data: &'a Json,
    result: Option<&'a Json>,
    error_output: Option<&'a Json>,
}

impl<'a> Seen<'a> {
    pub(crate) fn input(data: &'a Json) -> Seen<'a> {
        Seen {
            data,
            result: None,
            error_output: None,
        }
    }

    pub(crate) fn result(result: &'a Json) -> Seen<'a> {
        Seen {
            data: result,
            result: Some(result),
            error_output: None,
        }
    }

    pub(crate) fn error_output(output: &'a Json) -> Seen<'a> {
        Seen {
            data: output,
            result: None,
            error_output: Some(output),
        }
    }
}

/// The scope of `key`'s state, handed to `look`.
pub(crate) fn with_scope<T>(
    execution: &Execution,
    key: BranchKey,
    node: &Node,
    seen: Seen<'_>,
    look: impl FnOnce(&Scope<'_>) -> Result<T, StateError>,
) -> Result<T, StateError> {
    let ended = || StateError::runtime("the branch has ended");
    let branch = execution.branches.get(&key).ok_or_else(ended)?;
    let context = execution.context(key, node).ok_or_else(ended)?;
    look(&Scope {
        data: seen.data,
        context: &context,
        variables: &branch.variables,
        result: seen.result,
        error_output: seen.error_output,
        input: &branch.visit.input,
        chance: &execution.chance,
        now: execution.now,
        program: &execution.program,
        environment: OnceCell::new(),
    })
}
