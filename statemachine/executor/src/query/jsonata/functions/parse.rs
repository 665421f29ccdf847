use jsonata_core::evaluator::EvaluatorError;
use jsonata_core::value::JValue;

use super::{Answer, Shared, arguments};

/// `$parse(text)`: the value of a JSON text.
pub(super) fn parse(arguments: &[JValue], _: &Shared) -> Answer {
    arguments::at_most("parse", arguments, 1)?;
    let Some(text) = arguments::text("parse", arguments, 0)? else {
        return Ok(JValue::Undefined);
    };
    JValue::from_json_str(text)
        .map_err(|error| EvaluatorError::EvaluationError(format!("the text is not JSON: {error}")))
}
