use asl::{Expression, Json, Object, Template};

use super::{Location, Scope, intrinsic, jsonata, value_at};
use crate::data::invalid_path;
use crate::failure::StateError;

/// `template` with its expressions evaluated. `location` is where it stands.
pub(crate) fn fill(template: &Template, scope: &Scope<'_>, location: &Location<'_>) -> Result<Json, StateError> {
    match template {
        Template::Literal(json) => Ok(json.clone()),
        Template::Expression(expression) => evaluate(expression, scope, location),
        Template::Array(items) => {
            let items = items
                .iter()
                .enumerate()
                .map(|(index, item)| fill(item, scope, &Location::Item(location, index)));
            items.collect::<Result<Vec<Json>, StateError>>().map(Json::array)
        }
        Template::Object(fields) => {
            let mut object = Object::default();
            for (key, value) in fields {
                object.insert(key.clone(), fill(value, scope, &Location::Key(location, key))?);
            }
            Ok(object.into())
        }
    }
}

/// The value of `expression`, which stands at `location`.
pub(crate) fn evaluate(
    expression: &Expression,
    scope: &Scope<'_>,
    location: &Location<'_>,
) -> Result<Json, StateError> {
    match expression {
        Expression::Path(path) => value_at(path, scope).map_err(|error| match error.ends_evaluation() {
            true => invalid_path(path, &error),
            false => not_found(&path.text, &format!("{}.$", location.field()), scope.data),
        }),
        Expression::Intrinsic(call) => intrinsic::evaluate(call, scope),
        Expression::Jsonata(jsonata) => jsonata::evaluate(jsonata, scope, location),
    }
}

/// AWS's words for a path that leads nowhere in a template, or in `ErrorPath` and its kin.
pub(crate) fn not_found(path: &str, field: &str, input: &Json) -> StateError {
    StateError::runtime(format!(
        "The JSONPath '{path}' specified for the field '{field}' could not be found in the input '{input}'"
    ))
}
