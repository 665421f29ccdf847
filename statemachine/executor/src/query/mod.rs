//! Evaluating what stands in the fields of a state.

mod compare;
pub(crate) mod intrinsic;
mod java;
pub(crate) mod jsonpath;
mod template;

use asl::{Json, Path, Root};

pub(crate) use compare::holds;
pub use jsonpath::{PathError, jsonpath};
pub(crate) use template::{fill, not_found};

use crate::chance::Chance;
use crate::context::Context;

/// What expressions of a state see.
pub(crate) struct Scope<'a> {
    /// `$`
    pub(crate) data: &'a Json,
    /// `$$`
    pub(crate) context: &'a Context<'a>,
    /// What `States.UUID` and `States.MathRandom` draw from.
    pub(crate) chance: &'a Chance,
}

/// The value `path` leads to. Unlike Jayway JsonPath, AWS takes an indefinite path that leads nowhere for one that finds
/// nothing, whatever is missing.
pub(crate) fn value_at(path: &Path, scope: &Scope<'_>) -> Result<Json, PathError> {
    let root = match &path.root {
        Root::Input => scope.data,
        Root::Context => scope.context.json(),
        Root::Variable(_) => &Json::Null,
    };
    match jsonpath::evaluate(&path.segments, root) {
        Err(_) if !path.is_definite() => Ok(Json::array(Vec::new())),
        found => found,
    }
}
