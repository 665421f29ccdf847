//! What stands in the fields of a state: literals, paths, intrinsic calls, JSONata, and templates of them.

use std::sync::Arc;

use crate::parse::parse_path_or_call;
use crate::{Intrinsic, Json, Path};

/// Something that is evaluated when the state runs.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// `$.x`, `$$.x`, `$variable.x`
    Path(Path),
    /// `States.Format(...)`
    Intrinsic(Intrinsic),
    /// `{% ... %}`
    Jsonata(Jsonata),
}

impl Expression {
    /// The text as the definition has it.
    #[must_use]
    pub fn text(&self) -> &Arc<str> {
        match self {
            Expression::Path(path) => &path.text,
            Expression::Intrinsic(call) => &call.text,
            Expression::Jsonata(jsonata) => &jsonata.source,
        }
    }

    /// Whether `text` may stand in a field whose name ends in `.$`: a path or a call of an intrinsic function.
    #[must_use]
    pub fn is_jsonpath(text: &str) -> bool {
        parse_path_or_call(text).is_ok()
    }
}

/// A JSONata expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jsonata {
    /// What stands between `{%` and `%}`, trimmed.
    pub source: Arc<str>,
}

/// JSON in which some values are evaluated when the state runs (`Parameters`, `ResultSelector`, `ItemSelector`,
/// `Arguments`, `Output`, `Assign`).
#[derive(Clone, Debug, PartialEq)]
pub enum Template {
    /// Nothing in here changes.
    Literal(Json),
    /// The whole value is evaluated.
    Expression(Expression),
    /// An array with at least one item that is evaluated.
    Array(Vec<Template>),
    /// An object with at least one value that is evaluated; keys are without the `.$` of the definition.
    Object(Vec<(Arc<str>, Template)>),
}

/// A field that holds a value, or an expression that gives one (`TimeoutSeconds` and `TimeoutSecondsPath`).
#[derive(Clone, Debug, PartialEq)]
pub enum Dynamic<T> {
    /// Written in the definition.
    Literal(T),
    /// Evaluated when the state runs.
    Expression(Expression),
}
