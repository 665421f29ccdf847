//! Roman numerals have an M for each thousand, so `$formatInteger` may not have all numbers in them.

use jsonata_core::value::JValue;

use super::{Answer, Shared, arguments};
use crate::query::jsonata::error::EvaluationError;
use crate::query::jsonata::limits::MEMORY;

/// The first argument.
pub(super) fn value(arguments: &[JValue], shared: &Shared) -> Answer {
    let value = arguments::get(arguments, 0);
    shared.starts.borrow_mut().push(value.as_f64().unwrap_or_default());
    Ok(value)
}

/// The second argument, after which the call follows.
pub(super) fn picture(arguments: &[JValue], shared: &Shared) -> Answer {
    let picture = arguments::get(arguments, 0);
    let value = shared.starts.borrow_mut().pop().unwrap_or_default();
    let roman = picture.as_str().is_some_and(|text| text.contains(['I', 'i']));
    #[expect(clippy::cast_precision_loss, reason = "limits are small")]
    if roman && value.abs() / 1_000.0 > MEMORY as f64 {
        return Err(shared.exceed(EvaluationError::Memory));
    }
    Ok(picture)
}
