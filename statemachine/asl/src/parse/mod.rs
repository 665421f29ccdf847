//! Text to [`StateMachine`]; every problem is collected.
//!
//! The words of a diagnostic are AWS's where they are known, in our style: lower case, backticks for single quotes.

mod cursor;
mod expression;
mod flow;
mod intrinsic;
mod json;
mod near;
mod node;
mod problems;
mod state;
mod template;

pub(crate) use cursor::{Fields, Scope, Value};
pub(crate) use expression::parse_path_or_call;
pub(crate) use near::did_you_mean;
pub(crate) use node::{Content, Field, Node};
pub(crate) use problems::Problems;

use crate::{Diagnostic, MachineType, Severity, Span, StateMachine, validate};

/// The largest definition AWS takes, in bytes.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>
const MAX_DEFINITION_BYTES: usize = 1024 * 1024;

/// What a text turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The machine, if there is no error.
    pub machine: Option<StateMachine>,
    /// All that was found, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads the definition of a Standard state machine.
#[must_use]
pub fn parse(text: &str) -> Parsed {
    parse_as(text, MachineType::Standard)
}

/// Reads the definition of a state machine of type `machine_type`.
#[must_use]
pub fn parse_as(text: &str, machine_type: MachineType) -> Parsed {
    let problems = Problems::default();
    let machine = read(text, machine_type, &problems);
    let diagnostics = problems.into_sorted();
    let refused = diagnostics.iter().any(Diagnostic::is_error);
    Parsed {
        machine: machine.filter(|_| !refused),
        diagnostics,
    }
}

fn read(text: &str, machine_type: MachineType, problems: &Problems) -> Option<StateMachine> {
    check_size(text, problems)?;
    let root = json::read(text).map_err(|problem| problems.add(problem)).ok()?;
    let root = validate::duplicate_keys::drop_shadowed(root, problems);
    flow::machine(&root, machine_type, problems)
}

fn check_size(text: &str, problems: &Problems) -> Option<()> {
    if text.trim().is_empty() {
        problems.add(Diagnostic::error("MISSING_DESCRIPTION", "/", "the definition is empty").at(0..0));
        return None;
    }
    if text.len() > MAX_DEFINITION_BYTES {
        let message = format!(
            "the definition has {} bytes, more than the limit of {MAX_DEFINITION_BYTES}",
            text.len()
        );
        problems.add(Diagnostic::error("SCHEMA_VALIDATION_FAILED", "/", message).at(0..0));
        return None;
    }
    Some(())
}
