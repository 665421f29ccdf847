//! All flows of a definition, found before they are read, so that rules about them hold whatever else is wrong.

use crate::parse::{Fields, Value};

/// A flow and its states.
pub(crate) struct FlowPlace<'a> {
    pub(crate) fields: Fields<'a>,
    pub(crate) states: Vec<Value<'a>>,
}

/// The flow in `fields` and all flows in its states.
pub(crate) fn all<'a>(fields: &Fields<'a>) -> Vec<FlowPlace<'a>> {
    let mut found = Vec::new();
    collect(fields, &mut found);
    found
}

fn collect<'a>(fields: &Fields<'a>, found: &mut Vec<FlowPlace<'a>>) {
    let Some(states) = fields.get("States").and_then(|value| value.as_fields()) else {
        return;
    };
    let states: Vec<_> = states.iter().collect();
    let inner: Vec<_> = states.iter().flat_map(inner).collect();
    found.push(FlowPlace {
        fields: fields.clone(),
        states,
    });
    for flow in inner {
        collect(&flow, found);
    }
}

fn inner<'a>(state: &Value<'a>) -> Vec<Fields<'a>> {
    let Some(fields) = state.as_fields() else {
        return Vec::new();
    };
    let branches = fields
        .get("Branches")
        .and_then(|value| value.as_items())
        .unwrap_or_default();
    let processors = ["ItemProcessor", "Iterator"]
        .into_iter()
        .filter_map(|name| fields.get(name));
    let flows = branches.into_iter().chain(processors);
    flows.filter_map(|value| value.as_fields()).collect()
}
