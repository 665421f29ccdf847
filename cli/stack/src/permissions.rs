//! What roles gain and lose.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use asl::Json;
use serde::Serialize;

use crate::action::Action;
use crate::policy::{Single, grants};
use crate::summary::ResourceChange;
use crate::{Desired, Kind, Observed, ObservedMachine, Permissions, Plan, Revision, Step, policy};

/// What a role gains and loses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PermissionChange {
    /// What it is granted before anything needs it.
    pub gained: Vec<Grant>,
    /// What it is no longer granted once nothing needs it.
    pub lost: Vec<Grant>,
}

/// Actions on resources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Grant {
    /// `Allow` or `Deny`.
    pub effect: String,
    /// Actions, such as `lambda:InvokeFunction`.
    pub actions: BTreeSet<String>,
    /// ARNs, or `*`.
    pub resources: BTreeSet<String>,
    /// What else the statement says, as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// The states that need it, as far as it is for one of their calls.
    pub states: BTreeSet<String>,
}

/// The documents of roles' inline policies by role and policy, as step after step changes them.
type Documents = BTreeMap<(String, String), Json>;

/// The states that need an action on a resource.
type Callers = BTreeMap<(String, String), BTreeSet<String>>;

/// What roles gain and lose by the steps of a plan that are done now, and by those that wait.
pub(crate) fn explain(desired: &Desired, observed: &Observed, plan: &Plan, changes: [&mut [ResourceChange]; 2]) {
    let mut documents: Documents = BTreeMap::new();
    for (name, role) in &observed.roles {
        let policies = role.policies.iter();
        documents.extend(policies.map(|(policy, document)| ((name.clone(), policy.clone()), document.clone())));
    }
    let [now, later] = changes;
    add(desired, observed, &plan.steps, &mut documents, now);
    add(desired, observed, &plan.waiting, &mut documents, later);
}

fn add(
    desired: &Desired,
    observed: &Observed,
    steps: &[Step],
    documents: &mut Documents,
    changes: &mut [ResourceChange],
) {
    let is_deleted = |role: &str| {
        steps
            .iter()
            .any(|step| matches!(&step.action, Action::DeleteRole { role: gone } if gone == role))
    };
    for step in steps {
        let (role, policy, document) = match &step.action {
            Action::PutRolePolicy { role, policy, document } => (role, policy, Some(document)),
            Action::DeleteRolePolicy { role, policy } => (role, policy, None),
            _ => continue,
        };
        if is_deleted(role) {
            continue;
        }
        let key = (role.clone(), policy.clone());
        let before = of_role(role, documents);
        match document {
            Some(document) => documents.insert(key, document.clone()),
            None => documents.remove(&key),
        };
        let after = of_role(role, documents);
        let found = changes
            .iter_mut()
            .find(|change| change.resource.kind == Kind::Role && change.resource.name == *role);
        if let Some(change) = found {
            let wanted = desired.machines.iter().find(|machine| machine.name == *role);
            let new = wanted.map(|machine| callers(&machine.permissions)).unwrap_or_default();
            let mut old = Callers::new();
            for revision in observed.machines.get(role).into_iter().flat_map(revisions) {
                let known = policy::revision_needs(revision, &desired.scope);
                old.extend(known.iter().flat_map(callers));
            }
            let delta = change.permissions.get_or_insert_default();
            delta.gained.extend(grouped(after.difference(&before), &new));
            delta.lost.extend(grouped(before.difference(&after), &old));
        }
    }
}

/// What all inline policies of a role grant.
fn of_role(role: &str, documents: &Documents) -> BTreeSet<Single> {
    let of_role = documents.iter().filter(|((owner, _), _)| owner == role);
    of_role.flat_map(|(_, document)| grants(document)).collect()
}

/// What grants with the same words, actions and callers have in common.
type Group<'a> = (&'a str, BTreeSet<String>, BTreeSet<String>);

