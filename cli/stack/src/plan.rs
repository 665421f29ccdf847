use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::action::Action;
use crate::object::Uploads;
use crate::versions::Keep;
use crate::{
    Desired, Error, Foreign, Names, Observed, ObservedMachine, Scope, alarm, alias, dashboard, foreign, function,
    log_group, machine, policy, role,
};

/// The place of a step in its plan.
pub(crate) type StepId = usize;

/// What takes AWS from what is there to what should be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The steps, each after those it waits for.
    pub steps: Vec<Step>,
    /// Versions of functions that are published already, by deployed name.
    pub versions: BTreeMap<String, u64>,
    /// Versions of state machines that are published already, by deployed name.
    pub machine_versions: BTreeMap<String, u64>,
    /// What stays for now because executions under way may need it; a later deploy removes it.
    pub waiting: Vec<Step>,
    /// What the workspace no longer has, and stays because versions that `rollback` can go back to need it.
    pub kept: Vec<Kept>,
    /// What leads the aliases back to where they were, should traffic that shifts not come to its end.
    pub back: Vec<Action>,
    /// Names of the alarms that are watched while traffic shifts.
    pub alarms: Vec<String>,
}

/// One AWS API action and why it is done.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The action.
    pub action: Action,
    /// The properties it changes; empty for what is created or deleted as a whole.
    pub changes: Vec<Property>,
    /// The places of the steps that must be done before.
    pub after: Vec<usize>,
    /// Whether it is done in any case.
    pub when: When,
    /// How long the alarms are watched before it is done; nothing if they are not looked at.
    pub watch: Option<Duration>,
}

/// Whether a step is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// In any case.
    Always,
    /// If no execution of an older version is under way.
    Drained,
}

/// A function that the workspace no longer has, with its role and its log group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// Its deployed name.
    pub function: String,
    /// The state machine whose versions call it.
    pub state_machine: String,
    /// Those of its versions that stay.
    pub versions: Vec<u64>,
}

/// A property that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// What it was, where that can be shown; where only the other can be shown, it was not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it becomes, where that can be shown; where only the other can be shown, it goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Whether it is drift: changed since the last deploy, and not by one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub drift: bool,
}

/// What makes `observed` be like `desired`: first all that gives, then the aliases, at the end all that takes away.
///
/// # Errors
/// Resources with names of the stack that are not the stack's.
pub fn plan(desired: &Desired, observed: &Observed) -> Result<Plan, Vec<Foreign>> {
    let foreign = foreign(&desired.scope, &Names::from(desired), observed);
    if !foreign.is_empty() {
        return Err(foreign);
    }
    let published = |function: &crate::Function| {
        let version = function.published(observed.functions.get(&function.name))?;
        Some((function.name.clone(), version))
    };
    let versions: BTreeMap<String, u64> = desired.functions.iter().filter_map(published).collect();
    let keep = Keep::new(desired, observed, &versions);
    let desired = &keep.with_grants();
    let mut steps = Steps::new(is_drained(desired, observed, &versions));
    let mut uploads = Uploads::new(&observed.objects);
    let prepared = prepare(desired, observed, &versions, &mut uploads, &mut steps);
    let live = alias::steps(desired, observed, &versions, &prepared, &mut steps);
    uploads.end(&prepared, &mut steps);
    clean_up(desired, observed, &keep, &live, &mut steps);
    Ok(Plan {
        steps: steps.steps,
        machine_versions: published_machines(desired, observed, &versions),
        waiting: steps.waiting,
        kept: keep.functions(),
        versions,
        back: steps.back,
        alarms: watched(desired, observed),
    })
}

/// The alarms that are named, and the stack's own that are there.
fn watched(desired: &Desired, observed: &Observed) -> Vec<String> {
    let own = desired.alarms.iter().map(|alarm| &alarm.name);
    let own = own.filter(|name| observed.alarms.contains_key(*name) && !desired.deploys.alarms.contains(name));
    desired.deploys.alarms.iter().chain(own).cloned().collect()
}

fn published_machines(
    desired: &Desired,
    observed: &Observed,
    versions: &BTreeMap<String, u64>,
) -> BTreeMap<String, u64> {
    let published = |machine: &crate::Machine| {
        let version = machine.published(observed.machines.get(&machine.name), versions)?;
        Some((machine.name.clone(), version))
    };
    desired.machines.iter().filter_map(published).collect()
}

/// What removes everything of the stack, and what has one of its `names` but is not its own.
#[must_use]
pub fn teardown(scope: &Scope, names: &Names, observed: &Observed) -> (Plan, Vec<Foreign>) {
    (removal(&owned(scope, observed)), foreign(scope, names, observed))
}

/// What removes `resources`, in the order of a teardown.
pub(crate) fn removal(resources: &Observed) -> Plan {
    let mut steps = Steps::new(Drained::Yes);
    Uploads::new(&resources.objects).end(&[], &mut steps);
    remove_monitoring(resources, &[], &mut steps);
    remove(resources, &[], When::Always, &mut steps);
    Plan {
        steps: steps.steps,
        ..Plan::default()
    }
}

