use asl::{Choice, ChoiceRule, Dynamic, Json, Test};

use super::{Departure, leave};
use crate::Execution;
use crate::branch::BranchKey;
use crate::execution::{Seen, Step, with_scope};
use crate::failure::StateError;
use crate::program::Node;
use crate::query::{self, Expected, Location, Scope};

const NO_MATCH: &str = "Failed to transition out of the state. The state does not point to a next state.";

pub(super) fn work(
    execution: &Execution,
    key: BranchKey,
    node: &Node,
    choice: &Choice,
    input: &Json,
) -> Result<Step, StateError> {
    let seen = Seen::input(input);
    let matched = with_scope(execution, key, node, seen, |scope| matched(choice, scope))?;
    let choices = Location::Field("Choices");
    let departure = match matched {
        Some((index, rule)) => Departure {
            output: rule.output.as_ref(),
            assign: &rule.assign,
            location: Some(Location::Item(&choices, index)),
            next: node.targets.rules.get(index).copied(),
        },
        None => Departure {
            next: Some(node.targets.default.ok_or_else(|| StateError::runtime(NO_MATCH))?),
            ..Departure::own(node)
        },
    };
    leave(execution, key, node, &departure, seen, input)
}

fn matched<'a>(choice: &'a Choice, scope: &Scope<'_>) -> Result<Option<(usize, &'a ChoiceRule)>, StateError> {
    for (index, rule) in choice.rules.iter().enumerate() {
        let held = match &rule.test {
            Test::JsonPath(test) => query::holds(test, scope)?,
            Test::Condition(condition) => condition_holds(condition, index, scope)?,
        };
        if held {
            return Ok(Some((index, rule)));
        }
    }
    Ok(None)
}

fn condition_holds(condition: &Dynamic<bool>, index: usize, scope: &Scope<'_>) -> Result<bool, StateError> {
    let choices = Location::Field("Choices");
    let rule = Location::Item(&choices, index);
    let location = Location::Key(&rule, "Condition");
    match condition {
        Dynamic::Literal(value) => Ok(*value),
        Dynamic::Expression(expression) => {
            let value = query::evaluate_as(expression, scope, &location, Expected::Boolean)?;
            Ok(value.as_bool().unwrap_or_default())
        }
    }
}
