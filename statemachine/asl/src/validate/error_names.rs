//! `ErrorEquals`: some names; `States.ALL` stands alone, in the last retrier or catcher.

use std::sync::Arc;

use crate::parse::{Fields, Value};

const ALL: &str = "States.ALL";

/// Where a retrier or catcher stands among its siblings.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    BeforeLast,
    Last,
}

/// The names in `ErrorEquals`.
pub(crate) fn error_equals(fields: &Fields<'_>, place: Place) -> Option<Vec<Arc<str>>> {
    let value = fields.get("ErrorEquals")?;
    let items = value.some_items()?;
    let names: Vec<_> = items.iter().map(Value::text).collect();
    let names = names.into_iter().collect::<Option<Vec<_>>>()?;
    if names.iter().any(|name| &**name == ALL) {
        check_all(&value, names.len(), place);
    }
    Some(names)
}

fn check_all(value: &Value<'_>, names: usize, place: Place) {
    if names > 1 {
        value.refuse::<()>(format!("`{ALL}` must appear alone"));
    }
    if place != Place::Last {
        value.refuse::<()>(format!("`{ALL}` must appear in the last entry"));
    }
}
