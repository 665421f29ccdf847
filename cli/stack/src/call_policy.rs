//! Whether a state machine's role lets its states make their calls, decided where nothing asks IAM.

use std::collections::{BTreeMap, BTreeSet};

use asl::{Json, State};

use crate::access::{Context, Decision, Others, Request, decide};
use crate::policy::{Uses, machine_statements};
use crate::statement::{self, Need};
use crate::{Declared, Derivation, Place, Scope, needs_of_call};

/// What the role of a state machine allows its states.
#[derive(Clone, Debug)]
pub struct CallPolicy {
    scope: Scope,
    logical: String,
    machine: String,
    functions: Vec<String>,
    declared: Declared,
    document: Json,
    incomplete: BTreeSet<String>,
}

impl CallPolicy {
    /// That of the state machine of which `derivation` tells, with what is `declared` for it.
    #[must_use]
    pub fn new(derivation: &Derivation, place: Place<'_>, declared: Declared) -> CallPolicy {
        // What serves the ends of the machine itself is no call of a state.
        let statements = machine_statements(&derivation.permissions(), Uses::default());
        CallPolicy {
            scope: place.scope.clone(),
            logical: place.logical.to_owned(),
            machine: place.machine.to_owned(),
            functions: place.functions.iter().map(|&function| function.to_owned()).collect(),
            document: statement::document(&statements),
            incomplete: derivation.incomplete.clone(),
            declared,
        }
    }

    /// Whether it is known what the state needs: it may lack what nobody has said yet.
    #[must_use]
    pub fn knows(&self, state: &str) -> bool {
        !self.incomplete.contains(state)
    }

    /// The first that a call of `state` with these `arguments` needs and the role is not allowed. What cannot be decided here
    /// is not held against the call.
    #[must_use]
    pub fn lacks(&self, state: &State, arguments: &Json) -> Option<Need> {
        let functions: Vec<&str> = self.functions.iter().map(String::as_str).collect();
        let place = Place {
            scope: &self.scope,
            logical: &self.logical,
            machine: &self.machine,
            functions: &functions,
        };
        let needs = needs_of_call(state, arguments, place, &self.declared);
        needs.into_iter().find(|need| self.refuses(need))
    }

    /// The ARN of a session of the role, under which its calls are made.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns>
    #[must_use]
    pub fn session_arn(&self, session: &str) -> String {
        let Scope { partition, account, .. } = &self.scope;
        format!("arn:{partition}:sts::{account}:assumed-role/{}/{session}", self.machine)
    }

    fn refuses(&self, need: &Need) -> bool {
        let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (key, of_key) in need.conditions.values().flatten() {
            values.insert(key.clone(), of_key.iter().cloned().collect());
        }
        let request = Request {
            principals: &[],
            action: &need.action,
            resource: &need.resource,
            context: &Context {
                values,
                others: Others::Unknown,
            },
        };
        matches!(
            decide([&self.document], &request),
            Decision::Denied | Decision::NotAllowed
        )
    }
}

#[cfg(test)]
mod tests;
