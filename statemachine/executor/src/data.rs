//! How data flows through a state: `InputPath`, templates, `ResultSelector`, `ResultPath`, `OutputPath`.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html>

use std::borrow::Cow;
use std::sync::Arc;

use asl::path::Segment;
use asl::{Dynamic, Expression, Json, Object, Path, Root, Template};

use crate::failure::StateError;
use crate::query::{self, Expected, Location, Scope};
use crate::variables::Assigned;

/// The most bytes a payload may have.
pub(crate) const PAYLOAD_LIMIT: usize = 262_144;

/// How deep arrays and objects of a payload may stand in each other: what prints, compares and drops it is recursive. A
/// loop that wraps its input comes here; AWS does not say where it ends.
pub(crate) const NESTING_LIMIT: usize = 1_000;

/// `InputPath` or `OutputPath` applied; null gives `{}`.
pub(crate) fn filter(path: Option<&Path>, scope: &Scope<'_>) -> Result<Json, StateError> {
    let Some(path) = path else {
        return Ok(Object::default().into());
    };
    if path.segments.is_empty() && path.root == Root::Input {
        return Ok(scope.data.clone());
    }
    query::value_at(path, scope).map_err(|error| invalid_path(path, &error))
}

/// A template, or the data itself where there is none. `field` is where it stands.
pub(crate) fn template(template: Option<&Template>, scope: &Scope<'_>, field: &str) -> Result<Json, StateError> {
    match template {
        Some(template) => query::fill(template, scope, &Location::Field(field)),
        None => Ok(scope.data.clone()),
    }
}

/// The values of an `Assign`, which all see the variables as they were before.
pub(crate) fn assign(
    assign: &[(Arc<str>, Template)],
    scope: &Scope<'_>,
    location: &Location<'_>,
) -> Result<Assigned, StateError> {
    let values = assign.iter().map(|(name, template)| {
        let value = query::fill(template, scope, &Location::Key(location, name))?;
        Ok((name.clone(), value))
    });
    let assigned = values.collect::<Result<Assigned, StateError>>()?;
    scope.variables.check(&assigned)?;
    Ok(assigned)
}

/// `result` put into `input` at `ResultPath`; null discards it.
pub(crate) fn combine(path: Option<&Path>, input: &Json, result: Json) -> Result<Json, StateError> {
    match path {
        None => Ok(input.clone()),
        Some(path) if path.segments.is_empty() => Ok(result),
        Some(path) => query::jsonpath::set(&path.segments, input, result)
            .map_err(|step| reference_path_conflict(path, step, input)),
    }
}

/// The `step` of a Reference Path that does not fit `input`, in AWS's words.
pub(crate) fn reference_path_conflict(path: &Path, step: &Segment, input: &Json) -> StateError {
    let has_steps = input.as_object().is_some() || input.as_array().is_some();
    let what = match step {
        Segment::Child(name) if has_steps => format!("step \"{name}\""),
        Segment::Index(index) if has_steps => format!("step [{index}]"),
        _ => format!("ReferencePath {}", reference_text(path)),
    };
    StateError::reference_path_conflict(format!("Unable to apply {what} to input {input}"))
}

/// A Reference Path as AWS shows it: the Context Object's `$$` has become a `$`.
pub(crate) fn reference_text(path: &Path) -> &str {
    match path.root {
        Root::Context => path.text.strip_prefix('$').unwrap_or(&path.text),
        _ => &path.text,
    }
}

/// The value of the field `name`, such as `Seconds`, or of its `...Path` form. JSONata must give what is `expected`.
pub(crate) fn dynamic<T>(
    field: &Dynamic<T>,
    scope: &Scope<'_>,
    name: &str,
    expected: Expected,
    literal: impl FnOnce(&T) -> Json,
) -> Result<Json, StateError> {
    match field {
        Dynamic::Literal(value) => Ok(literal(value)),
        Dynamic::Expression(Expression::Path(path)) => {
            query::value_at(path, scope).map_err(|error| invalid_path(path, &error))
        }
        Dynamic::Expression(expression @ Expression::Jsonata(_)) => {
            query::evaluate_as(expression, scope, &Location::Field(name), expected)
        }
        Dynamic::Expression(expression) => query::evaluate(expression, scope, &Location::Field(name)),
    }
}

/// Whether the field is JSONata, of which AWS tells otherwise than of a path.
pub(crate) fn is_jsonata<T>(field: &Dynamic<T>) -> bool {
    matches!(field, Dynamic::Expression(Expression::Jsonata(_)))
}

/// A number that JSONata gave for the field `name`, and that is none for it.
pub(crate) fn out_of_range(name: &str, value: &Json) -> StateError {
    let message = format!("The {name} field is out of range: {value}");
    StateError::query_evaluation(message, Some(name.to_owned()))
}

pub(crate) fn invalid_path(path: &Path, error: &query::PathError) -> StateError {
    StateError::runtime(format!("Invalid path '{}' : {error}", path.text))
}

/// The text of the path of a `...Path` field.
pub(crate) fn path_text<T>(field: &Dynamic<T>) -> &str {
    match field {
        Dynamic::Literal(_) => "",
        Dynamic::Expression(expression) => expression.text(),
    }
}

/// A text as it is, and JSON of anything else.
pub(crate) fn plain_text(value: &Json) -> Cow<'_, str> {
    match value.as_str() {
        Some(text) => Cow::Borrowed(text),
        None => Cow::Owned(value.to_string()),
    }
}

/// Refuses a payload of more than `limit` bytes. `what` names who made it.
pub(crate) fn check_size(payload: Json, limit: usize, what: &str) -> Result<Json, StateError> {
    if payload.encoded_len() > limit {
        return Err(StateError::data_limit(what));
    }
    check_nesting(&payload)?;
    Ok(payload)
}

/// Refuses a value that is nested too deep.
pub(crate) fn check_nesting(value: &Json) -> Result<(), StateError> {
    if value.depth() > NESTING_LIMIT {
        let message = format!("The data is nested more than {NESTING_LIMIT} levels deep.");
        return Err(StateError::runtime(message));
    }
    Ok(())
}
