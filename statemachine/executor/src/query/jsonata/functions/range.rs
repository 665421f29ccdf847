//! `$range`, and the checks of the range operator and of `$pad`.

use jsonata_core::value::JValue;

use super::{Answer, Shared, arguments};
use crate::query::jsonata::error::EvaluationError;
use crate::query::jsonata::limits::{MEMORY, RANGE_FUNCTION, RANGES};

/// `$range(start, end, step)`: the numbers from `start` to `end`, both included; a single one is itself, as it is for a
/// sequence.
pub(super) fn range(arguments: &[JValue], shared: &Shared) -> Answer {
    arguments::at_most("range", arguments, 3)?;
    let (Some(start), Some(end), Some(step)) = (
        arguments::integer("range", arguments, 0)?,
        arguments::integer("range", arguments, 1)?,
        arguments::integer("range", arguments, 2)?,
    ) else {
        return Ok(JValue::Undefined);
    };
    let steps = ((end - start) / step).floor();
    // No direction, or the wrong one.
    if step == 0.0 || steps < 0.0 {
        return Ok(JValue::Undefined);
    }
    spend(steps + 1.0, RANGE_FUNCTION, shared)?;
    let mut items = Vec::new();
    let mut index = 0.0;
    while index <= steps {
        items.push(JValue::Number(start + index * step));
        index += 1.0;
    }
    Ok(JValue::sequence_flat(items, true))
}

/// The start of `[start..end]`, which is evaluated first.
pub(super) fn start(arguments: &[JValue], shared: &Shared) -> Answer {
    let value = arguments::get(arguments, 0);
    shared.starts.borrow_mut().push(value.as_f64().unwrap_or(f64::NAN));
    Ok(value)
}

/// The end of `[start..end]`.
pub(super) fn end(arguments: &[JValue], shared: &Shared) -> Answer {
    let value = arguments::get(arguments, 0);
    let start = shared.starts.borrow_mut().pop().unwrap_or(f64::NAN);
    let length = value.as_f64().unwrap_or(f64::NAN) - start + 1.0;
    spend(length, RANGES, shared)?;
    Ok(value)
}

/// Counts the items of all ranges of an evaluation: a function may make one for each item of another.
fn spend(items: f64, most: usize, shared: &Shared) -> Result<(), jsonata_core::evaluator::EvaluatorError> {
    #[expect(clippy::cast_precision_loss, reason = "limits are small")]
    let (most, all) = (most as f64, RANGES as f64);
    if items > 0.0 {
        let ranged = shared.ranged.get() + items;
        shared.ranged.set(ranged);
        if items > most || ranged > all {
            return Err(shared.exceed(EvaluationError::Memory));
        }
    }
    Ok(())
}

/// An argument of `$pad`: the width is rounded down, and bounded.
pub(super) fn pad_argument(arguments: &[JValue], shared: &Shared) -> Answer {
    match arguments::get(arguments, 0) {
        #[expect(clippy::cast_precision_loss, reason = "limits are small")]
        JValue::Number(width) if width.abs() > MEMORY as f64 => Err(shared.exceed(EvaluationError::Memory)),
        JValue::Number(width) => Ok(JValue::Number(width.trunc())),
        other => Ok(other),
    }
}
