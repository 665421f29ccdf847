//! What was changed since the last deploy, and not by one. There is no record of what was deployed but AWS itself: the
//! newest versions of functions and state machines say what they were, policies follow from these, log groups have their
//! retention in a tag, and an alias says in its description where it leads. What a deploy that did not end left behind is
//! no drift, because the next one plans the rest.

use std::collections::{BTreeMap, BTreeSet};

use crate::derivation::is_derivable;
use crate::policy::{Known, grants};
use crate::statement::document;
use crate::summary::{Change, ResourceChange};
use crate::{
    Desired, FunctionVersion, Kind, MachineVersion, Observed, ObservedFunction, ObservedMachine, Revision, alias,
    dashboard, encryption, function, log_group, machine, managed_policies, policy, policy::Uses, role,
};

/// Marks what of the change repairs drift.
pub(crate) fn mark(change: &mut ResourceChange, desired: &Desired, observed: &Observed) {
    let name = change.resource.name.as_str();
    if change.change == Change::Create {
        change.drift = was_there(change.resource.kind, name, desired, observed);
        return;
    }
    let drifted = match change.resource.kind {
        Kind::Function => observed.functions.get(name).map(of_function),
        Kind::StateMachine => observed.machines.get(name).map(of_machine),
        Kind::LogGroup => Some(of_log_group(name, desired, observed)),
        Kind::Role => Some(of_role(name, desired, observed)),
        Kind::Alias => of_alias(name, observed),
        Kind::Alarm => of_alarm(name, observed, change),
        Kind::Dashboard => of_dashboard(name, observed),
        _ => None,
    };
    let drifted = drifted.unwrap_or_default();
    for property in &mut change.properties {
        property.drift = drifted.contains(&property.name);
    }
    change.drift = change.properties.iter().any(|property| property.drift);
}

/// Whether something that is there was published after it was made, and so it was there once.
fn was_there(kind: Kind, name: &str, desired: &Desired, observed: &Observed) -> bool {
    let function = |name: &str| observed.functions.get(name).and_then(newest_version).is_some();
    let machine = |name: &str| {
        observed
            .machines
            .get(name)
            .is_some_and(|found| !found.versions.is_empty())
    };
    match kind {
        Kind::Role => function(name) || machine(name),
        Kind::LogGroup => {
            let mut functions = desired.functions.iter().filter(|function| function.log_group == name);
            let mut machines = desired.machines.iter().filter(|machine| machine.log_group == name);
            functions.any(|found| function(&found.name)) || machines.any(|found| machine(&found.name))
        }
        Kind::Function => {
            let arn = desired.scope.function_arn(name);
            observed
                .machines
                .values()
                .filter_map(newest)
                .any(|revision| policy::invoked_by(revision, &desired.scope).contains(&arn))
        }
        _ => false,
    }
}

/// A description alone makes no new version, so there is nothing to compare it with.
fn of_function(found: &ObservedFunction) -> BTreeSet<String> {
    let Some(newest) = newest_version(found) else {
        return BTreeSet::new();
    };
    let configuration = function::configuration_changes(&newest.configuration, &found.configuration);
    let code = function::code_changes(&newest.code, &found.code);
    let names = configuration.into_iter().chain(code).map(|property| property.name);
    names.filter(|name| name != "description").collect()
}

fn of_machine(found: &ObservedMachine) -> BTreeSet<String> {
    let Some(newest) = newest(found) else {
        return BTreeSet::new();
    };
    let current = &found.current;
    let differs = [
        ("definition", newest.definition != current.definition),
        ("role", newest.role_arn != current.role_arn),
        (machine::TRACING, newest.traces != current.traces),
        ("KMS key", newest.kms_key != current.kms_key),
    ];
    let names = differs.into_iter().filter(|(_, differs)| *differs);
    let names = names.map(|(name, _)| name.to_owned());
    let logging = machine::logging_changes(newest.logging.as_ref(), current.logging.as_ref());
    names.chain(logging.into_iter().map(|property| property.name)).collect()
}

fn of_alias(name: &str, observed: &Observed) -> Option<BTreeSet<String>> {
    let (machine, _) = name.split_once(':')?;
    let is_moved = observed.machines.get(machine)?.is_moved_by_hand();
    is_moved.then(|| BTreeSet::from([alias::VERSION.to_owned()]))
}

/// An alarm says in a tag what was written as a whole, so all that differs is drift where anything is.
fn of_alarm(name: &str, observed: &Observed, change: &ResourceChange) -> Option<BTreeSet<String>> {
    let is_changed = !observed.alarms.get(name)?.is_as_written();
    let properties = change
        .properties
        .iter()
        .filter(|property| !property.name.starts_with("tag "));
    is_changed.then(|| properties.map(|property| property.name.clone()).collect())
}

fn of_dashboard(name: &str, observed: &Observed) -> Option<BTreeSet<String>> {
    let is_changed = !observed.dashboards.get(name)?.is_as_written();
    is_changed.then(|| BTreeSet::from([dashboard::BODY.to_owned()]))
}

