use std::sync::Arc;

use asl::{Dynamic, Expression, Fail, Json};

use crate::branch::BranchKey;
use crate::execution::{Seen, Step, with_scope};
use crate::failure::StateError;
use crate::program::Node;
use crate::query::{self, Expected, Location, Scope};
use crate::{Execution, Failure};

pub(super) fn work(
    execution: &Execution,
    key: BranchKey,
    node: &Node,
    fail: &Fail,
    input: &Json,
) -> Result<Step, StateError> {
    let failure = with_scope(execution, key, node, Seen::input(input), |scope| {
        Ok(Failure {
            error: text(fail.error.as_ref(), scope, "Error")?,
            cause: text(fail.cause.as_ref(), scope, "Cause")?,
        })
    })?;
    Err(StateError::work(failure))
}

fn text(field: Option<&Dynamic<Arc<str>>>, scope: &Scope<'_>, name: &str) -> Result<Option<Arc<str>>, StateError> {
    match field {
        None => Ok(None),
        Some(Dynamic::Literal(text)) => Ok(Some(text.clone())),
        Some(Dynamic::Expression(expression @ Expression::Jsonata(_))) => {
            let value = query::evaluate_as(expression, scope, &Location::Field(name), Expected::String)?;
            Ok(value.as_str().map(Arc::from))
        }
        Some(Dynamic::Expression(expression)) => path_text(expression, scope, &format!("{name}Path")).map(Some),
    }
}

fn path_text(expression: &Expression, scope: &Scope<'_>, name: &str) -> Result<Arc<str>, StateError> {
    let text = expression.text();
    let value = match expression {
        Expression::Intrinsic(call) => query::intrinsic::evaluate(call, scope)?,
        Expression::Path(path) => query::value_at(path, scope).map_err(|_| query::not_found(text, name, scope.data))?,
        Expression::Jsonata(_) => return Err(query::not_found(text, name, scope.data)),
    };
    match value {
        Json::String(value) => Ok(value),
        other => {
            let message = format!("The {name} '{text}' must refer to a string, but was: {other}");
            Err(StateError::runtime(message))
        }
    }
}
