//! Names that `Assign` gives: Unicode identifiers of at most 80 characters.

use crate::parse::Value;

const MAX_CHARS: usize = 80;

/// Checks `name`, the variable that `value` is for.
pub(crate) fn check(name: &str, value: &Value<'_>) {
    let refuse = |message: String| value.refuse_name(message, None);
    if name == "states" {
        refuse("the variable name `states` is reserved".to_owned());
    } else if name.chars().count() > MAX_CHARS {
        refuse(format!("a variable name must have at most {MAX_CHARS} characters"));
    } else if !is_identifier(name) {
        refuse(format!("`{name}` is not a valid variable name"));
    }
}

/// Whether `name` starts and goes on as Unicode identifiers do.
pub(crate) fn is_identifier(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(unicode_ident::is_xid_start) && letters.all(unicode_ident::is_xid_continue)
}
