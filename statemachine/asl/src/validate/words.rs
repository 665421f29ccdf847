//! Fields that take one of a few words.

use crate::parse::{Value, did_you_mean};

/// The one of `known` that `value` is.
pub(crate) fn one_of(value: &Value<'_>, known: &[&'static str]) -> Option<&'static str> {
    let word = value.text()?;
    if let Some(found) = known.iter().find(|candidate| **candidate == &*word) {
        return Some(found);
    }
    let message = format!(
        "the field `{}` should have one of these values: [{}]",
        value.name,
        known.join(", ")
    );
    let mut problem = value.error("SCHEMA_VALIDATION_FAILED", message);
    problem.help = did_you_mean(&word, known.iter().copied());
    value.report(problem)
}
