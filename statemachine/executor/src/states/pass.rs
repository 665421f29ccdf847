use asl::{Json, Pass, QueryLanguage};

use super::{Departure, finish, leave};
use crate::Execution;
use crate::branch::BranchKey;
use crate::data;
use crate::execution::{Seen, Step, with_scope};
use crate::failure::StateError;
use crate::program::Node;

pub(super) fn work(
    execution: &Execution,
    key: BranchKey,
    node: &Node,
    pass: &Pass,
    input: &Json,
) -> Result<Step, StateError> {
    if node.state.query_language == QueryLanguage::Jsonata {
        return leave(execution, key, node, &Departure::own(node), Seen::input(input), input);
    }
    let result = match &pass.result {
        Some(result) => result.clone(),
        None => with_scope(execution, key, node, Seen::input(input), |scope| {
            data::template(pass.parameters.as_ref(), scope, "Parameters")
        })?,
    };
    finish(execution, key, node, result)
}
