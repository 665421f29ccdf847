use std::collections::{BTreeMap, BTreeSet};

use stack::{
    Action, AliasNote, Function, FunctionVersion, Health, LIVE, Machine, MachineVersion, Observed, ObservedAlarm,
    ObservedDashboard, ObservedFunction, ObservedLogGroup, ObservedMachine, ObservedRole, Plan, Route, Scope, Step,
    Tags,
};

/// AWS as far as plans need it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Model {
    pub(crate) observed: Observed,
    highest: Highest,
}

impl From<Observed> for Model {
    fn from(observed: Observed) -> Model {
        let of_functions = observed.functions.iter();
        let of_functions =
            of_functions.map(|(name, function)| (name, function.versions.last().map(|last| last.number)));
        let of_machines = observed.machines.iter();
        let of_machines = of_machines.map(|(name, machine)| (name, machine.versions.last().map(|last| last.number)));
        let highest = of_functions.chain(of_machines);
        Model {
            highest: highest.map(|(name, last)| (name.clone(), last.unwrap_or(0))).collect(),
            observed,
        }
    }
}

/// What earlier steps of a plan gave.
#[derive(Default)]
struct Published {
    functions: BTreeMap<String, u64>,
    machines: BTreeMap<String, u64>,
}

/// The highest version that there ever was, by name: none is given twice.
type Highest = BTreeMap<String, u64>;

impl Model {
    /// Carries out the first `count` steps.
    pub(crate) fn apply(&mut self, scope: &Scope, plan: &Plan, count: usize) {
        let mut published = Published {
            functions: plan.versions.clone(),
            machines: plan.machine_versions.clone(),
        };
        for (place, step) in plan.steps.iter().take(count).enumerate() {
            assert!(step.after.iter().all(|before| *before < place), "{plan:#?}");
            self.step(scope, step, &mut published);
        }
    }

    pub(crate) fn apply_all(&mut self, scope: &Scope, plan: &Plan) {
        self.apply(scope, plan, usize::MAX);
    }

