//! Comparing histories: in order where nothing was concurrent, else each thread of states as a chain.

use serde_json::{Map, Value};

use crate::compare::Comparison;
use crate::threads::{Threaded, threads};

/// What differs first; nothing where the histories are the same.
pub(crate) fn difference(expected: &[Value], actual: &[Value], comparison: &Comparison<'_>) -> Option<String> {
    if let Some(problem) = disorder(actual) {
        return Some(problem);
    }
    if expected.iter().any(|event| event["id"].is_array()) {
        return as_set(expected, actual, comparison);
    }
    let mut in_order = None;
    let same = comparison.attempt(|| {
        in_order = difference_in_order(expected, actual, comparison);
        in_order.is_none()
    });
    if same || !concurrent(expected) {
        return in_order;
    }
    by_thread(expected, actual, comparison)
}

/// Ids count from 1, and each event follows an earlier one.
fn disorder(events: &[Value]) -> Option<String> {
    let wrong = (1_u64..).zip(events).find(|(id, event)| {
        event["id"] != *id || event["previousEventId"].as_u64().is_none_or(|previous| previous >= *id)
    });
    wrong.map(|(id, event)| format!("event {id} is out of order: {event}"))
}

/// The recorder sorted the events, erased ids and dropped some of the events.
fn as_set(expected: &[Value], actual: &[Value], comparison: &Comparison<'_>) -> Option<String> {
    let is_missing = |event: &&Value| {
        let same = |other: &Value| {
            let same_id = event["id"].is_array() || event["id"] == other["id"];
            same_id && comparison.attempt(|| same_event(event, other, comparison))
        };
        !actual.iter().any(same)
    };
    let last = expected.iter().filter_map(|event| event["id"].as_u64()).max();
    if last != Some(actual.len() as u64) {
        return Some(format!("{} events, but the last recorded is {last:?}", actual.len()));
    }
    let missing = expected.iter().find(is_missing);
    missing.map(|event| format!("no event is {event}"))
}

fn difference_in_order(expected: &[Value], actual: &[Value], comparison: &Comparison<'_>) -> Option<String> {
    let differs = |(a, b): &(&Value, &Value)| {
        a["id"] != b["id"] || a["previousEventId"] != b["previousEventId"] || !same_event(a, b, comparison)
    };
    let different = expected.iter().zip(actual).find(differs);
    let different = different.map(|(a, b)| format!("expected {a}, was {b}"));
    different.or_else(|| different_length(expected, actual))
}

fn different_length(expected: &[Value], actual: &[Value]) -> Option<String> {
    let next = || expected.get(actual.len()).or_else(|| actual.get(expected.len()));
    (expected.len() != actual.len()).then(|| {
        let (is, should) = (actual.len(), expected.len());
        format!("{is} events instead of {should}: {}", next().unwrap_or(&Value::Null))
    })
}

fn by_thread(expected: &[Value], actual: &[Value], comparison: &Comparison<'_>) -> Option<String> {
    let (expected, actual) = (threads(expected), threads(actual));
    if let Some(name) = actual.keys().find(|name| !expected.contains_key(*name)) {
        return Some(format!("nothing was recorded of {name}"));
    }
    expected.iter().find_map(|(name, chain)| {
        let other = actual.get(name).map(Vec::as_slice).unwrap_or_default();
        let differs =
            |(a, b): &(&Threaded, &Threaded)| a.follows != b.follows || !same_event(&a.event, &b.event, comparison);
        let different = chain.iter().zip(other).find(differs);
        let different = different.map(|(a, b)| format!("in {name}: expected {a}, was {b}"));
        different.or_else(|| {
            (chain.len() != other.len())
                .then(|| format!("in {name}: {} events instead of {}", other.len(), chain.len()))
        })
    })
}

/// Whether the events are the same but for time, place and role.
fn same_event(expected: &Value, actual: &Value, comparison: &Comparison<'_>) -> bool {
    let (Some(expected), Some(actual)) = (comparable(expected), comparable(actual)) else {
        return false;
    };
    expected.len() == actual.len()
        && expected.iter().all(|(key, value)| {
            actual.get(key).is_some_and(|other| match (value, other) {
                (Value::Object(a), Value::Object(b)) => same_details(a, b, comparison),
                (a, b) => comparison.matches(a, b),
            })
        })
}

fn comparable(event: &Value) -> Option<Map<String, Value>> {
    let mut fields = event.as_object()?.clone();
    for name in ["timestamp", "id", "previousEventId"] {
        fields.remove(name);
    }
    fields
        .values_mut()
        .filter_map(Value::as_object_mut)
        .for_each(|details| drop(details.remove("roleArn")));
    Some(fields)
}

fn same_details(expected: &Map<String, Value>, actual: &Map<String, Value>, comparison: &Comparison<'_>) -> bool {
    let same = |(key, value): (&String, &Value)| {
        let Some(other) = actual.get(key) else {
            return false;
        };
        match (key.as_str(), value, other) {
            ("input" | "output" | "parameters" | "cause", ..) => comparison.payload_matches(value, other),
            ("assignedVariables", Value::Object(a), Value::Object(b)) => {
                let same = |(name, value)| {
                    b.get(name)
                        .is_some_and(|other| comparison.payload_matches(value, other))
                };
                a.len() == b.len() && a.iter().all(same)
            }
            _ => comparison.matches(value, other),
        }
    };
    expected.len() == actual.len() && expected.iter().all(same)
}

fn concurrent(events: &[Value]) -> bool {
    let of = |kind: &str| events.iter().filter(|event| event["type"] == kind).count();
    of("MapIterationStarted") > 1 || of("ParallelStateStarted") > 0
}
