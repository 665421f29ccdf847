//! Text that looks like a path where it is only text.

use crate::parse::{Content, Field, Node, Value, parse_path_or_call};
use crate::{QueryLanguage, Severity, Span};

/// Warns about a field of a template whose name lacks the `.$`.
pub(crate) fn check_field(field: &Field, whole: &Value<'_>) {
    if whole.scope.language == QueryLanguage::JsonPath && is_likely_path(&field.value) {
        let message = format!(
            "the value of the field `{}` looks like a path, but is taken as text",
            field.name
        );
        let help = format!("write `{}.$` to have it evaluated", field.name);
        warn(whole, "NO_DOLLAR", field.name_span.clone(), message, help);
    }
}

/// Warns about a path in a field that takes it as text.
pub(crate) fn check_literal(value: &Value<'_>) {
    if value.scope.language == QueryLanguage::JsonPath && is_likely_path(value.node) {
        let message = format!("the value of `{}` looks like a path, but is taken as text", value.name);
        let help = format!("write `{}Path` to have it evaluated", value.name);
        warn(value, "NO_PATH", value.name_span.clone(), message, help);
    }
}

fn is_likely_path(node: &Node) -> bool {
    node.as_text().is_some_and(|text| {
        let begins = ["$.", "$[", "$$", "States."]
            .iter()
            .any(|start| text.starts_with(start));
        begins && parse_path_or_call(text).is_ok()
    })
}

/// Warns about paths in the `Result` of a Pass, which is never evaluated.
pub(crate) fn check_static_result(value: &Value<'_>) {
    if has_dynamic_field(value.node) {
        let message = "the `Result` of a Pass state is not evaluated".to_owned();
        let help = "use `Parameters` for fields whose names end in `.$`".to_owned();
        warn(value, "PASS_RESULT_IS_STATIC", value.node.span.clone(), message, help);
    }
}

fn warn(value: &Value<'_>, code: &'static str, span: Span, message: String, help: String) {
    let mut problem = value.error(code, message).at(span).help(help);
    problem.severity = Severity::Warning;
    value.report::<()>(problem);
}

fn has_dynamic_field(node: &Node) -> bool {
    match &node.content {
        Content::Array(items) => items.iter().any(has_dynamic_field),
        Content::Object(fields) => fields
            .iter()
            .any(|field| field.name.ends_with(".$") || has_dynamic_field(&field.value)),
        _ => false,
    }
}