fn of_log_group(name: &str, desired: &Desired, observed: &Observed) -> BTreeSet<String> {
    let Some(found) = observed.log_groups.get(name) else {
        return BTreeSet::new();
    };
    let written = found.tags.get(log_group::RETENTION_TAG);
    let is_done = was_there(Kind::LogGroup, name, desired, observed);
    let retention = written.is_some_and(|written| *written != log_group::retention_tag(found.retention_days));
    let function = desired.functions.iter().find(|function| function.log_group == name);
    let function = function.and_then(|function| newest_version(observed.functions.get(&function.name)?));
    let machine = desired.machines.iter().find(|machine| machine.log_group == name);
    let machine = machine.and_then(|machine| newest(observed.machines.get(&machine.name)?));
    let keys = function.map(|function| &function.configuration.kms_key);
    let keys = keys.or(machine.map(|revision| &revision.kms_key));
    let differs = [
        ("retention", is_done && retention),
        ("KMS key", keys.is_some_and(|written| *written != found.kms_key)),
    ];
    let names = differs.into_iter().filter(|(_, differs)| *differs);
    names.map(|(name, _)| name.to_owned()).collect()
}

fn of_role(name: &str, desired: &Desired, observed: &Observed) -> BTreeSet<String> {
    let (Some(wanted), Some(found)) = (
        desired.roles.iter().find(|role| role.name == name),
        observed.roles.get(name),
    ) else {
        return BTreeSet::new();
    };
    let mut names = BTreeSet::new();
    if found.trust != wanted.trust {
        names.insert(role::TRUST.to_owned());
    }
    let others = found.policies.keys().filter(|policy| *policy != role::POLICY_NAME);
    let is_strange = |arn: &&String| !managed_policies::is_recorded(found, arn);
    let others = others.chain(found.attached.iter().filter(is_strange));
    names.extend(others.map(|policy| role::added_policy(policy)));
    if was_there(Kind::Role, name, desired, observed) {
        let detached = wanted.managed_policies.difference(&found.attached);
        let detached = detached.filter(|arn| managed_policies::is_recorded(found, arn));
        names.extend(detached.map(|arn| managed_policies::property(arn)));
    }
    let has = found.policies.get(role::POLICY_NAME).map(grants).unwrap_or_default();
    if let Some(written) = Written::of(name, desired, observed) {
        if !written.needed.is_subset(&has) {
            names.insert(role::PERMISSIONS.to_owned());
        }
        let declared = found.policies.get(role::POLICY_NAME).map(policy::declared);
        let known = &(&written.ever | &grants(&wanted.permissions)) | &declared.unwrap_or_default();
        let is_strange = |grant: &&policy::Single| !known.contains(*grant) && !is_usual(grant);
        if written.is_complete && has.iter().any(|grant| is_strange(&grant)) {
            names.insert(role::SUPERFLUOUS.to_owned());
        }
    }
    names
}

/// Whether a deploy may have written the grant for something that is gone altogether, such as a state machine of another
/// type, or for something that never came to be.
fn is_usual((_, action, resource): &policy::Single) -> bool {
    let of_keys = [encryption::OF_FUNCTIONS, encryption::OF_STATE_MACHINES].concat();
    let is_ours = of_keys.contains(&action.as_str()) || is_derivable(action);
    let is_common = [&policy::LOG_DELIVERY[..], &policy::TRACING]
        .concat()
        .contains(&action.as_str());
    (is_ours && resource.starts_with("arn:")) || (is_common && resource == "*")
}

/// What deploys wrote into a role's policy, as versions tell.
struct Written {
    /// For the newest version.
    needed: BTreeSet<policy::Single>,
    /// For any version.
    ever: BTreeSet<policy::Single>,
    /// Whether all versions could be read.
    is_complete: bool,
}

impl Written {
    fn of(role: &str, desired: &Desired, observed: &Observed) -> Option<Written> {
        let documents =
            of_function_role(role, desired, observed).or_else(|| of_machine_role(role, desired, observed))?;
        let (_, newest) = documents.last_key_value()?;
        let known = documents.values().flatten();
        let is_complete = |known: &Option<Known>| known.as_ref().is_some_and(|known| known.is_complete);
        Some(Written {
            needed: grants(&newest.as_ref()?.permissions),
            ever: known.flat_map(|known| grants(&known.permissions)).collect(),
            is_complete: documents.values().all(is_complete),
        })
    }
}

/// The policies that go with the versions of a function or state machine, by number; nothing for one that cannot be read.
type Documents = BTreeMap<u64, Option<Known>>;

fn of_function_role(role: &str, desired: &Desired, observed: &Observed) -> Option<Documents> {
    let function = desired.functions.iter().find(|function| function.name == role)?;
    let permissions = |version: &FunctionVersion| {
        let configuration = &version.configuration;
        let uses = Uses {
            logs: true,
            traces: configuration.traces,
            kms_key: configuration.kms_key.as_deref(),
        };
        let statements = policy::function_statements(&desired.scope, &function.log_group, uses);
        let known = Known {
            permissions: document(&statements),
            is_complete: true,
        };
        (version.number, Some(known))
    };
    let versions = observed.functions.get(role)?.versions.iter();
    Some(versions.map(permissions).collect())
}

fn of_machine_role(role: &str, desired: &Desired, observed: &Observed) -> Option<Documents> {
    desired.machines.iter().find(|machine| machine.name == role)?;
    let document = |version: &MachineVersion| {
        let revision = version.revision.as_ref();
        let document = revision.and_then(|revision| policy::revision_permissions(revision, &desired.scope));
        (version.number, document)
    };
    let versions = observed.machines.get(role)?.versions.iter();
    Some(versions.map(document).collect())
}

fn newest_version(function: &ObservedFunction) -> Option<&FunctionVersion> {
    function.versions.iter().max_by_key(|version| version.number)
}

fn newest(machine: &ObservedMachine) -> Option<&Revision> {
    let newest = machine.versions.iter().max_by_key(|version| version.number);
    newest?.revision.as_ref()
}
