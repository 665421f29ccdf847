use std::collections::BTreeSet;

use crate::action::Action;
use crate::definition::references;
use crate::machine::{MachineVersion, ObservedMachine, Revision};
use crate::plan::{Plan, Property, Step, When};
use crate::role::POLICY_NAME;
use crate::{AliasTarget, Observed, Scope, alias, policy};

/// Going back to a version that was live before.
#[derive(Clone, Debug, PartialEq)]
pub struct Rollback {
    /// The version that becomes live.
    pub version: u64,
    /// The version that is live.
    pub from: u64,
    /// The version that was gone back from before, where that is why nothing is done.
    pub back_from: Option<u64>,
    /// The one call that does it; none where the version is live already.
    pub plan: Plan,
}

/// Why there is no going back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RollbackError {
    /// The state machine is not there, is being deleted, or no version of it is live.
    #[error("no version of `{0}` is live")]
    NotLive(String),
    /// The state machine is not the stack's.
    #[error("state machine `{0}` is not the stack's")]
    Foreign(String),
    /// No other version was live.
    #[error("there is nothing to go back to: version {live} is the first that is live of `{machine}`")]
    Nothing {
        /// The state machine.
        machine: String,
        /// The version that is live.
        live: u64,
        /// The other versions that are there.
        others: Vec<u64>,
    },
    /// A version that is not there.
    #[error("`{machine}` has no version {version}")]
    NoVersion {
        /// The state machine.
        machine: String,
        /// The version.
        version: u64,
        /// The versions that are there.
        versions: Vec<u64>,
    },
    /// What a version needs is not there any more.
    #[error("version {version} of `{machine}` cannot run any more: {}", .missing.join("; "))]
    Missing {
        /// The state machine.
        machine: String,
        /// The version.
        version: u64,
        /// What it needs, in words.
        missing: Vec<String>,
    },
}

impl RollbackError {
    /// What to do next.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            RollbackError::NotLive(_) => Some("`stepwright status` shows what is deployed".to_owned()),
            RollbackError::Foreign(_) => None,
            RollbackError::Nothing { others, .. } if others.is_empty() => {
                Some("deploy the workspace as it was before".to_owned())
            }
            RollbackError::Nothing { others: versions, .. } | RollbackError::NoVersion { versions, .. } => {
                let versions: Vec<String> = versions.iter().map(u64::to_string).collect();
                Some(format!("`--to` takes one of these versions: {}", versions.join(", ")))
            }
            RollbackError::Missing { .. } => {
                Some("deploy the workspace as it was at that version: that makes what is missing again".to_owned())
            }
        }
    }
}

/// What makes the version `to` of the state machine `name` live, or else the one that was live before. That is safe to
/// repeat: where the last thing was to go back, it goes no further by itself.
///
/// # Errors
/// There is none, or what it needs is gone.
pub fn rollback(scope: &Scope, observed: &Observed, name: &str, to: Option<u64>) -> Result<Rollback, RollbackError> {
    let found = observed.machines.get(name).filter(|machine| !machine.deleting);
    let machine = found.ok_or_else(|| RollbackError::NotLive(name.to_owned()))?;
    if !scope.owns(&machine.tags) {
        return Err(RollbackError::Foreign(name.to_owned()));
    }
    let from = machine.live().ok_or_else(|| RollbackError::NotLive(name.to_owned()))?;
    let back_from = machine.back_from().filter(|_| to.is_none());
    let version = target(name, machine, from, to)?;
    let missing = missing(scope, observed, name, version);
    if !missing.is_empty() {
        return Err(RollbackError::Missing {
            machine: name.to_owned(),
            version: version.number,
            missing,
        });
    }
    let version = version.number;
    let plan = match version == from && !machine.is_shifting() {
        true => Plan::default(),
        false => moving(name, machine, version),
    };
    Ok(Rollback {
        version,
        from,
        back_from,
        plan,
    })
}

/// While traffic shifts, going back is to the version that it shifts away from; after that, going back is done.
fn target<'a>(
    name: &str,
    machine: &'a ObservedMachine,
    live: u64,
    to: Option<u64>,
) -> Result<&'a MachineVersion, RollbackError> {
    let numbers = || machine.versions.iter().map(|version| version.number);
    let wanted = match to {
        Some(version) => Some(version),
        None if machine.is_shifting() || machine.back_from().is_some() => Some(live),
        None => machine.live_before().first().copied(),
    };
    let wanted = wanted.ok_or_else(|| RollbackError::Nothing {
        machine: name.to_owned(),
        live,
        others: numbers().filter(|number| *number != live).collect(),
    })?;
    let found = machine.versions.iter().find(|version| version.number == wanted);
    found.ok_or_else(|| RollbackError::NoVersion {
        machine: name.to_owned(),
        version: wanted,
        versions: numbers().collect(),
    })
}

/// What was live after `version` is forgotten: `deploy` is the way forward.
fn moving(name: &str, machine: &ObservedMachine, version: u64) -> Plan {
    let (live, before) = (machine.live(), machine.live_before());
    let place = before.iter().position(|number| *number == version);
    let (back_from, before) = match place {
        Some(place) => (live, before.get(place + 1..).unwrap_or_default().to_vec()),
        None if live == Some(version) => {
            let mut shifted = machine.alias.iter().map(|route| route.version);
            (shifted.find(|number| *number != version), before)
        }
        None => (None, machine.before(Some(version))),
    };
    let change = Property::new(alias::VERSION, alias::routes(&machine.alias), version.to_string());
    let target = AliasTarget {
        version: Some(version),
        rest: None,
        back_from,
        before,
    };
    Plan {
        steps: vec![Step {
            action: Action::UpdateStateMachineAlias {
                machine: name.to_owned(),
                machine_type: machine.machine_type,
                target,
            },
            changes: vec![change],
            after: Vec::new(),
            when: When::Always,
            watch: None,
        }],
        ..Plan::default()
    }
}

/// What the version needs and is not there, in words.
fn missing(scope: &Scope, observed: &Observed, name: &str, version: &MachineVersion) -> Vec<String> {
    let Some(revision) = &version.revision else {
        return vec![format!("state machine version `{name}:{}` is gone", version.number)];
    };
    let mut missing: Vec<String> = missing_functions(scope, observed, revision);
    let Some(role) = observed.roles.get(name) else {
        missing.push(format!("role `{name}` is gone"));
        return missing;
    };
    let needed = policy::revision_permissions(revision, scope);
    let allowed = role.policies.get(POLICY_NAME);
    let is_allowed =
        needed.is_none_or(|needed| allowed.is_some_and(|allowed| policy::covers(allowed, &needed.permissions)));
    if !is_allowed {
        missing.push(format!("role `{name}` does not allow all that it needs"));
    }
    missing
}

/// Only of functions that are named as the stack's are: others are looked after elsewhere.
fn missing_functions(scope: &Scope, observed: &Observed, revision: &Revision) -> Vec<String> {
    let named: BTreeSet<(String, Option<u64>)> = references(&revision.definition, &scope.function_arn_prefix());
    let ours = named.into_iter().filter(|(name, _)| name.starts_with(&scope.prefix()));
    let missing = ours.filter_map(|(name, version)| {
        let Some(function) = observed.functions.get(&name) else {
            return Some(format!("function `{name}` is gone"));
        };
        let version = version?;
        let is_there = function.versions.iter().any(|found| found.number == version);
        (!is_there).then(|| format!("version {version} of function `{name}` is gone"))
    });
    missing.collect()
}
