//! `StartAt`, `Next` and `Default` lead to states beside them.

use std::sync::Arc;

use crate::parse::{Value, did_you_mean};

/// The state that `value` names.
pub(crate) fn target(value: &Value<'_>) -> Option<Arc<str>> {
    let name = value.text()?;
    let siblings = value.scope.siblings;
    if let Some(state) = siblings.get(&name) {
        return Some(Arc::clone(state));
    }
    // AWS says `Next` whatever the field is.
    let mut problem = value.error("MISSING_TRANSITION_TARGET", format!("missing `Next` target: {name}"));
    problem.help = did_you_mean(&name, siblings.iter().map(|state| &**state));
    value.report(problem)
}
