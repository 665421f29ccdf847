use asl::{Expression, Json, Object, Template};

use super::{Scope, intrinsic, value_at};
use crate::failure::StateError;

/// `template` with its expressions evaluated. `field` is where it stands, such as `Parameters`.
pub(crate) fn fill(template: &Template, scope: &Scope<'_>, field: &str) -> Result<Json, StateError> {
    match template {
        Template::Literal(json) => Ok(json.clone()),
        Template::Expression(expression) => evaluate(expression, scope, field),
        Template::Array(items) => {
            let items: Result<Vec<Json>, StateError> = items.iter().map(|item| fill(item, scope, field)).collect();
            items.map(Json::array)
        }
        Template::Object(fields) => {
            let mut object = Object::default();
            for (key, value) in fields {
                object.insert(key.clone(), fill(value, scope, key)?);
            }
            Ok(object.into())
        }
    }
}

fn evaluate(expression: &Expression, scope: &Scope<'_>, field: &str) -> Result<Json, StateError> {
    match expression {
        Expression::Path(path) => {
            value_at(path, scope).map_err(|_| not_found(&path.text, &format!("{field}.$"), scope.data))
        }
        Expression::Intrinsic(call) => intrinsic::evaluate(call, scope),
        Expression::Jsonata(jsonata) => Err(StateError::runtime(format!(
            "the expression '{}' cannot be evaluated",
            jsonata.source
        ))),
    }
}

/// AWS's words for a path that leads nowhere in a template, or in `ErrorPath` and its kin.
pub(crate) fn not_found(path: &str, field: &str, input: &Json) -> StateError {
    StateError::runtime(format!(
        "The JSONPath '{path}' specified for the field '{field}' could not be found in the input '{input}'"
    ))
}
