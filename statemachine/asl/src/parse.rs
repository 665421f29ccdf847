//! Text to [`StateMachine`]; every problem is collected.

use crate::{Diagnostic, StateMachine};

/// What a text turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The machine, if there is no error.
    pub machine: Option<StateMachine>,
    /// All that was found, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a definition.
#[must_use]
pub fn parse(_text: &str) -> Parsed {
    Parsed {
        machine: None,
        diagnostics: Vec::new(),
    }
}
