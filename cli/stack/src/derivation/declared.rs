//! What the workspace declares of a state machine's permissions, because its definition does not tell.

use std::collections::BTreeSet;

use super::Call;
use super::target::Target;
use crate::statement::{Conditions, Statement};

/// What the Sids of the workspace's own statements begin with: a policy has no other memory of where they come from.
pub(crate) const SID_PREFIX: &str = "Declared";

/// What the workspace declares of a role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// What calls of states may be about.
    pub allow: Vec<Allowance>,
    /// Statements of its own.
    pub policy: Vec<OwnStatement>,
}

/// What calls may be about that is known only at run time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowance {
    /// The states that make the calls; empty for any.
    pub states: BTreeSet<String>,
    /// The integration they call, such as `dynamodb:putItem`; nothing for any.
    pub integration: Option<String>,
    /// The actions it holds for; empty for all that the calls need.
    pub actions: BTreeSet<String>,
    /// ARNs, or URLs of HTTP endpoints, with wildcards where need be. Each is for the targets that it can be.
    pub resources: Vec<String>,
    /// Actions that the calls do not need.
    pub without: Vec<String>,
}

/// A statement of the workspace's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnStatement {
    /// What it is called, if anything.
    pub sid: Option<String>,
    /// The states that need it.
    pub states: BTreeSet<String>,
    /// Actions.
    pub actions: Vec<String>,
    /// ARNs, or `*`.
    pub resources: Vec<String>,
    /// When it applies.
    pub conditions: Conditions,
}

/// A part of a declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The resource of this place of the allowance of this place.
    Resource(usize, usize),
    /// An action that the allowance of this place says is not needed; by its place among them.
    Without(usize, usize),
    /// The statement of this place.
    Statement(usize),
}

/// What is wrong with a declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// There is no such state.
    UnknownState {
        /// The entry: an allowance or a statement by its place.
        entry: Subject,
        /// What it names.
        state: String,
        /// The states that there are.
        known: BTreeSet<String>,
    },
    /// Nothing needs it.
    Unneeded(Subject),
}

impl Declared {
    /// The workspace's own statements.
    pub(crate) fn statements(&self) -> Vec<Statement> {
        statements(&self.policy)
    }

    /// The statements that are for a state.
    pub(super) fn own_for(&self, state: &str) -> Vec<Subject> {
        let policy = self.policy.iter().enumerate();
        let found = policy.filter(|(_, statement)| statement.states.contains(state));
        found.map(|(place, _)| Subject::Statement(place)).collect()
    }

    /// What says that a call does not need an action.
    pub(super) fn without(&self, call: &Call<'_>, action: &str) -> Option<Subject> {
        let mut allow = self
            .allow
            .iter()
            .enumerate()
            .filter(|(_, allowance)| allowance.is_for(call));
        allow.find_map(|(place, allowance)| {
            let number = allowance.without.iter().position(|without| without == action)?;
            Some(Subject::Without(place, number))
        })
    }

    /// The resources that one of `targets` of a call may be.
    pub(super) fn resources(&self, call: &Call<'_>, targets: &[&Target], actions: &[String]) -> Vec<(Subject, String)> {
        let mut found = Vec::new();
        for (place, allowance) in self.allow.iter().enumerate() {
            let is_for_actions =
                allowance.actions.is_empty() || actions.iter().any(|action| allowance.actions.contains(action));
            if !allowance.is_for(call) || !is_for_actions {
                continue;
            }
            let resources = allowance.resources.iter().enumerate();
            let fitting = resources.filter(|(_, resource)| targets.iter().any(|target| target.fits(resource)));
            found.extend(fitting.map(|(number, resource)| (Subject::Resource(place, number), resource.clone())));
        }
        found
    }

    /// What is wrong with the declarations of a machine with these `states`, of which these parts are `used`.
    pub(super) fn findings(&self, states: &BTreeSet<String>, used: &BTreeSet<Subject>) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut unknown = |entry, named: &BTreeSet<String>| {
            let missing = named.iter().filter(|state| !states.contains(*state));
            findings.extend(missing.map(|state| Finding::UnknownState {
                entry,
                state: state.clone(),
                known: states.clone(),
            }));
        };
        for (place, allowance) in self.allow.iter().enumerate() {
            unknown(Subject::Resource(place, 0), &allowance.states);
        }
        for (place, statement) in self.policy.iter().enumerate() {
            unknown(Subject::Statement(place), &statement.states);
        }
        let parts = self.allow.iter().enumerate().flat_map(|(place, allowance)| {
            let resources = (0..allowance.resources.len()).map(move |number| Subject::Resource(place, number));
            resources.chain((0..allowance.without.len()).map(move |number| Subject::Without(place, number)))
        });
        findings.extend(parts.filter(|part| !used.contains(part)).map(Finding::Unneeded));
        findings
    }
}

/// Statements of the workspace's own, as a role has them.
pub(crate) fn statements(own: &[OwnStatement]) -> Vec<Statement> {
    let statement = |(place, own): (usize, &OwnStatement)| Statement {
        sid: format!(
            "{SID_PREFIX}{}",
            own.sid.clone().unwrap_or_else(|| (place + 1).to_string())
        ),
        actions: own.actions.clone(),
        resources: own.resources.iter().cloned().collect(),
        conditions: own.conditions.clone(),
        states: own.states.clone(),
        notes: BTreeSet::new(),
        purpose: Some("declared in stepwright.toml".to_owned()),
    };
    own.iter().enumerate().map(statement).collect()
}

impl Allowance {
    fn is_for(&self, call: &Call<'_>) -> bool {
        let is_for_state = self.states.is_empty() || self.states.contains(&*call.state.name);
        let is_for_call = self
            .integration
            .as_ref()
            .is_none_or(|integration| *integration == call.name);
        is_for_state && is_for_call
    }
}