    fn step(&mut self, scope: &Scope, step: &Step, published: &mut Published) {
        let aws = &mut self.observed;
        let role = |aws: &mut Observed, name: &String, change: &dyn Fn(&mut ObservedRole)| {
            change(aws.roles.get_mut(name).unwrap());
        };
        match &step.action {
            Action::CreateRole(new) => {
                let role = ObservedRole {
                    path: scope.role_path(),
                    trust: new.trust.clone(),
                    boundary: new.boundary.clone(),
                    tags: new.tags.clone(),
                    ..ObservedRole::default()
                };
                assert_eq!(aws.roles.insert(new.name.clone(), role), None);
            }
            Action::TagRole { role: name, tags } => role(aws, name, &|role| role.tags.extend(tags.clone())),
            Action::UntagRole { role: name, keys } => role(aws, name, &|role| untag(&mut role.tags, keys)),
            Action::PutRolePermissionsBoundary { role: name, boundary } => {
                role(aws, name, &|role| role.boundary = Some(boundary.clone()));
            }
            Action::DeleteRolePermissionsBoundary { role: name } => {
                role(aws, name, &|role| assert!(role.boundary.take().is_some()));
            }
            Action::UpdateAssumeRolePolicy { role: name, document } => {
                role(aws, name, &|role| role.trust = document.clone());
            }
            Action::PutRolePolicy {
                role: name,
                policy,
                document,
            } => role(aws, name, &|role| {
                role.policies.insert(policy.clone(), document.clone());
            }),
            Action::DeleteRolePolicy { role: name, policy } => role(aws, name, &|role| {
                role.policies.remove(policy).unwrap();
            }),
            Action::AttachRolePolicy { role: name, policy_arn } => role(aws, name, &|role| {
                assert!(role.attached.insert(policy_arn.clone()));
            }),
            Action::DetachRolePolicy { role: name, policy_arn } => role(aws, name, &|role| {
                assert!(role.attached.remove(policy_arn));
            }),
            Action::DeleteRole { role } => {
                let role = aws.roles.remove(role).unwrap();
                assert!(
                    role.policies.is_empty() && role.attached.is_empty(),
                    "IAM gives DeleteConflict"
                );
            }
            Action::CreateAlarm(alarm) => {
                let new = ObservedAlarm {
                    updated: None,
                    rule: alarm.rule.clone(),
                    tags: alarm.tags.clone(),
                };
                assert_eq!(aws.alarms.insert(alarm.name.clone(), new), None);
            }
            // CloudWatch takes tags for a new alarm alone.
            Action::UpdateAlarm(alarm) => aws.alarms.get_mut(&alarm.name).unwrap().rule = alarm.rule.clone(),
            Action::TagAlarm { name, tags } => aws.alarms.get_mut(name).unwrap().tags.extend(tags.clone()),
            Action::UntagAlarm { name, keys } => untag(&mut aws.alarms.get_mut(name).unwrap().tags, keys),
            Action::DeleteAlarm { name } => drop(aws.alarms.remove(name).unwrap()),
            Action::CreateDashboard(dashboard) | Action::UpdateDashboard(dashboard) => {
                let body = dashboard.body.clone();
                let before = aws
                    .dashboards
                    .insert(dashboard.name.clone(), ObservedDashboard { body });
                assert_eq!(before.is_none(), matches!(step.action, Action::CreateDashboard(_)));
            }
            Action::DeleteDashboard { name } => drop(aws.dashboards.remove(name).unwrap()),
            Action::CreateLogGroup(group) => {
                let new = ObservedLogGroup {
                    created: None,
                    retention_days: None,
                    kms_key: group.kms_key.clone(),
                    tags: group.tags.clone(),
                };
                assert_eq!(aws.log_groups.insert(group.name.clone(), new), None);
            }
            Action::TagLogGroup { name, tags } => aws.log_groups.get_mut(name).unwrap().tags.extend(tags.clone()),
            Action::UntagLogGroup { name, keys } => untag(&mut aws.log_groups.get_mut(name).unwrap().tags, keys),
            Action::AssociateKmsKey { name, key } => {
                aws.log_groups.get_mut(name).unwrap().kms_key = Some(key.clone());
            }
            Action::DisassociateKmsKey { name } => {
                assert!(aws.log_groups.get_mut(name).unwrap().kms_key.take().is_some());
            }
            Action::PutRetentionPolicy { name, days } => {
                aws.log_groups.get_mut(name).unwrap().retention_days = Some(*days);
            }
            Action::DeleteRetentionPolicy { name } => aws.log_groups.get_mut(name).unwrap().retention_days = None,
            Action::DeleteLogGroup { name } => {
                aws.log_groups.remove(name).unwrap();
            }
            Action::PutObject { object, .. } => assert!(aws.objects.insert(object.clone())),
            Action::DeleteObject(object) => assert!(aws.objects.remove(object)),
            Action::CreateFunction(function) => create_function(aws, function),
            Action::TagFunction { name, tags } => aws.functions.get_mut(name).unwrap().tags.extend(tags.clone()),
            Action::UntagFunction { name, keys } => untag(&mut aws.functions.get_mut(name).unwrap().tags, keys),
            Action::UpdateFunctionConfiguration(function) => {
                let found = aws.functions.get_mut(&function.name).unwrap();
                found.configuration = function.configuration.clone();
                found.health = Health::Good;
            }
            Action::UpdateFunctionCode(function) => {
                assert!(function.object.iter().all(|object| aws.objects.contains(object)));
                aws.functions.get_mut(&function.name).unwrap().code = function.code.clone();
            }
            Action::PublishVersion(function) => {
                let highest = self.highest.entry(function.name.clone()).or_default();
                let number = publish_function(aws.functions.get_mut(&function.name).unwrap(), highest);
                published.functions.insert(function.name.clone(), number);
            }
            Action::DeleteFunction { name } => {
                aws.functions.remove(name).unwrap();
            }
            Action::CreateStateMachine(machine) => {
                let highest = self.highest.entry(machine.name.clone()).or_default();
                create_machine(aws, machine, published, highest);
            }
            Action::TagStateMachine { name, tags } => aws.machines.get_mut(name).unwrap().tags.extend(tags.clone()),
            Action::UntagStateMachine { name, keys } => untag(&mut aws.machines.get_mut(name).unwrap().tags, keys),
            Action::UpdateStateMachine(machine) => {
                let found = aws.machines.get_mut(&machine.name).unwrap();
                found.current = machine.revision(|name| published.functions.get(name).copied()).unwrap();
                let highest = self.highest.entry(machine.name.clone()).or_default();
                let published = published.machines.entry(machine.name.clone());
                published.or_insert_with(|| publish_machine(found, highest));
            }
            Action::PublishStateMachineVersion(machine) => {
                let highest = self.highest.entry(machine.name.clone()).or_default();
                let number = publish_machine(aws.machines.get_mut(&machine.name).unwrap(), highest);
                published.machines.insert(machine.name.clone(), number);
            }
            Action::DeleteStateMachine { name } => {
                let machine = aws.machines.remove(name).unwrap();
                let role = machine.current.role_arn.rsplit('/').next().unwrap().to_owned();
                assert!(aws.roles.contains_key(&role), "the role must outlive its machine");
            }
            Action::CreateStateMachineAlias { machine, version } => {
                let version = version.or_else(|| published.machines.get(machine).copied()).unwrap();
                let machine = aws.machines.get_mut(machine).unwrap();
                assert!(machine.alias.is_empty(), "{LIVE} is there already");
                machine.alias = vec![Route { version, weight: 100 }];
                machine.note = Some(AliasNote {
                    live: version,
                    back_from: None,
                    before: Vec::new(),
                });
            }
            Action::UpdateStateMachineAlias { machine, target, .. } => {
                let rest = target.rest;
                let version = target
                    .version
                    .or_else(|| published.machines.get(machine).copied())
                    .unwrap();
                let machine = aws.machines.get_mut(machine).unwrap();
                assert!(!machine.alias.is_empty());
                let weight = 100 - rest.map_or(0, |rest| rest.weight);
                machine.alias = rest.iter().copied().chain([Route { version, weight }]).collect();
                machine.note = AliasNote::of(&target.note(version).to_string());
                let is_there = |route: &Route| machine.versions.iter().any(|found| found.number == route.version);
                assert!(machine.alias.iter().all(is_there), "a version must be there");
            }
            Action::DeleteStateMachineVersion { machine, version } => {
                let machine = aws.machines.get_mut(machine).unwrap();
                let routed = machine.alias.iter().any(|route| route.version == *version);
                assert!(
                    !routed && !machine.aliased.contains(version),
                    "an alias must not lead to it"
                );
                machine.versions.retain(|found| found.number != *version);
            }
            Action::DeleteFunctionVersion { name, version } => {
                let function = aws.functions.get_mut(name).unwrap();
                assert!(!function.aliased.contains(version), "an alias must not lead to it");
                function.versions.retain(|found| found.number != *version);
            }
        }
    }
}