impl Plan {
    /// The deployed names of the functions whose code is uploaded.
    pub fn uploads(&self) -> impl Iterator<Item = &String> {
        self.steps.iter().filter_map(|step| match &step.action {
            Action::CreateFunction(function) | Action::UpdateFunctionCode(function) => Some(&function.name),
            _ => None,
        })
    }

    /// The policies that IAM would refuse for their length: those that allow what older versions need as well.
    #[must_use]
    pub fn oversized(&self) -> Vec<Error> {
        let policies = self
            .steps
            .iter()
            .chain(&self.waiting)
            .filter_map(|step| match &step.action {
                Action::PutRolePolicy { role, document, .. } => Some((role, document.encoded_len())),
                _ => None,
            });
        let oversized = policies.filter(|(_, length)| *length > policy::MAX_LENGTH);
        oversized
            .map(|(role, length)| Error::UnionLength {
                role: role.clone(),
                length,
                limit: policy::MAX_LENGTH,
            })
            .collect()
    }
}

/// Whether executions of older versions are under way.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Drained {
    Yes,
    No,
}

/// The steps of a plan in the making.
pub(crate) struct Steps {
    steps: Vec<Step>,
    waiting: Vec<Step>,
    back: Vec<Action>,
    drained: Drained,
}

impl Steps {
    fn new(drained: Drained) -> Steps {
        Steps {
            steps: Vec::new(),
            waiting: Vec::new(),
            back: Vec::new(),
            drained,
        }
    }

    pub(crate) fn add(&mut self, action: Action, after: &[StepId]) -> StepId {
        self.add_when(action, after, When::Always)
    }

    pub(crate) fn add_changing(&mut self, action: Action, after: &[StepId], changes: Vec<Property>) -> StepId {
        self.push(action, after, When::Always, changes)
    }

    pub(crate) fn add_when(&mut self, action: Action, after: &[StepId], when: When) -> StepId {
        self.push(action, after, when, Vec::new())
    }

    /// The place of the new step. One that must wait for executions is set aside; what comes after it is set aside
    /// too, so its place does not matter.
    pub(crate) fn push(&mut self, action: Action, after: &[StepId], when: When, changes: Vec<Property>) -> StepId {
        let place = self.steps.len();
        let mut step = Step {
            action,
            changes,
            after: after.to_vec(),
            when,
            watch: None,
        };
        if when == When::Drained && self.drained == Drained::No {
            step.after.clear();
            self.waiting.push(step);
        } else {
            self.steps.push(step);
        }
        place
    }

    /// Has the alarms watched before a step.
    pub(crate) fn watch(&mut self, id: StepId, time: Duration) {
        if let Some(step) = self.steps.get_mut(id) {
            step.watch = Some(time);
        }
    }

    /// Sets an action aside until executions have ended.
    pub(crate) fn wait(&mut self, action: Action) {
        self.waiting.push(Step {
            action,
            changes: Vec::new(),
            after: Vec::new(),
            when: When::Drained,
            watch: None,
        });
    }

    /// Has the actions done if traffic that shifts does not come to its end.
    pub(crate) fn return_by(&mut self, actions: impl IntoIterator<Item = Action>) {
        self.back.extend(actions);
    }
}

impl Property {
    pub(crate) fn new(name: &str, before: String, after: String) -> Property {
        Property {
            name: name.to_owned(),
            before: Some(before),
            after: Some(after),
            drift: false,
        }
    }

    /// A property whose values are too long or too secret to be shown.
    pub(crate) fn changed(name: &str) -> Property {
        Property {
            name: name.to_owned(),
            before: None,
            after: None,
            drift: false,
        }
    }

    /// A property that may come to be, or go.
    pub(crate) fn optional(name: &str, before: Option<&String>, after: Option<&String>) -> Property {
        Property {
            name: name.to_owned(),
            before: before.cloned(),
            after: after.cloned(),
            drift: false,
        }
    }
}

/// Everything next to what is there: the aliases wait for all of it.
fn prepare(
    desired: &Desired,
    observed: &Observed,
    versions: &BTreeMap<String, u64>,
    uploads: &mut Uploads<'_>,
    steps: &mut Steps,
) -> Vec<StepId> {
    let mut ready: BTreeMap<&str, Vec<StepId>> = BTreeMap::new();
    for group in &desired.log_groups {
        let done = log_group::steps(group, observed.log_groups.get(&group.name), steps);
        ready.entry(&group.name).or_default().extend(done);
    }
    for role in &desired.roles {
        let done = role::steps(role, observed.roles.get(&role.name), steps);
        ready.entry(&role.name).or_default().extend(done);
    }
    let of = |ready: &BTreeMap<&str, Vec<StepId>>, names: &[&str]| -> Vec<StepId> {
        names
            .iter()
            .flat_map(|name| ready.get(name).cloned().unwrap_or_default())
            .collect()
    };
    let mut published: BTreeMap<&str, Vec<StepId>> = BTreeMap::new();
    for function in &desired.functions {
        let after = of(&ready, &[&function.name, &function.log_group]);
        let done = function::steps(
            function,
            (
                observed.functions.get(&function.name),
                observed.roles.get(&function.name),
            ),
            uploads,
            &after,
            steps,
        );
        published.insert(&function.name, done);
    }
    let mut prepared: Vec<StepId> = ready.values().chain(published.values()).flatten().copied().collect();
    for machine in &desired.machines {
        let used: Vec<&str> = machine.definition.functions().iter().map(String::as_str).collect();
        let mut after = of(&ready, &[&machine.name, &machine.log_group]);
        after.extend(of(&published, &used));
        prepared.extend(machine::steps(
            machine,
            observed.machines.get(&machine.name),
            versions,
            &after,
            steps,
        ));
    }
    for alarm in &desired.alarms {
        prepared.extend(alarm::steps(alarm, observed.alarms.get(&alarm.name), steps));
    }
    if let Some(dashboard) = &desired.dashboard {
        prepared.extend(dashboard::steps(
            dashboard,
            observed.dashboards.get(&dashboard.name),
            steps,
        ));
    }
    prepared.sort_unstable();
    prepared.dedup();
    prepared
}

