//! What roles are allowed, with what needs it. IAM documents have no comments, so the reasons are kept beside them.

use std::collections::{BTreeMap, BTreeSet};

use asl::Json;
use serde::Serialize;

use crate::policy;

/// Conditions of a statement: the values by operator and key.
pub type Conditions = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// A statement that allows something, with what needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// Its name in the document; empty where it has none.
    pub sid: String,
    /// Actions, such as `lambda:InvokeFunction`.
    pub actions: Vec<String>,
    /// ARNs, or `*`.
    pub resources: BTreeSet<String>,
    /// When it applies.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub conditions: Conditions,
    /// The states that need it.
    pub states: BTreeSet<String>,
    /// Why it is on more than one name.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub notes: BTreeSet<String>,
    /// What it is for, where no state alone needs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
}

impl Statement {
    /// One that no state needs.
    pub(crate) fn new<S: Into<String>>(
        sid: &str,
        actions: impl IntoIterator<Item = S>,
        resources: impl IntoIterator<Item = String>,
        purpose: &str,
    ) -> Statement {
        Statement {
            sid: sid.to_owned(),
            actions: actions.into_iter().map(Into::into).collect(),
            resources: resources.into_iter().collect(),
            conditions: Conditions::new(),
            states: BTreeSet::new(),
            notes: BTreeSet::new(),
            purpose: Some(purpose.to_owned()),
        }
    }

    /// What needs it, in words.
    #[must_use]
    pub fn reason(&self) -> String {
        let states: Vec<String> = self.states.iter().map(|state| format!("`{state}`")).collect();
        let word = if states.len() == 1 { "state" } else { "states" };
        let states = (!states.is_empty()).then(|| format!("{word} {}", states.join(", ")));
        let parts: Vec<String> = states.into_iter().chain(self.purpose.clone()).collect();
        parts.join("; ")
    }

    /// As a policy document has it.
    #[must_use]
    pub fn json(&self) -> Json {
        let sid = (!self.sid.is_empty()).then(|| ("Sid", Json::from(self.sid.as_str())));
        let condition = (!self.conditions.is_empty()).then(|| ("Condition", conditions(&self.conditions)));
        let is_any = self.resources.len() == 1 && self.resources.contains("*");
        let resource = if is_any {
            Json::from("*")
        } else {
            policy::texts(self.resources.iter().map(String::as_str))
        };
        let rest = [
            ("Effect", Json::from("Allow")),
            ("Action", policy::texts(self.actions.iter().map(String::as_str))),
            ("Resource", resource),
        ];
        Json::object(sid.into_iter().chain(rest).chain(condition))
    }
}

fn conditions(all: &Conditions) -> Json {
    Json::object(all.iter().map(|(operator, keys)| {
        let keys = keys.iter().map(|(key, values)| {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            let value = match values.as_slice() {
                [value] => Json::from(*value),
                values => policy::texts(values.iter().copied()),
            };
            (key.as_str(), value)
        });
        (operator.as_str(), Json::object(keys))
    }))
}

/// The policy document of statements.
#[must_use]
pub(crate) fn document(statements: &[Statement]) -> Json {
    policy::document(statements.iter().map(Statement::json))
}

/// One action on one resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Need {
    /// The action, such as `lambda:InvokeFunction`.
    pub action: String,
    /// An ARN, which may have wildcards, or `*`.
    pub resource: String,
    /// When it is needed.
    pub conditions: Conditions,
}

/// What a state machine is allowed, beside what serves its own ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permissions {
    /// What its states need.
    pub needs: Needs,
    /// What the workspace allows it besides.
    pub own: Vec<Statement>,
}

/// Why something is needed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Reason {
    states: BTreeSet<String>,
    /// What a statement of it alone is called.
    sids: BTreeSet<String>,
    /// Why it is on more than one name.
    notes: BTreeSet<String>,
}

/// What the executions of a state machine need, with the states that need it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs(BTreeMap<Need, Reason>);

impl Needs {
    /// Adds what `state` needs; a statement of nothing else is called `sid`, and `note` says why it is on more than one
    /// name.
    pub(crate) fn add(&mut self, need: Need, state: &str, sid: &str, note: Option<&str>) {
        let note = note.filter(|_| need.resource.contains('*')).map(str::to_owned);
        let reason = self.0.entry(need).or_default();
        reason.states.insert(state.to_owned());
        reason.sids.insert(sid.to_owned());
        reason.notes.extend(note);
    }

    /// All of it, with the states that need it.
    pub fn iter(&self) -> impl Iterator<Item = (&Need, &BTreeSet<String>)> {
        self.0.iter().map(|(need, reason)| (need, &reason.states))
    }

    /// As few statements as allow this and nothing else: what has the same resources, and then what has the same actions,
    /// is one.
    #[must_use]
    pub fn statements(&self) -> Vec<Statement> {
        type Actions = BTreeSet<String>;
        let mut by_resource: BTreeMap<(&Conditions, &str), (Actions, Reason)> = BTreeMap::new();
        for (need, reason) in &self.0 {
            let (actions, reasons) = by_resource.entry((&need.conditions, &need.resource)).or_default();
            actions.insert(need.action.clone());
            reasons.add(reason);
        }
        let mut by_actions: BTreeMap<(Actions, &Conditions), (BTreeSet<String>, Reason)> = BTreeMap::new();
        for ((conditions, resource), (actions, reason)) in by_resource {
            let (resources, reasons) = by_actions.entry((actions, conditions)).or_default();
            resources.insert(resource.to_owned());
            reasons.add(&reason);
        }
        let mut statements: Vec<Statement> = Vec::new();
        for ((actions, conditions), (resources, reason)) in by_actions {
            let sid = sid(&actions, &reason.sids);
            statements.push(Statement {
                sid: free(sid, &statements),
                actions: actions.into_iter().collect(),
                resources,
                conditions: conditions.clone(),
                states: reason.states,
                notes: reason.notes,
                purpose: None,
            });
        }
        statements
    }
}

impl Reason {
    fn add(&mut self, other: &Reason) {
        self.states.extend(other.states.iter().cloned());
        self.sids.extend(other.sids.iter().cloned());
        self.notes.extend(other.notes.iter().cloned());
    }
}

/// The name that all parts of a statement agree on, or one made of its actions.
fn sid(actions: &BTreeSet<String>, sids: &BTreeSet<String>) -> String {
    if let [sid] = sids.iter().collect::<Vec<_>>().as_slice()
        && !sid.is_empty()
    {
        return (*sid).clone();
    }
    let mut by_service: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (service, action) in actions.iter().filter_map(|action| action.split_once(':')) {
        by_service.entry(service).or_default().push(action);
    }
    let parts = by_service
        .into_iter()
        .map(|(service, actions)| match actions.as_slice() {
            [one] => format!("{}{one}", capitalized(service)),
            [one, other] => format!("{}{one}And{other}", capitalized(service)),
            [one, rest @ ..] => format!("{}{one}And{}More", capitalized(service), rest.len()),
            [] => String::new(),
        });
    let sid: String = parts.collect();
    // A Sid takes letters and digits alone.
    sid.chars().filter(char::is_ascii_alphanumeric).collect()
}

pub(crate) fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
        .unwrap_or_default()
}

/// IAM takes every `Sid` once.
fn free(sid: String, taken: &[Statement]) -> String {
    let is_taken = |sid: &str| taken.iter().any(|statement| statement.sid == sid);
    if !is_taken(&sid) {
        return sid;
    }
    let numbered = (2..).map(|number| format!("{sid}{number}"));
    numbered.into_iter().find(|sid| !is_taken(sid)).unwrap_or(sid)
}