fn untag(tags: &mut Tags, keys: &[String]) {
    for key in keys {
        tags.remove(key).unwrap();
    }
}

fn create_function(aws: &mut Observed, function: &Function) {
    assert!(
        aws.roles.contains_key(&function.name),
        "Lambda must be able to assume the role"
    );
    assert!(function.object.iter().all(|object| aws.objects.contains(object)));
    let new = ObservedFunction {
        code: function.code.clone(),
        configuration: function.configuration.clone(),
        health: Health::Good,
        modified: None,
        versions: Vec::new(),
        aliased: BTreeSet::new(),
        tags: function.tags.clone(),
    };
    assert_eq!(aws.functions.insert(function.name.clone(), new), None);
}

/// Lambda publishes nothing where nothing changed since the newest version.
fn publish_function(function: &mut ObservedFunction, highest: &mut u64) -> u64 {
    let newest = function.versions.last();
    if let Some(newest) = newest
        && (&newest.code, &newest.configuration) == (&function.code, &function.configuration)
    {
        return newest.number;
    }
    *highest += 1;
    let number = *highest;
    function.versions.push(FunctionVersion {
        number,
        code: function.code.clone(),
        configuration: function.configuration.clone(),
    });
    number
}

fn create_machine(aws: &mut Observed, machine: &Machine, published: &mut Published, highest: &mut u64) {
    assert!(
        aws.roles.contains_key(&machine.name),
        "Step Functions must be able to assume the role"
    );
    let current = machine.revision(|name| published.functions.get(name).copied()).unwrap();
    let mut new = ObservedMachine {
        current,
        machine_type: machine.machine_type,
        deleting: false,
        versions: Vec::new(),
        alias: Vec::new(),
        note: None,
        aliased: BTreeSet::new(),
        running: Vec::new(),
        tags: machine.tags.clone(),
    };
    published
        .machines
        .insert(machine.name.clone(), publish_machine(&mut new, highest));
    assert_eq!(aws.machines.insert(machine.name.clone(), new), None);
}

fn publish_machine(machine: &mut ObservedMachine, highest: &mut u64) -> u64 {
    let newest = machine.versions.last();
    if let Some(newest) = newest
        && newest.revision.as_ref() == Some(&machine.current)
    {
        return newest.number;
    }
    *highest += 1;
    let number = *highest;
    machine.versions.push(MachineVersion {
        number,
        revision: Some(machine.current.clone()),
    });
    number
}
