//! What roles gain and lose.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use asl::{Json, MachineType, StateKind, Target};
use serde::Serialize;

use crate::action::Action;
use crate::grants::visit;
use crate::reference::FunctionReference;
use crate::summary::ResourceChange;
use crate::{Desired, Kind, Observed, ObservedMachine, Plan, Scope, Step, policy};

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

/// The states that invoke a function, by the function's ARN.
type Callers = BTreeMap<String, BTreeSet<String>>;

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
            let wanted = wanted.map(|machine| machine.definition.unversioned());
            let new = callers(&desired.scope, wanted);
            let old = callers(
                &desired.scope,
                observed
                    .machines
                    .get(role)
                    .iter()
                    .flat_map(|machine| definitions(machine)),
            );
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

/// What is granted, taken apart: what the statement says beside actions and resources, one action, one resource.
type Single = (String, String, String);

/// What a policy grants.
pub(crate) fn grants(document: &Json) -> BTreeSet<Single> {
    let mut all = BTreeSet::new();
    for statement in policy::statements(document) {
        let rest = [policy::SID, policy::ACTION, policy::RESOURCE];
        let rest = rest
            .iter()
            .fold(statement.clone(), |left, key| policy::with(&left, key, None));
        let resources = some(policy::items(statement, policy::RESOURCE));
        for action in some(policy::items(statement, policy::ACTION)) {
            all.extend(
                resources
                    .iter()
                    .map(|resource| (rest.to_string(), action.clone(), resource.clone())),
            );
        }
    }
    all
}

/// A statement says `NotAction` or `NotResource` where it has none; it still grants something.
fn some(items: BTreeSet<String>) -> BTreeSet<String> {
    if items.is_empty() {
        BTreeSet::from([String::new()])
    } else {
        items
    }
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
        let states = callers
            .get(resource.trim_end_matches(":*"))
            .cloned()
            .unwrap_or_default();
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
fn definitions(machine: &ObservedMachine) -> impl Iterator<Item = &Json> {
    let versions = machine.versions.iter().filter_map(|version| version.revision.as_ref());
    let revisions = versions.chain([&machine.current]);
    revisions.map(|revision| &revision.definition)
}

fn callers<'a>(scope: &Scope, definitions: impl IntoIterator<Item = &'a Json>) -> Callers {
    let mut callers = Callers::new();
    for definition in definitions {
        let Some(machine) = crate::diff::read(definition, MachineType::Standard) else {
            continue;
        };
        visit(&machine.flow, &mut |state| {
            let StateKind::Task(task) = &state.kind else { return };
            if let Some(Target::Named(name)) = task.invoked_function() {
                let arn = FunctionReference::new(name, scope).unqualified_arn();
                callers.entry(arn).or_default().insert(state.name.to_string());
            }
        });
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
