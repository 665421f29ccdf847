//! The machine itself, branches and item processors: states and where they start.

use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};

use super::{Fields, Node, Problems, Scope, Value, state};
use crate::validate::fields::Allowed;
use crate::validate::{self, targets};
use crate::{Flow, MachineType, QueryLanguage, StateMachine};

/// What a flow must have.
pub(super) const FLOW: Allowed = Allowed {
    always: &["States", "StartAt", "Comment"],
    ..Allowed::NONE
};

const MACHINE: Allowed = Allowed {
    always: &["Version", "TimeoutSeconds", "QueryLanguage"],
    ..Allowed::NONE
};

pub(super) const QUERY_LANGUAGES: [&str; 2] = ["JSONPath", "JSONata"];

const MAX_TIMEOUT_SECONDS: u64 = 99_999_999;

/// The whole definition.
pub(super) fn machine(root: &Node, machine_type: MachineType, problems: &Problems) -> Option<StateMachine> {
    let no_siblings = IndexSet::new();
    let scope = Scope {
        problems,
        machine_type,
        machine_language: QueryLanguage::JsonPath,
        language: QueryLanguage::JsonPath,
        siblings: &no_siblings,
    };
    let fields = Fields::root(root, scope)?;
    let query_language = fields.get("QueryLanguage").and_then(|value| query_language(&value));
    let query_language = query_language.unwrap_or_default();
    let fields = fields.within(Scope {
        machine_language: query_language,
        language: query_language,
        ..scope
    });
    validate::fields::check(&fields, &[FLOW, MACHINE]);
    validate::check_flows(&fields);
    check_version(&fields);
    let comment = comment(&fields);
    let timeout_seconds = fields
        .get("TimeoutSeconds")
        .and_then(|value| value.integer(&(1..=MAX_TIMEOUT_SECONDS - 1)));
    Some(StateMachine {
        comment,
        flow: flow(&fields)?,
        timeout_seconds,
        query_language,
    })
}

/// `StartAt` and `States`.
pub(super) fn flow(fields: &Fields<'_>) -> Option<Flow> {
    validate::fields::require(fields, &["States", "StartAt"]);
    let states = fields.get("States").and_then(|value| some_states(&value));
    let siblings = states
        .iter()
        .flat_map(Fields::entries)
        .map(|state| Arc::clone(&state.name))
        .collect();
    let scope = Scope {
        siblings: &siblings,
        ..fields.scope
    };
    let start_at = fields.within(scope).get("StartAt").and_then(|value| match &states {
        Some(_) => targets::target(&value),
        None => value.text(),
    });
    let states = read_states(&states?.within(scope));
    Some(Flow {
        start_at: start_at?,
        states: states?,
    })
}

/// `Comment`, which may be anything that is text.
pub(super) fn comment(fields: &Fields<'_>) -> Option<Arc<str>> {
    fields.get("Comment").and_then(|value| value.text())
}

/// `QueryLanguage`
pub(super) fn query_language(value: &Value<'_>) -> Option<QueryLanguage> {
    match validate::words::one_of(value, &QUERY_LANGUAGES)? {
        "JSONata" => Some(QueryLanguage::Jsonata),
        _ => Some(QueryLanguage::JsonPath),
    }
}

fn check_version(fields: &Fields<'_>) {
    if let Some(value) = fields.get("Version") {
        validate::words::one_of(&value, &["1.0"]);
    }
}

fn some_states<'a>(value: &Value<'a>) -> Option<Fields<'a>> {
    let states = value.fields()?;
    if states.entries().is_empty() {
        return value.refuse("value cannot be empty");
    }
    Some(states)
}

/// All states, or nothing where one of them could not be read.
fn read_states(states: &Fields<'_>) -> Option<IndexMap<Arc<str>, crate::State>> {
    let read: Vec<_> = states
        .entries()
        .iter()
        .zip(states.iter())
        .map(|(field, value)| Some((Arc::clone(&field.name), state::state(field, &value)?)))
        .collect();
    read.into_iter().collect()
}
