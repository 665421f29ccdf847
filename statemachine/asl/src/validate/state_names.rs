//! State names: 1 to 80 characters, unique in the whole machine.

use std::collections::HashMap;

use crate::parse::{Field, Value};
use crate::validate::flows::FlowPlace;

const MAX_CHARS: usize = 80;

/// Checks the length of the name of the state in `field`.
pub(crate) fn check_length(field: &Field, value: &Value<'_>) {
    let length = field.name.chars().count();
    if (1..=MAX_CHARS).contains(&length) {
        return;
    }
    let message = format!("a state name must have 1 to {MAX_CHARS} characters, this one has {length}");
    value.report::<()>(value.error("INVALID_STATE_NAME", message).at(field.name_span.clone()));
}

/// Checks that no name is used in two flows; within a flow it is a repeated key.
pub(crate) fn check_unique(flows: &[FlowPlace<'_>]) {
    let mut places: HashMap<&str, &str> = HashMap::new();
    for state in flows.iter().flat_map(|flow| &flow.states) {
        if let Some(first) = places.insert(state.name, &state.location) {
            let message = format!("the state name `{}` is used more than once", state.name);
            let problem = state.error("DUPLICATE_STATE_NAME", message).at(state.name_span.clone());
            state.report::<()>(problem.help(format!("{first} has the same name")));
        }
    }
}
