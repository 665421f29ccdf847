//! The functions that Step Functions adds to JSONata, takes away, or has otherwise, and the checks of [`guard`].
//!
//! [`guard`]: super::guard

mod arguments;
mod base64;
mod blame;
mod clone;
mod date_picture;
mod distinct;
mod hash;
mod integer;
mod join;
mod parse;
mod partition;
mod pattern;
mod random;
mod range;
mod replace;
mod shared;
mod size;
mod time;

use std::rc::Rc;

use jsonata_core::ast::AstNode;
use jsonata_core::evaluator::{Context, Evaluator, EvaluatorError};
use jsonata_core::value::JValue;

pub(crate) use date_picture::is_sound;
pub(crate) use pattern::encoded as encoded_pattern;
pub(crate) use shared::Shared;

use super::References;
use super::by_value::ByValue;
use super::guard::{
    AS_OF_NOW, BASE64_ENCODED, BASE64_TO_DECODE, BUILT, DATE_PICTURE, INTEGER_PICTURE, INTEGER_VALUE, MILLIS,
    PAD_ARGUMENT, PATTERN_CONTAINS, PATTERN_MATCH, PATTERN_NEXT, PATTERN_SPLIT, RANGE_END, RANGE_START,
    REPLACE_PATTERN, REPLACE_TEXT, REPLACE_WITH, SIZE,
};
use super::message::{BLAME_CALL, BLAME_LEFT, BLAME_RIGHT};
use super::tree::any;

type Answer = Result<JValue, EvaluatorError>;
type Function = fn(&[JValue], &Shared) -> Answer;
/// A function of ours by the name under which the engine finds it.
pub(crate) type HostFunction = (&'static str, Function);

/// Functions the engine has not, or lets us replace.
const FUNCTIONS: [HostFunction; 10] = [
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

const CHECKS: [HostFunction; 22] = [
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
    (PATTERN_MATCH, pattern::found),
    (PATTERN_NEXT, pattern::with_next),
    (PATTERN_CONTAINS, pattern::contains),
    (PATTERN_SPLIT, pattern::split),
    (BASE64_ENCODED, base64::encoded),
    (BASE64_TO_DECODE, base64::to_decode),
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

/// The functions that an expression with these references calls. Of the checks only those that `tree` has, unless it
/// hands on functions, which have checks of their own.
pub(crate) fn called(tree: &AstNode, references: &References, by_value: &[&ByValue]) -> Vec<HostFunction> {
    let replaced = REPLACED
        .into_iter()
        .filter(|(name, ..)| references.variables.contains(*name))
        .map(|(_, replacement, function)| (replacement, function));
    let named = FUNCTIONS
        .into_iter()
        .filter(|(name, _)| references.variables.contains(*name));
    let has = |check: &str| {
        any(
            tree,
            &|node| matches!(node, AstNode::Function { name, .. } if name == check),
        )
    };
    let checks = CHECKS
        .into_iter()
        .filter(|(check, _)| !by_value.is_empty() || has(check));
    named.chain(replaced).chain(checks).collect()
}

/// Makes `functions` known to the engine. Each takes longer than many an evaluation.
pub(crate) fn register(engine: &mut Evaluator, functions: &[HostFunction], shared: &Rc<Shared>) {
    for (name, function) in functions.iter().copied() {
        let shared = Rc::clone(shared);
        let registered = engine.register_fn_override(name, move |arguments: &[JValue]| function(arguments, &shared));
        debug_assert!(registered.is_ok(), "the engine compiles calls of {name}");
    }
}
