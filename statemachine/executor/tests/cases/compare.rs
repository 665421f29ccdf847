//! What a case says against what happened.

use executor::history::EventDetails;
use executor::{Failure, Outcome};
use serde_json::{Map, Value};

use crate::case::{Case, Seconds};
use crate::run::Run;

/// Everything that differs, each in a line.
pub(crate) fn differences(case: &Case, run: &Run) -> Vec<String> {
    let mut found = Differences::default();
    if let Some(code) = &case.refused {
        found.0.push(format!("it is not refused with {code}"));
    }
    end(case, run, &mut found);
    history(case, run, &mut found);
    for (state, expected) in &case.calls {
        let calls = run.calls.get(state).cloned().unwrap_or_default();
        found.compare(
            &format!("calls of {state}"),
            &Value::from(expected.clone()),
            &Value::from(calls),
        );
    }
    if let Some(expected) = &case.visited {
        found.compare("visited", &Value::from(expected.clone()), &Value::from(visited(run)));
    }
    if let Some(expected) = &case.seconds {
        let passed = run.execution.now().duration_since(run.execution.started_at());
        let passed = passed.as_secs_f64();
        let right = match expected {
            Seconds::Exactly(seconds) => (passed - seconds).abs() < 1e-6,
            Seconds::Between(least, most) => (*least..*most).contains(&passed),
        };
        if !right {
            found.0.push(format!("seconds: expected {expected:?}, was {passed}"));
        }
    }
    let unused = run.left_over.iter();
    found
        .0
        .extend(unused.map(|state| format!("tasks: {state} was not called as often as the case says")));
    found.0
}

#[derive(Default)]
struct Differences(Vec<String>);

impl Differences {
    fn compare(&mut self, name: &str, expected: &Value, actual: &Value) {
        if !same(expected, actual) {
            self.0
                .push(format!("{name}: expected {}, was {}", short(expected), short(actual)));
        }
    }
}

/// `<any>` stands for any value.
fn same(expected: &Value, actual: &Value) -> bool {
    match (expected, actual) {
        (Value::String(text), _) if text == "<any>" => true,
        (Value::Object(a), Value::Object(b)) => {
            let same = |(key, value): (&String, &Value)| b.get(key).is_some_and(|other| same(value, other));
            a.len() == b.len() && a.iter().all(same)
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        _ => expected == actual,
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(1_000) {
        Some((end, _)) => format!("{}... ({} bytes)", &text[..end], text.len()),
        None => text,
    }
}

fn end(case: &Case, run: &Run, found: &mut Differences) {
    let text = |text: &Option<String>| text.as_deref().map_or(Value::Null, Value::from);
    let outcome = run.execution.outcome();
    let status = outcome.map_or("RUNNING", |outcome| outcome.status().as_str());
    let none = Failure::default();
    let failure = match outcome {
        Some(Outcome::Failed(failure) | Outcome::Aborted(failure)) => failure,
        _ => &none,
    };
    let part = |part: &Option<std::sync::Arc<str>>| part.as_deref().map_or(Value::Null, Value::from);
    let expected = match (&case.status, &case.output) {
        (Some(status), _) => status.as_str(),
        (None, Some(_)) => "SUCCEEDED",
        (None, None) => "FAILED",
    };
    found.compare("status", &expected.into(), &status.into());
    found.compare("error", &text(&case.error), &part(&failure.error));
    found.compare("cause", &text(&case.cause), &part(&failure.cause));
    if let (Some(expected), Some(Outcome::Succeeded(output))) = (&case.output, outcome) {
        found.compare("output", expected, &serde_json::to_value(output).unwrap_or_default());
    }
}

fn visited(run: &Run) -> Vec<String> {
    let events = run.execution.history().events().iter();
    let names = events.filter_map(|event| match &event.details {
        EventDetails::StateEntered { name, .. } => Some(name.to_string()),
        _ => None,
    });
    names.collect()
}

fn history(case: &Case, run: &Run, found: &mut Differences) {
    let events = run.execution.history().events();
    if let Some(expected) = case.events {
        found.compare("events", &expected.into(), &events.len().into());
    }
    if let Some(expected) = &case.history {
        let words = events.iter().map(|event| match event.id.saturating_sub(1) {
            before if before == event.previous_event_id => event.type_name().to_owned(),
            _ => format!("{}<{}", event.type_name(), event.previous_event_id),
        });
        found.compare(
            "history",
            &expected.as_str().into(),
            &words.collect::<Vec<_>>().join(" ").into(),
        );
    }
    for (id, expected) in &case.details {
        let event = id.checked_sub(1).and_then(|place| events.get(place));
        let actual = event.map(|event| serde_json::to_value(event).unwrap_or_default());
        let details = actual.as_ref().and_then(details_of);
        for (name, value) in expected {
            let actual = details
                .and_then(|details| details.get(name))
                .cloned()
                .unwrap_or_default();
            found.compare(&format!("event {id}: {name}"), value, &actual);
        }
    }
}

fn details_of(event: &Value) -> Option<&Map<String, Value>> {
    let mut fields = event.as_object()?.iter();
    fields.find_map(|(key, value)| value.as_object().filter(|_| key.ends_with("EventDetails")))
}
