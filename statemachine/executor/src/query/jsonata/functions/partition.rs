use jsonata_core::value::JValue;

use super::{Answer, Shared, arguments};

/// `$partition(array, size)`: the array in parts of `size` items, the last of what is left. Nothing gives nothing.
pub(super) fn partition(arguments: &[JValue], _: &Shared) -> Answer {
    arguments::at_most("partition", arguments, 2)?;
    let items = match arguments::get(arguments, 0) {
        JValue::Undefined => return Ok(JValue::Undefined),
        JValue::Array(items) => items,
        _ => return Err(arguments::mismatch("partition", 0)),
    };
    let Some(size) = arguments::integer("partition", arguments, 1)? else {
        return Ok(JValue::Undefined);
    };
    if items.is_empty() || size == 0.0 {
        return Ok(JValue::Undefined);
    }
    if size < 0.0 {
        return Err(arguments::mismatch("partition", 1));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole, positive, and saturating"
    )]
    let parts = items.chunks(size as usize).map(|part| JValue::array(part.to_vec()));
    Ok(JValue::array(parts.collect()))
}
