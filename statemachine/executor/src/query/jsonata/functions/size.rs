//! Checks of what has been built.

use jsonata_core::value::JValue;

use super::{Answer, Shared, arguments};
use crate::query::jsonata::convert::check_size;
use crate::query::jsonata::error::EvaluationError;
use crate::query::jsonata::limits;

/// Refuses a value that holds too much.
pub(super) fn size(arguments: &[JValue], shared: &Shared) -> Answer {
    let value = arguments::get(arguments, 0);
    check_size(&value).map_err(|limit| shared.exceed(limit))?;
    Ok(value)
}

/// Counts a new value, without what it shares with others, and refuses it when all of them together are too much.
pub(super) fn built(arguments: &[JValue], shared: &Shared) -> Answer {
    let value = arguments::get(arguments, 0);
    let built = shared.built.get().saturating_add(own_memory(&value));
    shared.built.set(built);
    if built > limits::BUILT {
        return Err(shared.exceed(EvaluationError::Memory));
    }
    Ok(value)
}

fn own_memory(value: &JValue) -> usize {
    match value {
        JValue::String(text) => text.len(),
        JValue::Array(items) => size_of::<JValue>() * items.len(),
        JValue::Object(fields) => 2 * size_of::<JValue>() * fields.len(),
        _ => 0,
    }
}
