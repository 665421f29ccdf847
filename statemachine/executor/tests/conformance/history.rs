//! Comparing histories: the main thread and each branch as a chain of its own.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::compare;

/// What differs first; nothing where the histories are the same.
pub(crate) fn difference(expected: &[Value], actual: &[Value], wildcards: &[String]) -> Option<String> {
    if expected.iter().any(|event| event["id"].is_array()) {
        return as_set(expected, actual, wildcards);
    }
    if !concurrent(expected) {
        return in_order(expected, actual, wildcards, Ids::Compared);
    }
    let (expected, actual) = (chains(expected), chains(actual));
    if expected.len() != actual.len() {
        return Some(format!("{} chains instead of {}", actual.len(), expected.len()));
    }
    expected.iter().find_map(|(name, chain)| {
        let empty = Vec::new();
        let other = actual.get(name).unwrap_or(&empty);
        in_order(chain, other, wildcards, Ids::Free).map(|difference| format!("in {name}: {difference}"))
    })
}

/// The recorder sorted the events, erased their ids and kept one of those that were the same.
fn as_set(expected: &[Value], actual: &[Value], wildcards: &[String]) -> Option<String> {
    let is_missing = |event: &&Value| {
        let same = |other: &Value| same_event(event, other, wildcards, Ids::Free);
        !actual.iter().any(same)
    };
    let missing = expected.iter().find(is_missing);
    missing.map(|event| format!("no event is {event}"))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ids {
    Compared,
    /// Concurrent branches were interleaved as it happened that day.
    Free,
}

fn in_order(expected: &[Value], actual: &[Value], wildcards: &[String], ids: Ids) -> Option<String> {
    for (place, (a, b)) in expected.iter().zip(actual).enumerate() {
        if !same_event(a, b, wildcards, ids) {
            return Some(format!("event {}: expected {a}, was {b}", place + 1));
        }
    }
    (expected.len() != actual.len()).then(|| {
        let next = expected.get(actual.len()).or_else(|| actual.get(expected.len()));
        format!(
            "{} events instead of {}: {}",
            actual.len(),
            expected.len(),
            next.unwrap_or(&Value::Null)
        )
    })
}

fn same_event(expected: &Value, actual: &Value, wildcards: &[String], ids: Ids) -> bool {
    let (expected, actual) = (comparable(expected, ids), comparable(actual, ids));
    compare::matches(&expected, &actual, wildcards)
}

/// The event without what is not compared.
fn comparable(event: &Value, ids: Ids) -> Value {
    let mut fields: Map<String, Value> = event.as_object().cloned().unwrap_or_default();
    fields.remove("timestamp");
    if ids == Ids::Free {
        fields.remove("id");
        fields.remove("previousEventId");
    }
    for details in fields.values_mut().filter_map(Value::as_object_mut) {
        details.remove("roleArn");
        if let (Ids::Free, Some(Value::String(cause))) = (ids, details.get_mut("cause")) {
            *cause = without_event_id(cause);
        }
    }
    Value::Object(fields)
}

fn without_event_id(cause: &str) -> String {
    let Some((before, after)) = cause.split_once("event id #") else {
        return cause.to_owned();
    };
    format!(
        "{before}event id #{}",
        after.trim_start_matches(|digit: char| digit.is_ascii_digit())
    )
}

fn concurrent(events: &[Value]) -> bool {
    let starts = |event: &&Value| matches!(type_of(event), "MapIterationStarted" | "ParallelStateStarted");
    events.iter().filter(starts).count() > 1
        || events
            .iter()
            .any(|event| type_of(event) == "ParallelStateStarted" || !event["id"].is_u64())
}

fn type_of(event: &Value) -> &str {
    event["type"].as_str().unwrap_or_default()
}

/// The events of each thread of states, by the thread's name. Aborted states belong to a thread of their own: their
/// events do not say which branch they end.
fn chains(events: &[Value]) -> BTreeMap<String, Vec<Value>> {
    let mut chains: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mut thread_of: BTreeMap<u64, String> = BTreeMap::new();
    for event in events {
        let previous = event["previousEventId"].as_u64().unwrap_or_default();
        let inherited = thread_of.get(&previous).cloned().unwrap_or_default();
        let thread = match type_of(event) {
            "MapIterationStarted" => format!("{}/{}", parent_of(&inherited, event), iteration(event)),
            "MapIterationSucceeded" | "MapIterationFailed" | "MapIterationAborted" => {
                format!("{}/{}", parent_of(&inherited, event), iteration(event))
            }
            "TaskStateAborted" | "WaitStateAborted" | "MapStateAborted" | "ParallelStateAborted" => {
                "aborted".to_owned()
            }
            "MapStateSucceeded"
            | "MapStateFailed"
            | "ParallelStateSucceeded"
            | "ParallelStateFailed"
            | "MapStateExited"
            | "ParallelStateExited" => outer(&inherited, event),
            _ if events
                .iter()
                .any(|other| other["id"] == previous && type_of(other) == "ParallelStateStarted") =>
            {
                let name = event["stateEnteredEventDetails"]["name"].as_str().unwrap_or_default();
                format!("{inherited}|{name}")
            }
            _ => inherited,
        };
        if let Some(id) = event["id"].as_u64() {
            thread_of.insert(id, thread.clone());
        }
        chains.entry(thread).or_default().push(event.clone());
    }
    chains
}

fn details_of_iteration(event: &Value) -> &Value {
    let fields = event.as_object().into_iter().flatten();
    let mut details = fields
        .filter(|(key, _)| key.starts_with("mapIteration"))
        .map(|(_, value)| value);
    details.next().unwrap_or(&Value::Null)
}

fn iteration(event: &Value) -> String {
    let details = details_of_iteration(event);
    format!("{}[{}]", details["name"].as_str().unwrap_or_default(), details["index"])
}

/// The thread of the Map an iteration event belongs to, seen from the thread of the event before it.
fn parent_of(thread: &str, event: &Value) -> String {
    let name = details_of_iteration(event)["name"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    match thread.rfind(&format!("/{name}[")) {
        Some(at) => thread[..at].to_owned(),
        None => thread.to_owned(),
    }
}

/// The thread of the Parallel or Map that ends here, seen from the thread of its last event.
fn outer(thread: &str, event: &Value) -> String {
    let kind = type_of(event);
    if kind.ends_with("Exited") {
        let name = event["stateExitedEventDetails"]["name"].as_str().unwrap_or_default();
        if let Some(at) = thread.rfind(&format!("/{name}[")) {
            return thread[..at].to_owned();
        }
        return match thread.rfind('|') {
            Some(at) if kind.starts_with("Parallel") => thread[..at].to_owned(),
            _ => thread.to_owned(),
        };
    }
    let separator = if kind.starts_with("Map") { '/' } else { '|' };
    match thread.rfind(separator) {
        Some(at) => thread[..at].to_owned(),
        None => thread.to_owned(),
    }
}
