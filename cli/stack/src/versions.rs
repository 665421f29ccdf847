use std::collections::{BTreeMap, BTreeSet};

use crate::action::Action;
use crate::definition::references;
use crate::machine::{Machine, MachineVersion, ObservedMachine};
use crate::plan::{Kept, StepId, Steps, When};
use crate::role::POLICY_NAME;
use crate::statement::document;
use crate::{Desired, Function, Observed, ObservedFunction, Scope, encryption, policy};

/// What stays for the sake of versions of state machines: those that are live, those that `rollback` can go back to,
/// and those that executions under way run.
pub(crate) struct Keep<'a> {
    desired: &'a Desired,
    observed: &'a Observed,
    /// Versions of the functions that are published already.
    published: &'a BTreeMap<String, u64>,
    /// By deployed name.
    machines: BTreeMap<&'a str, Versions<'a>>,
    /// The functions that versions which stay name, with their versions where they name one.
    named: BTreeSet<(String, Option<u64>)>,
    /// The same of versions that stay until executions have ended.
    named_by_held: BTreeSet<(String, Option<u64>)>,
    /// The same of state machines that are to go.
    named_by_leaving: BTreeSet<(String, Option<u64>)>,
}

/// The versions of one state machine.
#[derive(Default)]
struct Versions<'a> {
    /// Those that stay.
    kept: Vec<&'a MachineVersion>,
    /// Those that stay until executions have ended.
    held: Vec<&'a MachineVersion>,
    /// Those that go.
    superfluous: Vec<u64>,
    /// The one that is just what is asked for.
    target: Option<u64>,
}

