//! What carries a stack's tags and belongs to nothing that the workspace has.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use crate::plan::removal;
use crate::{Kind, Names, Observed, ObservedMachine, Plan, Resource, Scope, Tags};

/// What a workspace has of a stack, in every stage alike.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    /// The stages.
    pub stages: BTreeSet<String>,
    /// The logical names of functions.
    pub functions: BTreeSet<String>,
    /// The logical names of state machines.
    pub machines: BTreeSet<String>,
}

/// A resource of the stack that nothing in the workspace accounts for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Orphan {
    /// The stage it was made for.
    pub stage: String,
    /// The resource.
    #[serde(flatten)]
    pub resource: Resource,
    /// Why it is none of the workspace's.
    pub reason: Reason,
    /// How many executions of it are under way, as far as they can be counted.
    #[serde(skip_serializing_if = "is_zero")]
    pub executions: u64,
}

/// Why a resource is none of the workspace's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The workspace has no such stage.
    NoStage,
    /// The stage is there, and has no function or state machine of the name.
    NoResource,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Orphans {
    /// By stage, in the order of a teardown.
    pub orphans: Vec<Orphan>,
    /// What would be an orphan if it were not used by what is not one. The next deploy removes it when it can.
    pub in_use: Vec<Orphan>,
    scope: Option<Scope>,
    resources: Observed,
}

/// Looks for orphans among what is `observed` in the account and region of `scope`, whatever its stage. What carries
/// another stack's tags, or another region's, or none, is never one.
#[must_use]
pub fn orphans(scope: &Scope, workspace: &Workspace, observed: &Observed) -> Orphans {
    let search = Search {
        scope,
        observed,
        names: workspace
            .stages
            .iter()
            .map(|stage| (stage.as_str(), names(scope, stage, workspace)))
            .collect(),
    };
    let mut found = Orphans {
        scope: Some(scope.clone()),
        ..Orphans::default()
    };
    for orphan in search.candidates() {
        if search.is_in_use(&orphan) {
            found.in_use.push(orphan);
        } else {
            copy(&orphan.resource, observed, &mut found.resources);
            found.orphans.push(orphan);
        }
    }
    // What is found is in the order of a teardown, and stays so within a stage.
    let place = |orphan: &Orphan| (orphan.stage.clone(), orphan.reason);
    found.orphans.sort_by_key(place);
    found.in_use.sort_by_key(place);
    found
}

impl Orphans {
    /// What removes the orphans, in the order of a teardown.
    #[must_use]
    pub fn removal(&self) -> Plan {
        removal(&self.resources)
    }

    /// The same for each stage by itself, each to be carried out under the stage's own lock, which goes with that.
    #[must_use]
    pub fn removals(&self) -> Vec<(Scope, Plan)> {
        let stages: BTreeSet<&String> = self.orphans.iter().map(|orphan| &orphan.stage).collect();
        let removal_of = |stage: &String| {
            let scope = of_stage(self.scope.as_ref()?, stage);
            let mut resources = Observed::default();
            for orphan in self.orphans.iter().filter(|orphan| orphan.stage == *stage) {
                copy(&orphan.resource, &self.resources, &mut resources);
            }
            resources.log_groups.remove(&scope.lock());
            let plan = removal(&resources);
            Some((scope, plan))
        };
        stages.into_iter().filter_map(removal_of).collect()
    }

    /// The orphaned state machines with the resources' descriptions.
    #[must_use]
    pub fn machines(&self) -> &BTreeMap<String, ObservedMachine> {
        &self.resources.machines
    }
}

struct Search<'a> {
    scope: &'a Scope,
    observed: &'a Observed,
    /// The deployed names by stage.
    names: BTreeMap<&'a str, Names>,
}

