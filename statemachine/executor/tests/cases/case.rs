use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};

/// One rule of the language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) rule: String,
    /// A machine of one state, `S`.
    state: Option<Value>,
    /// A machine that starts with the first of these states.
    states: Option<Value>,
    /// A rule of a Choice state, tried on each item of the input; the output says for which it holds.
    choice: Option<Value>,
    /// Fields of the machine beside its states.
    #[serde(default)]
    machine: Map<String, Value>,
    #[serde(default)]
    pub(crate) express: bool,
    #[serde(default)]
    pub(crate) seed: u64,
    #[serde(default)]
    pub(crate) input: Value,
    /// What the calls of each Task state come to, in order.
    #[serde(default)]
    pub(crate) tasks: BTreeMap<String, Vec<Answer>>,
    pub(crate) stop: Option<Stop>,
    /// The ARNs of activities that do not exist.
    #[serde(default)]
    pub(crate) missing_activities: Vec<String>,

    /// The code of the diagnostic with which the definition is refused.
    pub(crate) refused: Option<String>,
    #[serde(default, deserialize_with = "given")]
    pub(crate) output: Option<Value>,
    pub(crate) status: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) cause: Option<String>,
    /// The types of all events, each with `<` and the event it follows where that is not the one before.
    pub(crate) history: Option<String>,
    /// How many events there are.
    pub(crate) events: Option<usize>,
    /// Some details of some events, by id.
    #[serde(default)]
    pub(crate) details: BTreeMap<usize, Map<String, Value>>,
    /// What each Task state was called with, in order.
    #[serde(default)]
    pub(crate) calls: BTreeMap<String, Vec<Value>>,
    /// The states that were entered, in order.
    pub(crate) visited: Option<Vec<String>>,
    /// How long it took, or between what.
    pub(crate) seconds: Option<Seconds>,
}

/// How a call goes; without a result or an error it never ends.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    #[serde(rename = "return", default, deserialize_with = "given")]
    pub(crate) result: Option<Value>,
    pub(crate) throw: Option<String>,
    pub(crate) cause: Option<String>,
    #[serde(default)]
    pub(crate) at: At,
    /// The answer of the first call of a job or callback.
    #[serde(default, deserialize_with = "given")]
    pub(crate) submitted: Option<Value>,
    /// Who took an activity task.
    pub(crate) worker: Option<String>,
    /// When it starts, in seconds after it was scheduled; never where null.
    #[serde(default = "at_once")]
    pub(crate) starts: Option<u64>,
    /// When it ends, in seconds after it was scheduled.
    #[serde(default)]
    pub(crate) after: u64,
    /// When it tells that it is alive, in seconds after it was scheduled.
    #[serde(default)]
    pub(crate) heartbeats: Vec<u64>,
}

#[expect(clippy::unnecessary_wraps, reason = "it stands for a field that may be null")]
fn at_once() -> Option<u64> {
    Some(0)
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum At {
    Schedule,
    Start,
    Submit,
    #[default]
    Run,
    Timeout,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Seconds {
    Exactly(f64),
    Between(f64, f64),
}

/// Somebody stops the execution.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stop {
    pub(crate) after: u64,
    pub(crate) error: Option<String>,
    pub(crate) cause: Option<String>,
}

impl Case {
    pub(crate) fn definition(&self) -> Value {
        let mut states = match (&self.state, &self.states, &self.choice) {
            (Some(state), None, None) => json!({ "S": state }),
            (None, Some(states), None) => states.clone(),
            (None, None, Some(choice)) => json!({ "S": chosen(choice) }),
            _ => panic!("{}: it needs either `state`, `states` or `choice`", self.rule),
        };
        end(&mut states);
        let mut machine = self.machine.clone();
        let first = states.as_object().and_then(|states| states.keys().next().cloned());
        machine
            .entry("StartAt")
            .or_insert_with(|| first.unwrap_or_default().into());
        machine.insert("States".to_owned(), states);
        Value::Object(machine)
    }
}

/// A Map that tells for which items `rule` holds.
fn chosen(rule: &Value) -> Value {
    let mut rule = rule.clone();
    rule["Next"] = "Yes".into();
    json!({
        "Type": "Map",
        "ItemProcessor": { "States": {
            "C": { "Type": "Choice", "Choices": [rule], "Default": "No" },
            "Yes": { "Type": "Pass", "Result": true },
            "No": { "Type": "Pass", "Result": false },
        } },
    })
}

/// Lets states that name no other end, and machines inside of others start with their first state.
fn end(states: &mut Value) {
    for state in states
        .as_object_mut()
        .into_iter()
        .flatten()
        .filter_map(|(_, state)| state.as_object_mut())
    {
        let kind = state.get("Type").and_then(Value::as_str).unwrap_or_default();
        let goes_on = matches!(kind, "Task" | "Pass" | "Wait" | "Parallel" | "Map");
        if goes_on && !state.contains_key("Next") {
            state.entry("End").or_insert(Value::Bool(true));
        }
        let branches = state
            .get_mut("Branches")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten();
        branches.for_each(start);
        ["ItemProcessor", "Iterator"]
            .iter()
            .for_each(|name| state.get_mut(*name).into_iter().for_each(start));
    }
}

fn start(flow: &mut Value) {
    let Some(flow) = flow.as_object_mut() else {
        return;
    };
    let states = flow.get_mut("States");
    let first = states
        .as_ref()
        .and_then(|states| states.as_object()?.keys().next().cloned());
    states.into_iter().for_each(end);
    flow.entry("StartAt")
        .or_insert_with(|| first.unwrap_or_default().into());
}

/// What is there, null included.
fn given<'a, D: Deserializer<'a>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// The cases of a file. A text such as `<100 x>` stands for a hundred letters.
pub(crate) fn read(path: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut cases: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    lengthen(&mut cases);
    serde_json::from_value(cases).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn lengthen(value: &mut Value) {
    match value {
        Value::String(text) => {
            let length = text.strip_prefix('<').and_then(|text| text.strip_suffix(" x>"));
            if let Some(length) = length.and_then(|length| length.parse().ok()) {
                *text = "x".repeat(length);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(lengthen),
        Value::Object(fields) => fields.values_mut().for_each(lengthen),
        _ => {}
    }
}
