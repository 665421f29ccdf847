use asl::{Json, Pass};

use super::finish;
use crate::Execution;
use crate::branch::BranchKey;
use crate::data;
use crate::execution::{Step, with_scope};
use crate::failure::StateError;
use crate::program::Node;

pub(super) fn work(
    execution: &Execution,
    key: BranchKey,
    node: &Node,
    pass: &Pass,
    input: &Json,
) -> Result<Step, StateError> {
    let result = match &pass.result {
        Some(result) => result.clone(),
        None => with_scope(execution, key, node, input, |scope| {
            data::template(pass.parameters.as_ref(), scope, "Parameters")
        })?,
    };
    finish(execution, key, node, result)
}