impl<'a> Keep<'a> {
    pub(crate) fn new(desired: &'a Desired, observed: &'a Observed, published: &'a BTreeMap<String, u64>) -> Keep<'a> {
        let mut keep = Keep {
            desired,
            observed,
            published,
            machines: BTreeMap::new(),
            named: BTreeSet::new(),
            named_by_held: BTreeSet::new(),
            named_by_leaving: BTreeSet::new(),
        };
        let prefix = desired.scope.function_arn_prefix();
        let names = |version: &MachineVersion| named_by(version, &prefix);
        for (name, found) in observed.machines_of(&desired.scope) {
            match staying(desired, name, found) {
                Some(machine) => {
                    let target = machine.published(Some(found), published);
                    let versions = Versions::new(found, target, desired.deploys.keep_versions);
                    keep.named.extend(versions.kept.iter().copied().flat_map(names));
                    keep.named_by_held.extend(versions.held.iter().copied().flat_map(names));
                    keep.named.extend(references(machine.definition.unversioned(), &prefix));
                    keep.machines.insert(name, versions);
                }
                None => keep.named_by_leaving.extend(found.versions.iter().flat_map(names)),
            }
        }
        keep
    }

    /// The same with roles that allow what all versions need that stay. What those need that stay only until executions
    /// have ended is not taken away before.
    pub(crate) fn with_grants(&self) -> Desired {
        let mut desired = self.desired.clone();
        for role in &mut desired.roles {
            for key in self.keys(&role.name) {
                let needed = document(&[encryption::statement(key, encryption::OF_FUNCTIONS)]);
                role.permissions = policy::union(&needed, &role.permissions);
            }
            let versions = self.machines.get(role.name.as_str());
            for version in versions.into_iter().flat_map(|versions| &versions.kept) {
                let Some(revision) = &version.revision else { continue };
                let known = policy::revision_permissions(revision, &desired.scope);
                let allowed = || self.observed.roles.get(&role.name)?.policies.get(POLICY_NAME).cloned();
                // What does not tell all that it needs may need all that it has, unless it is what is asked for: what that
                // needs is declared.
                let is_asked_for = versions.is_some_and(|versions| versions.target == Some(version.number));
                let is_complete = is_asked_for || known.as_ref().is_some_and(|known| known.is_complete);
                let needed = known.map(|known| known.permissions);
                let had = (!is_complete).then(allowed).flatten();
                for needed in needed.into_iter().chain(had) {
                    role.permissions = policy::union(&needed, &role.permissions);
                }
            }
        }
        desired
    }

    /// The keys that encrypt those versions of a function which versions of state machines name that stay.
    fn keys<'b>(&'b self, function: &'b str) -> impl Iterator<Item = &'b str> {
        let found = self.observed.functions.get(function);
        let versions = found.into_iter().flat_map(|found| &found.versions);
        let named = versions.filter(|version| self.named.contains(&(function.to_owned(), Some(version.number))));
        named.filter_map(|version| version.configuration.kms_key.as_deref())
    }

    /// Adds what deletes superfluous versions of state machines. Nobody starts them any more: the alias does not lead to
    /// them and did not before.
    pub(crate) fn machine_steps(&self, after: &[StepId], steps: &mut Steps) -> Vec<StepId> {
        let delete = |machine: &str, version: u64| Action::DeleteStateMachineVersion {
            machine: machine.to_owned(),
            version,
        };
        let mut done = Vec::new();
        for (machine, versions) in &self.machines {
            for version in &versions.held {
                steps.wait(delete(machine, version.number));
            }
            for version in &versions.superfluous {
                done.push(steps.add(delete(machine, *version), after));
            }
        }
        done
    }

    /// Takes what versions need that stay out of the resources that go.
    pub(crate) fn retain(&self, going: &mut Observed) {
        let stays = |name: &String| self.is_named(name);
        going.functions.retain(|name, _| !stays(name));
        going.roles.retain(|name, _| !stays(name));
        let groups: BTreeSet<String> = self
            .observed
            .functions
            .keys()
            .filter(|name| stays(name))
            .map(|name| Scope::function_log_group(name))
            .collect();
        going.log_groups.retain(|name, _| !groups.contains(name));
    }

    /// Adds what deletes the versions of functions that nothing refers to. Those that only state machines refer to which
    /// are `removed` go after them.
    pub(crate) fn function_steps(&self, after: &[StepId], removed: &[StepId], steps: &mut Steps) {
        for function in &self.desired.functions {
            let Some(found) = self.observed.functions.get(&function.name) else {
                continue;
            };
            for version in self.superfluous(function, found) {
                let reference = (function.name.clone(), Some(version));
                let action = Action::DeleteFunctionVersion {
                    name: function.name.clone(),
                    version,
                };
                if self.is_unclear() || self.named_by_held.contains(&reference) {
                    steps.wait(action);
                } else if self.named_by_leaving.contains(&reference) {
                    steps.add_when(action, &[after, removed].concat(), When::Drained);
                } else {
                    steps.add(action, after);
                }
            }
        }
    }

    /// The functions that the workspace no longer has and that stay.
    pub(crate) fn functions(&self) -> Vec<Kept> {
        let wanted = |name: &String| self.desired.functions.iter().any(|function| function.name == *name);
        let superfluous =
            self.observed.functions.iter().filter(|(name, function)| {
                self.desired.scope.owns(&function.tags) && !wanted(name) && self.is_named(name)
            });
        let callers = |name: &'a String| {
            let calling = self.machines.iter().map(move |(machine, versions)| Kept {
                function: name.clone(),
                state_machine: (*machine).to_owned(),
                versions: self.naming(name, versions),
            });
            calling.filter(|kept| !kept.versions.is_empty())
        };
        superfluous.flat_map(|(name, _)| callers(name)).collect()
    }

    /// The versions that stay and name the function.
    fn naming(&self, function: &str, versions: &Versions<'_>) -> Vec<u64> {
        let prefix = self.desired.scope.function_arn_prefix();
        let names = |version: &&MachineVersion| named_by(version, &prefix).iter().any(|(name, _)| name == function);
        let kept = versions.kept.iter().copied();
        kept.filter(names).map(|version| version.number).collect()
    }

