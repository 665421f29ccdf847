//! Fields that take values of one type alone.

use asl::{Expression, Json};

use super::{Location, Scope, evaluate};
use crate::failure::StateError;

/// The type that a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    Array,
    Boolean,
    Integer,
    String,
}

/// The value of `expression`, which must be of a type.
pub(crate) fn evaluate_as(
    expression: &Expression,
    scope: &Scope<'_>,
    location: &Location<'_>,
    expected: Expected,
) -> Result<Json, StateError> {
    let value = evaluate(expression, scope, location)?;
    let fits = match expected {
        Expected::Array => value.as_array().is_some(),
        Expected::Boolean => value.as_bool().is_some(),
        Expected::Integer => value.as_i64().is_some(),
        Expected::String => value.as_str().is_some(),
    };
    if fits {
        return Ok(value);
    }
    let source = expression.text();
    let message = format!(
        "The JSONata expression '{source}' specified for the field '{location}' returned an unexpected result type. \
         Expected '{}', but was '{}' for value: {value}",
        expected.name(),
        value.type_name()
    );
    Err(StateError::query_evaluation(message, Some(location.to_string())))
}

impl Expected {
    fn name(self) -> &'static str {
        match self {
            Expected::Array => "array",
            Expected::Boolean => "boolean",
            Expected::Integer => "number",
            Expected::String => "string",
        }
    }
}