fn grouped<'a>(grants: impl Iterator<Item = &'a Single>, callers: &Callers) -> Vec<Grant> {
    let mut actions: BTreeMap<(&str, &str), BTreeSet<String>> = BTreeMap::new();
    for (rest, action, resource) in grants {
        actions.entry((rest, resource)).or_default().insert(action.clone());
    }
    let mut groups: BTreeMap<Group<'_>, BTreeSet<String>> = BTreeMap::new();
    for ((rest, resource), actions) in actions {
        let of_action = |action: &String| callers.get(&(action.clone(), resource.to_owned()));
        let states = actions.iter().filter_map(of_action).flatten().cloned().collect();
        let group = groups.entry((rest, actions, states)).or_default();
        group.insert(resource.to_owned());
    }
    groups
        .into_iter()
        .map(|(group, resources)| grant(group, resources))
        .collect()
}

fn grant((rest, actions, states): Group<'_>, resources: BTreeSet<String>) -> Grant {
    let rest: Json = rest.parse().unwrap_or_default();
    let condition = policy::with(&rest, "Effect", None);
    let is_bare = condition.as_object().is_none_or(asl::Object::is_empty);
    Grant {
        effect: rest.get("Effect").and_then(Json::as_str).unwrap_or_default().to_owned(),
        actions,
        resources,
        condition: (!is_bare).then(|| condition.to_string()),
        states,
    }
}

/// Those of all versions: what is lost late may be for one that is not live any more.
fn revisions(machine: &ObservedMachine) -> impl Iterator<Item = &Revision> {
    let versions = machine.versions.iter().filter_map(|version| version.revision.as_ref());
    versions.chain([&machine.current])
}

fn callers(permissions: &Permissions) -> Callers {
    let mut callers = Callers::new();
    for (need, states) in permissions.needs.iter() {
        let of_need = callers.entry((need.action.clone(), need.resource.clone()));
        of_need.or_default().extend(states.iter().cloned());
    }
    for statement in &permissions.own {
        for action in &statement.actions {
            for resource in &statement.resources {
                let of_own = callers.entry((action.clone(), resource.clone()));
                of_own.or_default().extend(statement.states.iter().cloned());
            }
        }
    }
    callers
}

impl fmt::Display for PermissionChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gained = self.gained.iter().map(|grant| format!("+ {grant}"));
        let lost = self.lost.iter().map(|grant| format!("- {grant}"));
        formatter.write_str(&gained.chain(lost).collect::<Vec<_>>().join("\n"))
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.effect != "Allow" {
            write!(formatter, "{} ", self.effect)?;
        }
        write!(formatter, "{} on {}", self.actions(), self.resources().join(", "))?;
        if let Some(condition) = &self.condition {
            write!(formatter, " {condition}")?;
        }
        if !self.states.is_empty() {
            let states: Vec<&str> = self.states.iter().map(String::as_str).collect();
            let word = if states.len() == 1 { "state" } else { "states" };
            write!(formatter, ", for {word} {}", states.join(", "))?;
        }
        Ok(())
    }
}

/// Most actions that people see; programs get all of them.
const MAX_ACTIONS: usize = 4;

impl Grant {
    fn actions(&self) -> String {
        let actions: Vec<&str> = self.actions.iter().map(String::as_str).collect();
        match actions.as_slice() {
            [first, rest @ ..] if rest.len() >= MAX_ACTIONS => format!("{first} and {} more", rest.len()),
            actions => actions.join(", "),
        }
    }

    /// What is granted with versions and without is told once, as `name[:*]`.
    fn resources(&self) -> Vec<String> {
        let all = |resource: &str| self.resources.contains(&format!("{resource}:*"));
        let is_told = |resource: &&String| {
            resource
                .strip_suffix(":*")
                .is_some_and(|bare| self.resources.contains(bare))
        };
        let resources = self.resources.iter().filter(|resource| !is_told(resource));
        let told = resources.map(|resource| match all(resource) {
            true => format!("{}[:*]", short(resource)),
            false => short(resource).to_owned(),
        });
        told.collect()
    }
}

/// An ARN from its resource on: partition, account and region are told before.
fn short(arn: &str) -> &str {
    arn.splitn(6, ':')
        .nth(5)
        .filter(|_| arn.starts_with("arn:"))
        .unwrap_or(arn)
}
