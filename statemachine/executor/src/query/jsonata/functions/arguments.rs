//! What JSONata says about arguments that do not fit.

use jsonata_core::evaluator::EvaluatorError;
use jsonata_core::value::JValue;

/// Argument `index`, undefined where there is none.
pub(super) fn get(arguments: &[JValue], index: usize) -> JValue {
    arguments.get(index).cloned().unwrap_or(JValue::Undefined)
}

/// The argument at `index`, counted from 0, does not fit.
pub(super) fn mismatch(function: &str, index: usize) -> EvaluatorError {
    EvaluatorError::TypeError(format!(
        "T0410: Argument {} of function \"{function}\" does not match function signature",
        index + 1
    ))
}

/// Refuses more than `most` arguments.
pub(super) fn at_most(function: &str, arguments: &[JValue], most: usize) -> Result<(), EvaluatorError> {
    if arguments.len() > most {
        return Err(mismatch(function, most));
    }
    Ok(())
}

/// A whole number, towards zero from what is given; `None` where the argument is undefined.
pub(super) fn integer(function: &str, arguments: &[JValue], index: usize) -> Result<Option<f64>, EvaluatorError> {
    match arguments.get(index) {
        None | Some(JValue::Undefined) => Ok(None),
        Some(JValue::Number(number)) if number.is_finite() => Ok(Some(number.trunc())),
        Some(_) => Err(mismatch(function, index)),
    }
}

/// A text; `None` where the argument is undefined.
pub(super) fn text<'a>(
    function: &str,
    arguments: &'a [JValue],
    index: usize,
) -> Result<Option<&'a str>, EvaluatorError> {
    match arguments.get(index) {
        None | Some(JValue::Undefined) => Ok(None),
        Some(JValue::String(text)) => Ok(Some(text)),
        Some(_) => Err(mismatch(function, index)),
    }
}
