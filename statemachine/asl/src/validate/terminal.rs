//! Every flow has a state in which it can end.

use crate::parse::{Content, Value};
use crate::validate::flows::FlowPlace;

/// Checks that `flow` has a terminal state.
pub(crate) fn check(flow: &FlowPlace<'_>) {
    if flow.states.is_empty() || flow.states.iter().any(is_terminal) {
        return;
    }
    let problem = flow.fields.error("MISSING_END_STATE", "workflow has no terminal state");
    let help = "end a state with `\"End\": true`, or add a state of type `Succeed` or `Fail`";
    flow.fields.scope.problems.add(problem.help(help));
}

fn is_terminal(state: &Value<'_>) -> bool {
    let Some(fields) = state.as_fields() else {
        return false;
    };
    let kind = fields.get("Type").and_then(|value| value.node.as_text().cloned());
    let ends = fields
        .get("End")
        .is_some_and(|value| matches!(value.node.content, Content::Bool(true)));
    ends || matches!(kind.as_deref(), Some("Succeed" | "Fail"))
}
