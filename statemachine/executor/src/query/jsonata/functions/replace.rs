//! How much `$replace` may make, known once its arguments are.

use jsonata_core::value::JValue;

use super::{Answer, Shared, arguments};
use crate::query::jsonata::error::EvaluationError;
use crate::query::jsonata::limits::{BUILT, MEMORY};

/// A `$replace` whose arguments are being evaluated.
#[derive(Debug, Default)]
pub(super) struct Replacing {
    text: Option<JValue>,
    /// How often the pattern may be in the text, and what the result may have.
    matches: usize,
    most: usize,
}

/// The first argument.
pub(super) fn text(arguments: &[JValue], shared: &Shared) -> Answer {
    let value = arguments::get(arguments, 0);
    shared.replacing.borrow_mut().push(Replacing {
        text: Some(value.clone()),
        ..Replacing::default()
    });
    Ok(value)
}

/// The second argument.
pub(super) fn pattern(arguments: &[JValue], shared: &Shared) -> Answer {
    let value = arguments::get(arguments, 0);
    if let Some(replacing) = shared.replacing.borrow_mut().last_mut() {
        let text = replacing.text.as_ref().and_then(JValue::as_str).unwrap_or_default();
        (replacing.matches, replacing.most) = match value.as_str() {
            Some(pattern) if !pattern.is_empty() => (text.matches(pattern).count(), MEMORY),
            // How often a regular expression matches is not known, only how often at most.
            _ => (text.len() + 1, BUILT),
        };
    }
    Ok(value)
}

/// The third argument, after which the call follows.
pub(super) fn with(arguments: &[JValue], shared: &Shared) -> Answer {
    let value = arguments::get(arguments, 0);
    let replacing = shared.replacing.borrow_mut().pop().unwrap_or_default();
    let added = value.as_str().map_or(0, str::len).saturating_mul(replacing.matches);
    if added > replacing.most {
        return Err(shared.exceed(EvaluationError::Memory));
    }
    Ok(value)
}
