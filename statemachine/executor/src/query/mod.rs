//! Evaluating what stands in the fields of a state.

mod compare;
mod expected;
pub(crate) mod intrinsic;
mod java;
pub(crate) mod jsonata;
pub(crate) mod jsonpath;
mod location;
mod regex;
mod template;

use std::cell::OnceCell;

use asl::{Json, Path, Root};
use jiff::Timestamp;

pub(crate) use compare::holds;
pub(crate) use expected::{Expected, evaluate_as};
pub use jsonata::jsonata;
pub use jsonpath::{PathError, jsonpath};
pub(crate) use location::Location;
pub(crate) use template::{evaluate, fill, not_found};

use crate::Program;
use crate::chance::Chance;
use crate::context::Context;
use crate::variables::Variables;

/// What expressions of a state see.
pub(crate) struct Scope<'a> {
    /// `$`
    pub(crate) data: &'a Json,
    /// `$$`
    pub(crate) context: &'a Context<'a>,
    /// `$name`
    pub(crate) variables: &'a Variables,
    /// `$states.result`: what the work of the state gave.
    pub(crate) result: Option<&'a Json>,
    /// `$states.input`
    pub(crate) input: &'a Json,
    /// `$states.errorOutput`
    pub(crate) error_output: Option<&'a Json>,
    /// What `States.UUID` and `States.MathRandom` draw from.
    pub(crate) chance: &'a Chance,
    /// The execution's clock.
    pub(crate) now: Timestamp,
    /// Where expressions have been compiled.
    pub(crate) program: &'a Program,
    /// What JSONata expressions have been converted for.
    pub(crate) environment: OnceCell<jsonata::Environment>,
}

/// The value `path` leads to. Unlike Jayway JsonPath, AWS takes an indefinite path that leads nowhere for one that finds
/// nothing, whatever is missing.
pub(crate) fn value_at(path: &Path, scope: &Scope<'_>) -> Result<Json, PathError> {
    let root = match (root(path, scope), &path.root) {
        (None, Root::Variable(name)) if path.is_definite() => {
            return Err(PathError::UnknownVariable { name: name.to_string() });
        }
        (root, _) => root.unwrap_or(&Json::Null),
    };
    match jsonpath::evaluate(&path.segments, root) {
        Err(error) if !error.ends_evaluation() && !path.is_definite() => Ok(Json::array(Vec::new())),
        found => found,
    }
}

/// What `path` starts from; nothing where that is a variable that no state has assigned.
pub(crate) fn root<'a>(path: &Path, scope: &'a Scope<'_>) -> Option<&'a Json> {
    match &path.root {
        Root::Input => Some(scope.data),
        Root::Context => Some(scope.context.json()),
        Root::Variable(name) => scope.variables.get(name),
    }
}
