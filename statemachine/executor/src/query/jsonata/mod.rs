//! JSONata 2.0.6 as Step Functions has it.
//!
//! [`compile`] reads an expression once per definition and refuses what AWS refuses when a state machine is created.
//! [`Environment`] holds what the expressions of one visit of a state see, and [`Compiled::evaluate`] evaluates there.
//! The `jsonata-core` crate does the work; around it stand AWS's functions, its limits and its messages.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html>

mod by_value;
mod carried;
mod compile;
mod contain;
mod convert;
mod environment;
mod error;
mod evaluate;
mod functions;
mod guard;
mod limits;
mod message;
mod path;
mod patience;
mod patterns;
mod references;
mod tree;

use asl::{Json, Jsonata};
use jiff::Timestamp;

pub(crate) use compile::{CompileError, Compiled, compile};
pub(crate) use environment::{Environment, Seen};
pub(crate) use evaluate::Moment;
pub(crate) use references::{References, StatesField};

use super::{Location, Scope};
use crate::chance::Chance;
use crate::failure::StateError;

/// The value of the expression `jsonata`, which stands at `location`.
pub(crate) fn evaluate(jsonata: &Jsonata, scope: &Scope<'_>, location: &Location<'_>) -> Result<Json, StateError> {
    let environment = scope.environment.get_or_init(Environment::default);
    let moment = Moment {
        now: scope.now,
        chance: scope.chance,
    };
    let source = &jsonata.source;
    let Some(compiled) = scope.program.expression(source) else {
        return Err(StateError::runtime(format!(
            "the expression '{source}' was not compiled"
        )));
    };
    compiled.evaluate(environment, scope, moment).map_err(|error| {
        let message = format!("The JSONata expression '{source}' specified for the field '{location}' {error}");
        StateError::query_evaluation(message, Some(location.to_string()))
    })
}

impl Seen for Scope<'_> {
    fn states(&self, field: &str) -> Option<Json> {
        match field {
            "input" => Some(self.input.clone()),
            "context" => Some(self.context.json().clone()),
            "result" => self.result.cloned(),
            "errorOutput" => self.error_output.cloned(),
            _ => None,
        }
    }

    fn variable(&self, name: &str) -> Option<Json> {
        self.variables.get(name).cloned()
    }
}

/// Evaluates a JSONata expression on a `document` outside of any state machine, with values bound to names without `$`.
///
/// # Errors
/// What is wrong with the expression, or why it gives no JSON; nothing where it gives nothing.
pub fn jsonata(source: &str, document: Option<&Json>, bindings: &[(&str, Json)]) -> Result<Json, Option<String>> {
    let compiled = compile::parse(source).map_err(|error| match error {
        compile::CompileError::Invalid { code, message } => Some(format!("{code}: {message}")),
        other => Some(other.to_string()),
    })?;
    let moment = Moment {
        now: Timestamp::UNIX_EPOCH,
        chance: &Chance::from_seed(0),
    };
    let document = document.map_or(jsonata_core::value::JValue::Undefined, convert::to_value);
    let evaluated = compiled.evaluate_on(&document, &Environment::default(), &Bindings(bindings), moment);
    evaluated.map_err(|error| match error {
        error::EvaluationError::Undefined => None,
        error::EvaluationError::Thrown { code, message } => Some(format!("{code}: {message}")),
        other => Some(other.to_string()),
    })
}

struct Bindings<'a>(&'a [(&'a str, Json)]);

impl Seen for Bindings<'_> {
    fn states(&self, _field: &str) -> Option<Json> {
        None
    }

    fn variable(&self, name: &str) -> Option<Json> {
        let found = self.0.iter().find(|(bound, _)| *bound == name);
        found.map(|(_, value)| value.clone())
    }
}
