//! A key given twice: AWS takes the last.

use std::collections::HashMap;
use std::sync::Arc;

use crate::parse::{Content, Field, Node, Problems};
use crate::{Diagnostic, Severity};

/// `root` without the fields that a later one of the same name hides; warns about each.
pub(crate) fn drop_shadowed(mut root: Node, problems: &Problems) -> Node {
    clean(&mut root, "", problems);
    root
}

fn clean(node: &mut Node, location: &str, problems: &Problems) {
    match &mut node.content {
        Content::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                clean(item, &format!("{location}[{index}]"), problems);
            }
        }
        Content::Object(fields) => {
            remove_shadowed(fields, location, problems);
            for field in fields {
                clean(&mut field.value, &format!("{location}/{}", field.name), problems);
            }
        }
        _ => {}
    }
}

fn remove_shadowed(fields: &mut Vec<Field>, location: &str, problems: &Problems) {
    let last: HashMap<Arc<str>, usize> = fields
        .iter()
        .enumerate()
        .map(|(place, field)| (Arc::clone(&field.name), place))
        .collect();
    if last.len() == fields.len() {
        return;
    }
    let mut place = 0;
    fields.retain(|field| {
        let kept = last.get(&field.name) == Some(&place);
        place += 1;
        if !kept {
            problems.add(warning(field, location));
        }
        kept
    });
}

fn warning(field: &Field, location: &str) -> Diagnostic {
    let message = format!(
        "the field `{}` is given more than once; the last one counts",
        field.name
    );
    Diagnostic {
        severity: Severity::Warning,
        ..Diagnostic::error("DUPLICATE_FIELD", format!("{location}/{}", field.name), message)
    }
    .at(field.name_span.clone())
}
