//! Fields that hold an expression, or may hold one.

use std::sync::Arc;

use super::{Fields, Value, intrinsic};
use crate::path::{self, PathSyntaxError};
use crate::validate::{exclusive, likely_paths};
use crate::{Dynamic, Expression, Jsonata, Path, QueryLanguage, Root};

/// The path in field `name`: nothing where it is null, `$` where it is not there.
pub(super) fn optional_path(fields: &Fields<'_>, name: &str) -> Option<Path> {
    match fields.get(name) {
        None => Some(Path::root()),
        Some(value) if value.is_null() => None,
        Some(value) => path(&value),
    }
}

/// The Reference Path in field `ResultPath`: nothing where it is null, `$` where it is not there.
pub(super) fn result_path(fields: &Fields<'_>) -> Option<Path> {
    let Some(value) = fields.get("ResultPath") else {
        return Some(Path::root());
    };
    if value.is_null() {
        return None;
    }
    let text = value.text()?;
    match path::parse(&text) {
        Ok(path) if path.root == Root::Input && path.is_reference() => Some(path),
        _ => value.refuse("value is not a Reference Path"),
    }
}

/// A path.
pub(super) fn path(value: &Value<'_>) -> Option<Path> {
    let text = value.text()?;
    match path::parse(&text) {
        Ok(path) => Some(path),
        Err(error) => value.report(
            value
                .error("SCHEMA_VALIDATION_FAILED", "value is not a valid JSONPath")
                .help(error.to_string()),
        ),
    }
}

/// A Reference Path: fields and indices alone, for what takes one value.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html#amazon-states-language-reference-paths>
pub(super) fn reference_path(value: &Value<'_>) -> Option<Path> {
    let path = path(value)?;
    if path.is_single() {
        return Some(path);
    }
    value.refuse("value is not a Reference Path")
}

/// What `name` (or, with JSONPath, the path in `<name>Path`) gives; `literal` reads a value that is written down.
pub(super) fn dynamic<'a, T>(
    fields: &Fields<'a>,
    name: &str,
    literal: impl Fn(&Value<'a>) -> Option<T>,
) -> Option<Dynamic<T>> {
    dynamic_or(fields, name, literal, |value| {
        reference_path(value).map(Expression::Path)
    })
}

/// Like [`dynamic`] for fields whose path may also be a call of an intrinsic function.
pub(super) fn dynamic_or_call<'a, T>(
    fields: &Fields<'a>,
    name: &str,
    literal: impl Fn(&Value<'a>) -> Option<T>,
) -> Option<Dynamic<T>> {
    dynamic_or(fields, name, literal, path_or_call)
}

fn dynamic_or<'a, T>(
    fields: &Fields<'a>,
    name: &str,
    literal: impl Fn(&Value<'a>) -> Option<T>,
    expression: impl Fn(&Value<'a>) -> Option<Expression>,
) -> Option<Dynamic<T>> {
    let path_name = format!("{name}Path");
    exclusive::at_most_one(fields, &[name, &path_name]);
    if let Some(value) = fields.get(&path_name) {
        return expression(&value).map(Dynamic::Expression);
    }
    let value = fields.get(name)?;
    match jsonata(&value) {
        Some(jsonata) => Some(Dynamic::Expression(Expression::Jsonata(jsonata))),
        None => {
            likely_paths::check_literal(&value);
            literal(&value).map(Dynamic::Literal)
        }
    }
}

/// The `{% ... %}` in `value`, where the language is JSONata.
pub(super) fn jsonata(value: &Value<'_>) -> Option<Jsonata> {
    if value.scope.language != QueryLanguage::Jsonata {
        return None;
    }
    jsonata_in(value.node.as_text()?)
}

/// The expression in `text`, if all of it is one.
pub(super) fn jsonata_in(text: &str) -> Option<Jsonata> {
    let source = text.strip_prefix("{%")?.strip_suffix("%}")?;
    Some(Jsonata {
        source: Arc::from(source.trim()),
    })
}

fn path_or_call(value: &Value<'_>) -> Option<Expression> {
    match parse_path_or_call(&value.text()?) {
        Ok(Expression::Intrinsic(call)) if !call.function.gives_text() => {
            value.refuse("value must be a valid JSONPath or a call of an intrinsic function that gives a text")
        }
        Ok(Expression::Path(path)) if !path.is_single() => value.refuse("value is not a Reference Path"),
        Ok(expression) => Some(expression),
        Err(error) => value.report(
            value
                .error(
                    "SCHEMA_VALIDATION_FAILED",
                    "value must be a valid JSONPath or a valid intrinsic function call",
                )
                .help(error.to_string()),
        ),
    }
}

/// `$...` or `States.Name(...)`.
pub(crate) fn parse_path_or_call(text: &str) -> Result<Expression, PathSyntaxError> {
    if text.starts_with("States.") {
        return intrinsic::parse(text).map(Expression::Intrinsic);
    }
    path::parse(text).map(Expression::Path)
}
