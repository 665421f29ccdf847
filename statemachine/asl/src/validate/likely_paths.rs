//! Text that looks like a path where it is only text.

use crate::Severity;
use crate::parse::{Content, Node, Value};

/// Warns about paths in the `Result` of a Pass, which is never evaluated.
pub(crate) fn check_static_result(value: &Value<'_>) {
    if has_dynamic_field(value.node) {
        let mut problem = value.error("PASS_RESULT_IS_STATIC", "the `Result` of a Pass state is not evaluated");
        problem.severity = Severity::Warning;
        value.report::<()>(problem.help("use `Parameters` for fields whose names end in `.$`"));
    }
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
