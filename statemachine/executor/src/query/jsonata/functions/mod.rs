//! The functions that Step Functions adds to JSONata, takes away, or has otherwise, and the checks of [`guard`].
//!
//! [`guard`]: super::guard

mod arguments;
mod blame;
mod clone;
mod date_picture;
mod distinct;
mod hash;
mod integer;
mod join;
mod parse;
mod partition;
mod random;
mod range;
mod replace;
mod shared;
mod size;
mod time;

use std::rc::Rc;

use jsonata_core::evaluator::{Context, Evaluator, EvaluatorError};
use jsonata_core::value::JValue;

pub(crate) use date_picture::is_sound;
pub(crate) use shared::Shared;

use super::References;
use super::guard::{
    AS_OF_NOW, BUILT, DATE_PICTURE, INTEGER_PICTURE, INTEGER_VALUE, MILLIS, PAD_ARGUMENT, RANGE_END, RANGE_START,
    REPLACE_PATTERN, REPLACE_TEXT, REPLACE_WITH, SIZE,
};
use super::message::{BLAME_CALL, BLAME_LEFT, BLAME_RIGHT};

type Answer = Result<JValue, EvaluatorError>;
type Function = fn(&[JValue], &Shared) -> Answer;

/// Functions the engine has not, or lets us replace.
const FUNCTIONS: [(&str, Function); 10] = [
    ("clone", clone::clone),
    ("hash", hash::hash),
    ("millis", time::millis),
    ("now", time::now),
    ("parse", parse::parse),
    ("partition", partition::partition),
    ("random", random::random),
    ("range", range::range),
    ("shuffle", random::shuffle),
    ("uuid", random::uuid),
];

/// Functions of the engine that take too long or too much, under names the engine does not know.
const REPLACED: [(&str, &str, Function); 2] = [
    ("distinct", "bounded distinct", distinct::distinct),
    ("join", "bounded join", join::join),
];

const CHECKS: [(&str, Function); 16] = [
    (AS_OF_NOW, time::as_of_now),
    (BLAME_CALL, blame::call),
    (BLAME_LEFT, blame::left),
    (BLAME_RIGHT, blame::right),
    (DATE_PICTURE, date_picture::date_picture),
    (MILLIS, time::millis),
    (RANGE_START, range::start),
    (RANGE_END, range::end),
    (PAD_ARGUMENT, range::pad_argument),
    (SIZE, size::size),
    (INTEGER_VALUE, integer::value),
    (INTEGER_PICTURE, integer::picture),
    (BUILT, size::built),
    (REPLACE_TEXT, replace::text),
    (REPLACE_PATTERN, replace::pattern),
    (REPLACE_WITH, replace::with),
];

/// Hides what Step Functions has not, and what is replaced.
pub(crate) fn bind(context: &mut Context, references: &References) {
    if references.variables.contains("eval") {
        context.bind("eval".to_owned(), JValue::Undefined);
    }
    for (name, replacement, _) in REPLACED {
        if references.variables.contains(name) {
            context.bind(name.to_owned(), JValue::builtin(replacement));
        }
    }
}

/// Makes the functions known that an expression refers to.
pub(crate) fn register(engine: &mut Evaluator, references: &References, shared: &Rc<Shared>) {
    let replaced = REPLACED
        .into_iter()
        .filter(|(name, ..)| references.variables.contains(*name))
        .map(|(_, replacement, function)| (replacement, function));
    let named = FUNCTIONS
        .into_iter()
        .filter(|(name, _)| references.variables.contains(*name));
    for (name, function) in named.chain(replaced).chain(CHECKS) {
        let shared = Rc::clone(shared);
        let registered = engine.register_fn_override(name, move |arguments: &[JValue]| function(arguments, &shared));
        debug_assert!(registered.is_ok(), "the engine compiles calls of {name}");
    }
}
