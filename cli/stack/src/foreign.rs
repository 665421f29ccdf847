use serde::Serialize;

use crate::action::{Kind, Resource};
use crate::scope::owner;
use crate::{Names, Observed, ObservedDashboard, Scope, Tags};

/// A resource with a name of the stack that is not the stack's. It is neither adopted nor deleted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, thiserror::Error)]
#[error("{resource} {owner}")]
pub struct Foreign {
    /// The resource.
    pub resource: Resource,
    /// Whose it is, in words.
    pub owner: String,
    /// The region whose deployment of the very same stage it is part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elsewhere: Option<String>,
}

/// What has one of the stack's `names` and is not its own.
#[must_use]
pub fn foreign(scope: &Scope, names: &Names, observed: &Observed) -> Vec<Foreign> {
    let check = |kind: Kind, name: &String, tags: Option<&Tags>| {
        let tags = tags.filter(|tags| !scope.owns(tags))?;
        Some(Foreign {
            resource: Resource {
                kind,
                name: name.clone(),
            },
            owner: owner(tags),
            elsewhere: scope.region_of(tags),
        })
    };
    let groups = names.log_groups.iter().map(|name| {
        let found = observed.log_groups.get(name);
        check(Kind::LogGroup, name, found.map(|found| &found.tags))
    });
    let roles = names.roles.iter().map(|name| {
        let found = observed.roles.get(name)?;
        check(Kind::Role, name, Some(&found.tags)).or_else(|| elsewhere(scope, name, &found.path))
    });
    let functions = names.functions.iter().map(|name| {
        let found = observed.functions.get(name);
        check(Kind::Function, name, found.map(|found| &found.tags))
    });
    let machines = names.machines.iter().map(|name| {
        let found = observed.machines.get(name);
        check(Kind::StateMachine, name, found.map(|found| &found.tags))
    });
    let alarms = names.alarms.iter().map(|name| {
        let found = observed.alarms.get(name);
        check(Kind::Alarm, name, found.map(|found| &found.tags))
    });
    let dashboards = names.dashboards.iter().map(|name| {
        let tags = observed.dashboards.get(name).map(ObservedDashboard::tags);
        check(Kind::Dashboard, name, tags.as_ref())
    });
    let monitoring = alarms.chain(dashboards);
    groups
        .chain(roles)
        .chain(functions)
        .chain(machines)
        .chain(monitoring)
        .flatten()
        .collect()
}

fn elsewhere(scope: &Scope, role: &str, path: &str) -> Option<Foreign> {
    (path != scope.role_path()).then(|| Foreign {
        resource: Resource {
            kind: Kind::Role,
            name: role.to_owned(),
        },
        owner: format!("has the path `{path}`"),
        elsewhere: None,
    })
}
