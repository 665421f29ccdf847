//! Every state can be reached from the first one of its flow.

use std::collections::{HashMap, HashSet};

use crate::parse::{Fields, Value};
use crate::validate::flows::FlowPlace;

/// Checks the states of `flow`; without `StartAt` there is nothing to say.
pub(crate) fn check(flow: &FlowPlace<'_>) {
    let Some(start) = flow
        .fields
        .get("StartAt")
        .and_then(|value| value.node.as_text().cloned())
    else {
        return;
    };
    let reached = reached_from(&start, &flow.states);
    for state in flow.states.iter().filter(|state| !reached.contains(state.name)) {
        let problem = state.error(
            "MISSING_TRANSITION_TARGET",
            format!("state `{}` is not reachable", state.name),
        );
        state.report::<()>(problem.at(state.name_span.clone()));
    }
}

fn reached_from<'a>(start: &str, states: &[Value<'a>]) -> HashSet<&'a str> {
    let by_name: HashMap<&str, &Value<'a>> = states.iter().map(|state| (state.name, state)).collect();
    let mut reached = HashSet::new();
    let mut next: Vec<&Value<'a>> = by_name.get(start).copied().into_iter().collect();
    while let Some(state) = next.pop() {
        if reached.insert(state.name) {
            let targets = state.as_fields().map(|fields| targets(&fields)).unwrap_or_default();
            next.extend(targets.into_iter().filter_map(|name| by_name.get(name)));
        }
    }
    reached
}

fn targets<'a>(fields: &Fields<'a>) -> Vec<&'a str> {
    let entries = ["Choices", "Catch"]
        .into_iter()
        .filter_map(|name| fields.get(name)?.as_items())
        .flatten()
        .filter_map(|entry| entry.as_fields()?.get("Next"));
    let own = ["Next", "Default"].into_iter().filter_map(|name| fields.get(name));
    own.chain(entries)
        .filter_map(|value| value.node.as_text().map(|name| &**name))
        .collect()
}
