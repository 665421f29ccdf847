//! Calls of intrinsic functions.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html>

use std::sync::Arc;

use crate::{Json, Path};

/// A call of an intrinsic function.
#[derive(Clone, Debug, PartialEq)]
pub struct Intrinsic {
    /// The text as the definition has it.
    pub text: Arc<str>,
    /// Which one.
    pub function: IntrinsicFunction,
    /// What it is called with.
    pub arguments: Vec<Argument>,
}

/// An argument of an intrinsic function.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// What stands between single quotes, escapes as written: `States.Format` tells `\{` from `{`.
    Text(Arc<str>),
    /// A number, `true`, `false` or `null`.
    Literal(Json),
    /// `$.x`, `$$.x`, `$variable.x`
    Path(Path),
    /// Another call.
    Call(Intrinsic),
}

/// The intrinsic functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the language's own")]
pub enum IntrinsicFunction {
    Array,
    ArrayContains,
    ArrayGetItem,
    ArrayLength,
    ArrayPartition,
    ArrayRange,
    ArrayUnique,
    Base64Decode,
    Base64Encode,
    Format,
    Hash,
    JsonMerge,
    JsonToString,
    MathAdd,
    MathRandom,
    StringSplit,
    StringToJson,
    Uuid,
}

/// The functions by their names behind `States.`.
const FUNCTIONS: [(&str, IntrinsicFunction); 18] = [
    ("Array", IntrinsicFunction::Array),
    ("ArrayContains", IntrinsicFunction::ArrayContains),
    ("ArrayGetItem", IntrinsicFunction::ArrayGetItem),
    ("ArrayLength", IntrinsicFunction::ArrayLength),
    ("ArrayPartition", IntrinsicFunction::ArrayPartition),
    ("ArrayRange", IntrinsicFunction::ArrayRange),
    ("ArrayUnique", IntrinsicFunction::ArrayUnique),
    ("Base64Decode", IntrinsicFunction::Base64Decode),
    ("Base64Encode", IntrinsicFunction::Base64Encode),
    ("Format", IntrinsicFunction::Format),
    ("Hash", IntrinsicFunction::Hash),
    ("JsonMerge", IntrinsicFunction::JsonMerge),
    ("JsonToString", IntrinsicFunction::JsonToString),
    ("MathAdd", IntrinsicFunction::MathAdd),
    ("MathRandom", IntrinsicFunction::MathRandom),
    ("StringSplit", IntrinsicFunction::StringSplit),
    ("StringToJson", IntrinsicFunction::StringToJson),
    ("UUID", IntrinsicFunction::Uuid),
];

impl IntrinsicFunction {
    /// The function called `States.<name>`.
    #[must_use]
    pub fn named(name: &str) -> Option<IntrinsicFunction> {
        FUNCTIONS
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, function)| *function)
    }

    /// The name, without `States.`.
    #[must_use]
    pub fn name(self) -> &'static str {
        FUNCTIONS
            .iter()
            .find(|(_, function)| *function == self)
            .map_or("", |(name, _)| name)
    }

    /// The names of all functions, without `States.`.
    pub fn names() -> impl Iterator<Item = &'static str> {
        FUNCTIONS.iter().map(|(name, _)| *name)
    }

    /// Whether `ErrorPath` and `CausePath` take it: those that give a text.
    #[must_use]
    pub fn gives_text(self) -> bool {
        matches!(
            self,
            IntrinsicFunction::ArrayGetItem
                | IntrinsicFunction::Base64Decode
                | IntrinsicFunction::Base64Encode
                | IntrinsicFunction::Format
                | IntrinsicFunction::Hash
                | IntrinsicFunction::JsonToString
                | IntrinsicFunction::Uuid
        )
    }
}
