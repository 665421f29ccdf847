use jsonata_core::evaluator::EvaluatorError;
use jsonata_core::value::JValue;

use super::{Answer, Shared, arguments};
use crate::query::jsonata::error::EvaluationError;
use crate::query::jsonata::limits::MEMORY;

/// `$join(array[, separator])`
pub(super) fn join(arguments: &[JValue], shared: &Shared) -> Answer {
    if arguments.is_empty() {
        return Err(arguments::mismatch("join", 0));
    }
    arguments::at_most("join", arguments, 2)?;
    let separator = arguments::text("join", arguments, 1)?.unwrap_or_default();
    let texts = match arguments::get(arguments, 0) {
        JValue::Undefined => return Ok(JValue::Undefined),
        text @ JValue::String(_) => vec![text],
        JValue::Array(items) => items.into_vec(),
        _ => return Err(not_texts()),
    };
    let texts: Option<Vec<&str>> = texts.iter().map(JValue::as_str).collect();
    let texts = texts.ok_or_else(not_texts)?;
    let length = texts.iter().map(|text| text.len() + separator.len()).sum::<usize>();
    if length > MEMORY {
        return Err(shared.exceed(EvaluationError::Memory));
    }
    super::size::built(&[JValue::string(texts.join(separator))], shared)
}

fn not_texts() -> EvaluatorError {
    EvaluatorError::TypeError("T0412: Argument 1 of function \"join\" must be an array of \"strings\"".to_owned())
}
