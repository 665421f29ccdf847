//! Why it is not known what a state needs.

use std::collections::BTreeSet;

use asl::{Diagnostic, State};

use super::Place;
use super::target::{Unknown, Why};

/// The code of diagnostics about permissions that cannot be derived.
const CODE: &str = "UNKNOWN_PERMISSIONS";

/// Why it is not known what a call needs.
pub(super) enum Problem {
    /// No data file knows the call.
    NoFile,
    /// What it is about is known only at run time.
    Unknown(Missing),
}

/// What is not known of the targets of a call.
#[derive(Default)]
pub(super) struct Missing {
    unknown: Vec<Unknown>,
    /// What its targets look like.
    examples: Vec<String>,
    actions: BTreeSet<String>,
}

impl Missing {
    pub(super) fn is_empty(&self) -> bool {
        self.unknown.is_empty()
    }

    pub(super) fn push(&mut self, unknown: Vec<Unknown>, examples: impl IntoIterator<Item = String>) {
        self.unknown.extend(unknown);
        self.examples.extend(examples);
    }

    /// Adds what is not known of the targets of `actions`.
    pub(super) fn add(&mut self, other: Missing, actions: &[String]) {
        if other.unknown.iter().any(|unknown| unknown.why == Why::Unsaid) {
            self.actions.extend(actions.iter().cloned());
        }
        self.unknown.extend(other.unknown);
        self.examples.extend(other.examples);
    }
}

impl Problem {
    /// The finding about a call of a state.
    pub(super) fn tell(&self, state: &State, call: &str, place: Place<'_>) -> Diagnostic {
        let name = &state.name;
        let subject = subject(name, call);
        let (message, help) = match self {
            Problem::NoFile => (
                format!("{subject}, and what that needs is in no file of templates/iam"),
                format!(
                    "say what it needs in stepwright.toml:\n\n{}\nactions = [\"SERVICE:ACTION\"]\n\
                     resources = [\"ARN\"]\n\nor add a file for the service to stepwright itself: its templates/iam/README.md says how",
                    entry(place.logical, "policy", name)
                ),
            ),
            Problem::Unknown(missing) => (
                format!(
                    "{subject}, and the definition does not tell on what: {}",
                    missing.reasons().join(", ")
                ),
                missing.help(name, place),
            ),
        };
        Diagnostic::error(CODE, &*state.location, message)
            .at(state.span.clone())
            .help(help)
    }
}

impl Missing {
    fn reasons(&self) -> Vec<String> {
        let mut reasons = Vec::new();
        let mut unsaid: Vec<&str> = Vec::new();
        for unknown in &self.unknown {
            let parameter = &unknown.parameter;
            let reason = match &unknown.why {
                Why::AtRunTime(expression) => format!("`{parameter}` is `{expression}`"),
                Why::Input => format!("`{parameter}` is a part of the state's input"),
                Why::Absent => format!("it has no `{parameter}`"),
                Why::Wrong { value, noun } => format!("`{parameter}` is `{value}`, which is not {noun}"),
                Why::Unsaid => {
                    unsaid.push(parameter);
                    continue;
                }
            };
            reasons.push(reason);
        }
        unsaid.dedup();
        if !unsaid.is_empty() {
            reasons.push(format!("it does not name {}", unsaid.join(" or ")));
        }
        reasons.dedup();
        reasons
    }

    fn help(&self, state: &str, place: Place<'_>) -> String {
        let mut examples: Vec<String> = Vec::new();
        for example in &self.examples {
            let quoted = format!("\"{example}\"");
            if !examples.contains(&quoted) {
                examples.push(quoted);
            }
        }
        let resources = match examples.as_slice() {
            [one] => format!("[{one}]"),
            several => format!("[\n  {},\n]", several.join(",\n  ")),
        };
        let mut help = format!(
            "say in stepwright.toml what it may be; `*` may stand for parts of names:\n\n{}\nresources = {resources}",
            entry(place.logical, "allow", state)
        );
        if !self.actions.is_empty() {
            let actions: Vec<String> = self.actions.iter().map(|action| format!("\"{action}\"")).collect();
            help.push_str(&format!(
                "\n\nor, where it does without some: without = [{}]",
                actions.join(", ")
            ));
        }
        help
    }
}

/// Who calls what.
fn subject(state: &str, call: &str) -> String {
    match call.split_once(':') {
        Some(("Task", _)) => format!("state `{state}` assumes a role"),
        Some(("ItemReader", "manifest")) => format!("the `ItemReader` of state `{state}` reads a manifest"),
        Some(("ItemReader", "load-and-flatten")) => format!("the `ItemReader` of state `{state}` loads objects"),
        Some((field @ ("ItemReader" | "ResultWriter"), call)) => {
            format!("the `{field}` of state `{state}` calls `{call}`")
        }
        _ => format!("state `{state}` calls `{call}`"),
    }
}

/// The beginning of an entry about a state.
fn entry(machine: &str, kind: &str, state: &str) -> String {
    // The strings of TOML are those of JSON, as far as names of states go.
    let state = serde_json::Value::from(state);
    format!("[[machines.{machine}.{kind}]]\nstates = [{state}]")
}
