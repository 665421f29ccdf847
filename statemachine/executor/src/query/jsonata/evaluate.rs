use asl::Json;
use jiff::Timestamp;
use jsonata_core::ast::AstNode;
use jsonata_core::evaluator::Evaluator;
use jsonata_core::value::JValue;

use super::compile::Compiled;
use super::contain::contained;
use super::convert::to_json;
use super::environment::{Environment, Plain, Seen};
use super::error::EvaluationError;
use super::message::{self, Blame};
use super::{functions, limits, patience};
use crate::chance::Chance;

/// The time and the chance an evaluation takes place with.
pub(crate) struct Moment<'a> {
    /// The execution's clock: `$now()`, `$millis()`.
    pub(crate) now: Timestamp,
    /// The execution's chance: `$random()`, `$uuid()`, `$shuffle()`.
    pub(crate) chance: &'a Chance,
}

impl Compiled {
    /// The value of the expression.
    ///
    /// # Errors
    /// Everything that is `States.QueryEvaluationError` on AWS.
    pub(crate) fn evaluate(
        &self,
        environment: &Environment,
        seen: &dyn Seen,
        moment: Moment<'_>,
    ) -> Result<Json, EvaluationError> {
        if let Some(path) = &self.plain {
            match environment.follow(path, seen) {
                Plain::Value(value) => return Ok(value),
                Plain::Nothing => return Err(EvaluationError::Undefined),
                Plain::Other => {}
            }
        }
        // Step Functions has no input document.
        self.evaluate_on(&JValue::Undefined, environment, seen, moment)
    }

    /// Evaluates with an input document.
    pub(crate) fn evaluate_on(
        &self,
        document: &JValue,
        environment: &Environment,
        seen: &dyn Seen,
        moment: Moment<'_>,
    ) -> Result<Json, EvaluationError> {
        let before = moment.chance.clone();
        let evaluated = patience::in_own_time(|milliseconds| {
            moment.chance.set(before.clone());
            let mut engine = environment.engine(self, &self.functions, (limits::DEPTH, milliseconds), seen);
            attempt(&mut engine, &self.tree, document, environment, &moment)
        });
        let error = match evaluated {
            Ok(value) => return to_json(&value),
            Err(error) => error,
        };
        if !message::needs_blame(&error) {
            return Err(message::reword(error, &Blame::default()));
        }
        // Once more, from where chance was, to see what the error is about.
        moment.chance.set(before);
        let tree = message::blaming(&self.tree);
        let functions = functions::called(&tree, self.references(), &self.by_value);
        let mut engine = environment.engine(self, &functions, (8 * limits::DEPTH, limits::TIME), seen);
        drop(attempt(&mut engine, &tree, document, environment, &moment));
        Err(message::reword(error, &environment.shared.take_blame()))
    }
}

fn attempt(
    engine: &mut Evaluator,
    tree: &AstNode,
    document: &JValue,
    environment: &Environment,
    moment: &Moment<'_>,
) -> Result<JValue, EvaluationError> {
    let shared = &environment.shared;
    shared.begin(moment.now, moment.chance);
    let result = contained(|| engine.evaluate(tree, document));
    shared.end(moment.chance);
    let Some(result) = result else {
        return Err(EvaluationError::Internal(
            "the expression could not be evaluated".to_owned(),
        ));
    };
    match (shared.take_limit(), result) {
        (_, Ok(value)) => Ok(value),
        (Some(limit), Err(_)) => Err(limit),
        (None, Err(error)) => Err(message::classify(&error)),
    }
}
