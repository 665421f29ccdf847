use jsonata_core::value::JValue;

use super::{Answer, Shared, arguments};
use crate::query::jsonata::error::EvaluationError;

/// Comparisons that about fill the time an evaluation has.
const COMPARISONS: usize = 50_000_000;

/// `$distinct(array)`: the items without those that equal an earlier one.
pub(super) fn distinct(arguments: &[JValue], shared: &Shared) -> Answer {
    if arguments.len() != 1 {
        return Err(arguments::mismatch("distinct", arguments.len().min(1)));
    }
    let value = arguments::get(arguments, 0);
    let items = match &value {
        JValue::Array(items) if items.len() > 1 => items,
        _ => return Ok(value),
    };
    let mut kept: Vec<JValue> = Vec::new();
    let mut left = COMPARISONS;
    for item in items {
        left = left
            .checked_sub(kept.len())
            .ok_or_else(|| shared.exceed(EvaluationError::Time))?;
        if !kept.contains(item) {
            kept.push(item.clone());
        }
    }
    Ok(if items.sequence {
        JValue::sequence(kept)
    } else {
        JValue::array(kept)
    })
}