/// What the stack no longer has or allows.
fn clean_up(desired: &Desired, observed: &Observed, keep: &Keep<'_>, after: &[StepId], steps: &mut Steps) {
    for role in &desired.roles {
        role::cleanup(role, observed.roles.get(&role.name), after, steps);
    }
    let gone = keep.machine_steps(after, steps);
    let after = &[after, &gone].concat();
    let mut superfluous = owned(&desired.scope, observed);
    superfluous
        .roles
        .retain(|name, _| !desired.roles.iter().any(|role| role.name == *name));
    superfluous
        .log_groups
        .retain(|name, _| !desired.log_groups.iter().any(|group| group.name == *name));
    superfluous
        .functions
        .retain(|name, _| !desired.functions.iter().any(|function| function.name == *name));
    superfluous
        .machines
        .retain(|name, _| !desired.machines.iter().any(|machine| machine.name == *name));
    superfluous
        .alarms
        .retain(|name, _| !desired.alarms.iter().any(|alarm| alarm.name == *name));
    superfluous
        .dashboards
        .retain(|name, _| !desired.dashboard.iter().any(|dashboard| dashboard.name == *name));
    keep.retain(&mut superfluous);
    remove_monitoring(&superfluous, after, steps);
    let removed = remove(&superfluous, after, When::Drained, steps);
    keep.function_steps(after, &removed, steps);
}

/// Nothing needs alarms and dashboards.
fn remove_monitoring(resources: &Observed, after: &[StepId], steps: &mut Steps) {
    for name in resources.alarms.keys() {
        alarm::removal(name, after, When::Always, steps);
    }
    for name in resources.dashboards.keys() {
        dashboard::removal(name, after, When::Always, steps);
    }
}

/// State machines first, because what they use must be there until they are gone; log groups last, because everything
/// else may still write. The result is the removals of state machines.
fn remove(resources: &Observed, after: &[StepId], when: When, steps: &mut Steps) -> Vec<StepId> {
    let and = |after: &[StepId], more: &[StepId]| -> Vec<StepId> { [after, more].concat() };
    let machines: Vec<StepId> = resources
        .machines
        .keys()
        .map(|name| machine::removal(name, after, when, steps))
        .collect();
    let after = and(after, &machines);
    let functions: Vec<StepId> = resources
        .functions
        .keys()
        .map(|name| function::removal(name, &after, when, steps))
        .collect();
    let after = and(&after, &functions);
    let removed = resources
        .roles
        .iter()
        .map(|(name, role)| role::removal(name, role, &after, when, steps));
    let roles: Vec<StepId> = removed.collect();
    let after = and(&after, &roles);
    for name in resources.log_groups.keys() {
        log_group::removal(name, &after, when, steps);
    }
    machines
}

fn owned(scope: &Scope, observed: &Observed) -> Observed {
    let mut ours = observed.clone();
    ours.roles
        .retain(|_, role| scope.owns(&role.tags) && role.path == scope.role_path());
    ours.log_groups.retain(|_, group| scope.owns(&group.tags));
    ours.functions.retain(|_, function| scope.owns(&function.tags));
    ours.machines.retain(|_, machine| scope.owns(&machine.tags));
    ours.alarms.retain(|_, alarm| scope.owns(&alarm.tags));
    ours.dashboards.retain(|_, dashboard| scope.owns(&dashboard.tags()));
    ours
}

fn is_drained(desired: &Desired, observed: &Observed, versions: &BTreeMap<String, u64>) -> Drained {
    let waits = |(name, machine): (&String, &ObservedMachine)| {
        let wanted = desired.machines.iter().find(|desired| desired.name == *name);
        let version = wanted.and_then(|wanted| wanted.published(Some(machine), versions));
        let is_old = |running: &crate::OldExecutions| running.version.is_none() || running.version != version;
        desired.scope.owns(&machine.tags) && machine.running.iter().any(is_old)
    };
    if observed.machines.iter().any(waits) {
        Drained::No
    } else {
        Drained::Yes
    }
}
