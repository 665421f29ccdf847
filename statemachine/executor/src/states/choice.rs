use asl::{Choice, Json, Test};

use super::exit;
use crate::Execution;
use crate::branch::BranchKey;
use crate::execution::{Step, with_scope};
use crate::failure::StateError;
use crate::program::{Node, StateId};
use crate::query::{self, Scope};

const NO_MATCH: &str = "Failed to transition out of the state. The state does not point to a next state.";

pub(super) fn work(
    execution: &Execution,
    key: BranchKey,
    node: &Node,
    choice: &Choice,
    input: &Json,
) -> Result<Step, StateError> {
    let target = with_scope(execution, key, node, input, |scope| target(choice, node, scope))?;
    let Step::Exit { output, .. } = exit(execution, key, node, input)? else {
        return Ok(Step::Blocked);
    };
    Ok(Step::Exit {
        output,
        next: Some(target),
    })
}

fn target(choice: &Choice, node: &Node, scope: &Scope<'_>) -> Result<StateId, StateError> {
    for (rule, target) in choice.rules.iter().zip(&node.targets.rules) {
        let held = match &rule.test {
            Test::JsonPath(test) => query::holds(test, scope)?,
            Test::Condition(_) => false,
        };
        if held {
            return Ok(*target);
        }
    }
    node.targets.default.ok_or_else(|| StateError::runtime(NO_MATCH))
}