    fn is_named(&self, function: &str) -> bool {
        self.named.iter().any(|(name, _)| name == function)
    }

    /// The published versions of a function beyond those to keep, but for those that something refers to.
    fn superfluous(&self, function: &Function, found: &ObservedFunction) -> Vec<u64> {
        let target = self.published.get(&function.name).copied();
        let numbers = found.versions.iter().map(|version| version.number);
        let ranked = ranked(target, [], numbers);
        let kept = keep_count(target, self.desired.deploys.keep_versions);
        let is_free = |number: &u64| {
            !found.aliased.contains(number) && !self.named.contains(&(function.name.clone(), Some(*number)))
        };
        ranked.into_iter().skip(kept).filter(is_free).collect()
    }

    /// Whether executions or versions may refer to versions of functions that nobody knows of: executions that were
    /// started without a version, too many to be counted, or those of an Express state machine.
    fn is_unclear(&self) -> bool {
        let unseen = |version: &MachineVersion| version.revision.is_none();
        let unseen = self.machines.values().any(|versions| versions.staying().any(unseen));
        unseen
            || self
                .observed
                .machines_of(&self.desired.scope)
                .any(|(_, machine)| machine.has_unclear_executions())
    }
}

impl<'a> Versions<'a> {
    fn new(found: &'a ObservedMachine, target: Option<u64>, keep: usize) -> Versions<'a> {
        let numbers = found.versions.iter().map(|version| version.number);
        let ranked = ranked(target, found.before(target), numbers);
        let first: Vec<u64> = ranked.into_iter().take(keep_count(target, keep)).collect();
        let runs = |number: u64| {
            found.has_unclear_executions() || found.running.iter().any(|running| running.version == Some(number))
        };
        let is_aliased =
            |number: u64| found.aliased.contains(&number) || found.alias.iter().any(|route| route.version == number);
        let mut versions = Versions {
            target,
            ..Versions::default()
        };
        for version in &found.versions {
            let number = version.number;
            if first.contains(&number) || is_aliased(number) {
                versions.kept.push(version);
            } else if runs(number) {
                versions.held.push(version);
            } else {
                versions.superfluous.push(number);
            }
        }
        versions
    }

    /// Those that stay for now.
    fn staying(&self) -> impl Iterator<Item = &'a MachineVersion> {
        self.kept.iter().chain(&self.held).copied()
    }
}

impl ObservedMachine {
    /// Whether executions are under way of which it is not known what they run.
    fn has_unclear_executions(&self) -> bool {
        self.running.iter().any(|running| running.version.is_none())
    }
}

/// The state machine as it should be, if it stays what it is.
fn staying<'a>(desired: &'a Desired, name: &str, found: &ObservedMachine) -> Option<&'a Machine> {
    let machine = desired.machines.iter().find(|machine| machine.name == name)?;
    machine.keeps(found).then_some(machine)
}

/// The functions that a version names, with their versions where it names one.
fn named_by(version: &MachineVersion, prefix: &str) -> BTreeSet<(String, Option<u64>)> {
    let revision = version.revision.as_ref();
    revision.map_or_else(BTreeSet::new, |revision| references(&revision.definition, prefix))
}

/// The version that is asked for, those that were live before, then the others, the newest first.
fn ranked(target: Option<u64>, before: impl IntoIterator<Item = u64>, numbers: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut newest: Vec<u64> = numbers.collect();
    newest.sort_unstable_by(|one, other| other.cmp(one));
    let mut ranked: Vec<u64> = Vec::new();
    for number in target.into_iter().chain(before).chain(newest) {
        if !ranked.contains(&number) {
            ranked.push(number);
        }
    }
    ranked
}

/// How many of those that are there are kept: one that is still to be published counts too.
fn keep_count(target: Option<u64>, keep: usize) -> usize {
    keep - usize::from(target.is_none()).min(keep)
}
