use jsonata_core::value::JValue;

use super::{Answer, Shared, arguments};

/// `$clone(value)`: the value as it is after printing and parsing it.
pub(super) fn clone(arguments: &[JValue], _: &Shared) -> Answer {
    arguments::at_most("clone", arguments, 1)?;
    match arguments::get(arguments, 0) {
        value @ (JValue::Undefined | JValue::Object(_)) => Ok(value),
        JValue::Array(items) => Ok(JValue::array(items.into_vec())),
        _ => Err(arguments::mismatch("clone", 0)),
    }
}
