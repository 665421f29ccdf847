//! Fills the `${Name}`, `REGION` and `ACCOUNT_ID` placeholders of a definition.

use crate::Span;

/// A definition with its placeholders filled.
#[derive(Clone, Debug, Default)]
pub struct Substituted {
    /// The text to parse.
    pub text: String,
    /// Placeholders nobody had a value for.
    pub unresolved: Vec<(String, Span)>,
}

/// The names of the `${Name}` placeholders in `text`, in order, each with its place.
#[must_use]
pub fn placeholders(_text: &str) -> Vec<(String, Span)> {
    Vec::new()
}

/// Fills the placeholders of `text`.
#[must_use]
pub fn substitute(text: &str, _value_of: impl Fn(&str) -> Option<String>) -> Substituted {
    Substituted {
        text: text.to_owned(),
        unresolved: Vec::new(),
    }
}