impl Search<'_> {
    fn candidates(&self) -> Vec<Orphan> {
        let observed = self.observed;
        let roles = observed.roles.iter().filter_map(|(name, role)| {
            let orphan = self.orphan(Kind::Role, name, &role.tags)?;
            let path = of_stage(self.scope, &orphan.stage).role_path();
            (role.path == path).then_some(orphan)
        });
        let groups = observed.log_groups.iter();
        let groups = groups.filter_map(|(name, group)| self.orphan(Kind::LogGroup, name, &group.tags));
        let functions = observed.functions.iter();
        let functions = functions.filter_map(|(name, function)| self.orphan(Kind::Function, name, &function.tags));
        let machines = observed.machines.iter().filter_map(|(name, machine)| {
            let orphan = self.orphan(Kind::StateMachine, name, &machine.tags)?;
            Some(Orphan {
                executions: machine.executions(),
                ..orphan
            })
        });
        let alarms = observed.alarms.iter();
        let alarms = alarms.filter_map(|(name, alarm)| self.orphan(Kind::Alarm, name, &alarm.tags));
        let dashboards = observed.dashboards.iter();
        let dashboards =
            dashboards.filter_map(|(name, dashboard)| self.orphan(Kind::Dashboard, name, &dashboard.tags()));
        let monitoring = alarms.chain(dashboards);
        monitoring
            .chain(machines)
            .chain(functions)
            .chain(roles)
            .chain(groups)
            .collect()
    }

    fn orphan(&self, kind: Kind, name: &str, tags: &Tags) -> Option<Orphan> {
        let stage = self.scope.stage_of(tags)?;
        let reason = match self.names.get(stage) {
            None => Reason::NoStage,
            // Whoever changes the stage next takes the lock over.
            Some(_) if name == of_stage(self.scope, stage).lock() => return None,
            Some(_) if kind == Kind::Dashboard => return None,
            Some(names) if kind == Kind::Alarm => {
                let watched = of_stage(self.scope, stage).name(Scope::logical_of(tags)?);
                let is_there = has(names, Kind::Function, &watched) || has(names, Kind::StateMachine, &watched);
                (!is_there).then_some(Reason::NoResource)?
            }
            Some(names) if !has(names, kind, name) => Reason::NoResource,
            Some(_) => return None,
        };
        Some(Orphan {
            stage: stage.to_owned(),
            resource: Resource {
                kind,
                name: name.to_owned(),
            },
            reason,
            executions: 0,
        })
    }

    /// Whether a function, or the role or the log group of one, is called by what stays of its stage.
    fn is_in_use(&self, orphan: &Orphan) -> bool {
        if orphan.reason == Reason::NoStage || matches!(orphan.resource.kind, Kind::StateMachine | Kind::Alarm) {
            return false;
        }
        let name = &orphan.resource.name;
        let function = name
            .strip_prefix(Scope::function_log_group("").as_str())
            .unwrap_or(name);
        let staying = self.observed.machines.iter().filter(|(name, machine)| {
            self.scope.stage_of(&machine.tags) == Some(&orphan.stage)
                && self
                    .names
                    .get(orphan.stage.as_str())
                    .is_some_and(|names| names.machines.contains(*name))
        });
        let arn = self.scope.function_arn(function);
        staying.into_iter().any(|(_, machine)| may_call(machine, &arn))
    }
}

/// Whether a version of the state machine, as far as it is known, calls the function. An execution of one that is not
/// known may call any.
fn may_call(machine: &ObservedMachine, arn: &str) -> bool {
    let known = machine.versions.iter().filter_map(|version| version.revision.as_ref());
    let calls = known.chain([&machine.current]).any(|revision| {
        let text = revision.definition.to_string();
        [':', '"'].iter().any(|end| text.contains(&format!("{arn}{end}")))
    });
    let is_unknown = |number: u64| {
        let version = machine.versions.iter().find(|version| version.number == number);
        version.is_none_or(|version| version.revision.is_none())
    };
    calls
        || machine
            .running
            .iter()
            .any(|running| running.version.is_none_or(is_unknown))
}

fn has(names: &Names, kind: Kind, name: &str) -> bool {
    let names = match kind {
        Kind::Role => &names.roles,
        Kind::LogGroup => &names.log_groups,
        Kind::Function => &names.functions,
        _ => &names.machines,
    };
    names.contains(name)
}

fn names(scope: &Scope, stage: &str, workspace: &Workspace) -> Names {
    let functions = workspace.functions.iter().map(String::as_str);
    let machines = workspace.machines.iter().map(String::as_str);
    Names::new(&of_stage(scope, stage), functions, machines)
}

fn of_stage(scope: &Scope, stage: &str) -> Scope {
    Scope {
        stage: stage.to_owned(),
        ..scope.clone()
    }
}

fn copy(resource: &Resource, from: &Observed, to: &mut Observed) {
    fn one<T: Clone>(name: &str, from: &BTreeMap<String, T>, to: &mut BTreeMap<String, T>) {
        to.extend(from.get(name).map(|found| (name.to_owned(), found.clone())));
    }
    let name = &resource.name;
    match resource.kind {
        Kind::Role => one(name, &from.roles, &mut to.roles),
        Kind::LogGroup => one(name, &from.log_groups, &mut to.log_groups),
        Kind::Function => one(name, &from.functions, &mut to.functions),
        Kind::Alarm => one(name, &from.alarms, &mut to.alarms),
        Kind::Dashboard => one(name, &from.dashboards, &mut to.dashboards),
        _ => one(name, &from.machines, &mut to.machines),
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl fmt::Display for Orphan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Resource { kind, name } = &self.resource;
        write!(formatter, "{kind:<13} {name}")?;
        match self.executions {
            0 => Ok(()),
            executions => write!(formatter, " ({executions} execution(s) under way)"),
        }
    }
}
