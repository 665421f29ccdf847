use std::collections::BTreeSet;

use asl::{Json, MachineType, StateMachine};

use crate::alarm::{Alarm, Alarms};
use crate::dashboard::{Dashboard, MAX_WIDGETS};
use crate::function::{Code, Configuration, Function};
use crate::log_group::LogGroup;
use crate::machine::{Logging, LoggingLevel, Machine};
use crate::policy::Uses;
use crate::reference::FunctionReference;
use crate::role::Role;
use crate::role_policy::RolePolicy;
use crate::statement::Permissions;
use crate::{
    Definition, Deployed, Deploys, Environment, Error, Object, OwnStatement, Scope, Tags, encryption, environment,
    invoked_functions, log_group, policy,
};

/// What the workspace says about a stack, with its artifacts measured.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it goes.
    pub scope: Scope,
    /// Its functions.
    pub functions: Vec<FunctionSettings>,
    /// Its state machines.
    pub machines: Vec<MachineSettings>,
    /// How long log groups keep their events, in days; nothing is for ever.
    pub retention_days: Option<i32>,
    /// How its versions come, stay and go.
    pub deploys: Deploys,
    /// What its resources have in common.
    pub common: Common,
    /// How it is watched.
    pub monitoring: Monitoring,
}

/// How a stack is watched.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Monitoring {
    /// What raises an alarm; nothing where there are no alarms.
    pub alarms: Option<Alarms>,
    /// Whether it has a dashboard.
    pub has_dashboard: bool,
}

/// What all resources of a stack have in common.
#[derive(Clone, Debug, Default)]
pub struct Common {
    /// Tags, beside those that tell whose a resource is.
    pub tags: Tags,
    /// ARN of the policy that bounds what the roles may do.
    pub permissions_boundary: Option<String>,
    /// ARN of the KMS key that encrypts environments, logs, definitions and the data of executions; without it AWS's own
    /// keys do.
    pub kms_key: Option<String>,
    /// The bucket of zips that are too large for a call.
    pub bucket: Option<String>,
    /// What state machines log.
    pub logs: MachineLogs,
    /// Whether X-Ray traces functions and state machines.
    pub traces: bool,
}

/// What state machines log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MachineLogs {
    /// Which events.
    pub events: LoggedEvents,
    /// Whether inputs and outputs are among them.
    pub include_execution_data: bool,
}

/// Which events state machines log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LoggedEvents {
    /// Standard executions are kept by the service, so their log has what failed; of Express executions the log is all
    /// there is.
    #[default]
    AsTheTypeNeeds,
    /// Those of this level.
    Level(LoggingLevel),
    /// None.
    Nothing,
}

impl MachineLogs {
    fn level(self, machine_type: MachineType) -> Option<LoggingLevel> {
        match (self.events, machine_type) {
            (LoggedEvents::Nothing, _) => None,
            (LoggedEvents::Level(level), _) => Some(level),
            (LoggedEvents::AsTheTypeNeeds, MachineType::Standard) => Some(LoggingLevel::Error),
            (LoggedEvents::AsTheTypeNeeds, MachineType::Express) => Some(LoggingLevel::All),
        }
    }
}

/// A function of the workspace.
#[derive(Clone, Debug)]
pub struct FunctionSettings {
    /// Its name in the workspace.
    pub logical: String,
    /// What it runs.
    pub code: Code,
    /// SHA-256 of the zip in hexadecimal digits, where it is too large for a call.
    pub large: Option<String>,
    /// MiB.
    pub memory: i32,
    /// Seconds.
    pub timeout: i32,
    /// Environment variables.
    pub environment: Environment,
    /// For people.
    pub description: String,
    /// What its role is allowed beside writing its log.
    pub permissions: FunctionPermissions,
}

/// What a function's role is allowed beside writing its log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FunctionPermissions {
    /// Statements of its own.
    pub own: Vec<OwnStatement>,
    /// ARNs of managed policies.
    pub managed_policies: BTreeSet<String>,
}

/// A state machine of the workspace.
#[derive(Clone, Debug)]
pub struct MachineSettings {
    /// Its name in the workspace.
    pub logical: String,
    /// Its definition with the placeholders filled, functions without a version.
    pub definition: Json,
    /// The functions its definition names, as [`crate::invoked_functions`] finds them.
    pub invokes: BTreeSet<String>,
    /// What its states need, and what the workspace allows it besides.
    pub permissions: Permissions,
    /// Standard or Express.
    pub machine_type: MachineType,
}

impl MachineSettings {
    /// What the state machine `logical` is, by its definition: as JSON and as read.
    #[must_use]
    pub fn new(
        logical: &str,
        definition: Json,
        (machine, machine_type): (&StateMachine, MachineType),
        permissions: Permissions,
    ) -> MachineSettings {
        MachineSettings {
            logical: logical.to_owned(),
            definition,
            invokes: invoked_functions(machine),
            permissions,
            machine_type,
        }
    }

    /// What its role is for beside what its states call.
    pub(crate) fn uses<'a>(&self, common: &'a Common) -> Uses<'a> {
        Uses {
            logs: common.logs.level(self.machine_type).is_some(),
            traces: common.traces,
            kms_key: common.kms_key.as_deref(),
        }
    }

    /// The names of the functions in the stack's account and region that it invokes and that are none of `functions`, by
    /// their logical names.
    #[must_use]
    pub fn other_functions(&self, scope: &Scope, functions: &[&str]) -> BTreeSet<String> {
        let references = self.invokes.iter().map(|text| FunctionReference::new(text, scope));
        let others = references.filter(|reference| {
            reference.arn_prefix == scope.function_arn_prefix() && reference.of_workspace(scope, functions).is_none()
        });
        others.map(|reference| reference.name.to_owned()).collect()
    }
}

/// All resources that a stack should have.
#[derive(Clone, Debug)]
pub struct Desired {
    /// Where it goes.
    pub scope: Scope,
    /// The bucket of its zips, if it has one.
    pub bucket: Option<String>,
    /// Log groups of functions, then of state machines.
    pub log_groups: Vec<LogGroup>,
    /// Roles of functions, then of state machines.
    pub roles: Vec<Role>,
    /// Functions.
    pub functions: Vec<Function>,
    /// State machines.
    pub machines: Vec<Machine>,
    /// Alarms of functions, then of state machines.
    pub alarms: Vec<Alarm>,
    /// The dashboard, if it has one.
    pub dashboard: Option<Dashboard>,
    /// How versions come, stay and go.
    pub deploys: Deploys,
}

/// Longest definition in bytes.
///
/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html>
const MAX_DEFINITION: usize = 1_048_576;

impl Desired {
    /// The resources that `settings` ask for.
    ///
    /// # Errors
    /// Everything AWS would refuse and that can be seen from here.
    pub fn new(settings: &Settings) -> Result<Desired, Vec<Error>> {
        let mut errors = duplicate_names(settings);
        errors.extend(encryption::elsewhere(settings));
        let scope = &settings.scope;
        let mut desired = Desired {
            scope: scope.clone(),
            bucket: settings.common.bucket.clone(),
            log_groups: Vec::new(),
            roles: Vec::new(),
            functions: Vec::new(),
            machines: Vec::new(),
            alarms: Vec::new(),
            dashboard: None,
            deploys: settings.deploys.clone(),
        };
        for function in &settings.functions {
            errors.extend(scope.checked_name(Deployed::Function, &function.logical).err());
            errors.extend(environment::oversized(function));
            desired.add_function(function, settings);
        }
        let functions: Vec<&str> = settings.functions.iter().map(|f| f.logical.as_str()).collect();
        for machine in &settings.machines {
            errors.extend(scope.checked_name(Deployed::StateMachine, &machine.logical).err());
            desired.add_machine(machine, &functions, settings);
        }
        desired.watch(&settings.monitoring);
        errors.extend(desired.oversized());
        if errors.is_empty() { Ok(desired) } else { Err(errors) }
    }

    fn add_function(&mut self, settings: &FunctionSettings, stack: &Settings) {
        let scope = &self.scope;
        let tags = tags(stack, &settings.logical);
        let name = scope.name(&settings.logical);
        let log_group = Scope::function_log_group(&name);
        self.roles.push(Role {
            name: name.clone(),
            trust: policy::function_trust(scope, &name),
            permissions: RolePolicy::of_function(scope, &settings.logical, &settings.permissions, &stack.common)
                .document(),
            managed_policies: settings.permissions.managed_policies.clone(),
            boundary: stack.common.permissions_boundary.clone(),
            tags: tags.clone(),
        });
        let bucket = stack.common.bucket.as_ref();
        let large = bucket.zip(settings.large.as_ref());
        self.functions.push(Function {
            object: large.map(|(bucket, sha256)| Object::new(scope, bucket, sha256)),
            code: settings.code.clone(),
            configuration: Configuration {
                role_arn: scope.role_arn(&name),
                memory: settings.memory,
                timeout: settings.timeout,
                environment: settings.environment.clone(),
                description: settings.description.clone(),
                kms_key: stack.common.kms_key.clone(),
                traces: stack.common.traces,
                ..Configuration::default()
            },
            log_group: log_group.clone(),
            tags: tags.clone(),
            logical: settings.logical.clone(),
            name,
        });
        self.log_groups.push(LogGroup {
            name: log_group,
            retention_days: stack.retention_days,
            kms_key: stack.common.kms_key.clone(),
            tags: log_group::tagged(tags, stack.retention_days),
        });
    }

    fn add_machine(&mut self, settings: &MachineSettings, functions: &[&str], stack: &Settings) {
        let scope = self.scope.clone();
        let tags = tags(stack, &settings.logical);
        let name = scope.name(&settings.logical);
        let log_group = Scope::machine_log_group(&name);
        let machine = Machine {
            definition: Definition::new(&settings.definition, &scope, functions),
            permissions: settings.permissions.clone(),
            role_arn: scope.role_arn(&name),
            kms_key: stack.common.kms_key.clone(),
            logging: logging(stack.common.logs, settings.machine_type, &scope, &log_group),
            traces: stack.common.traces,
            machine_type: settings.machine_type,
            log_group: log_group.clone(),
            tags: tags.clone(),
            logical: settings.logical.clone(),
            name: name.clone(),
        };
        self.roles.push(Role {
            trust: policy::machine_trust(&scope, &name),
            permissions: RolePolicy::of_machine(&scope, settings, &stack.common).document(),
            managed_policies: BTreeSet::new(),
            boundary: stack.common.permissions_boundary.clone(),
            tags: tags.clone(),
            name,
        });
        self.log_groups.push(LogGroup {
            name: log_group,
            retention_days: stack.retention_days,
            kms_key: stack.common.kms_key.clone(),
            tags: log_group::tagged(tags, stack.retention_days),
        });
        self.machines.push(machine);
    }

    fn watch(&mut self, monitoring: &Monitoring) {
        if let Some(alarms) = &monitoring.alarms {
            let functions = self.functions.iter();
            self.alarms
                .extend(functions.flat_map(|function| Alarm::of_function(alarms, function)));
            let machines = self.machines.iter();
            self.alarms
                .extend(machines.flat_map(|machine| Alarm::of_machine(alarms, machine, &self.scope)));
        }
        if monitoring.has_dashboard {
            self.dashboard = Some(Dashboard::new(self));
        }
    }

    fn oversized(&self) -> Vec<Error> {
        let policies = self.roles.iter().filter_map(|role| {
            let length = role.permissions.encoded_len();
            (length > policy::MAX_LENGTH).then(|| Error::PolicyLength {
                role: role.name.clone(),
                length,
                limit: policy::MAX_LENGTH,
            })
        });
        let definitions = self.machines.iter().filter_map(|machine| {
            let length = machine.definition.unversioned().encoded_len();
            (length > MAX_DEFINITION).then(|| Error::DefinitionLength {
                machine: machine.name.clone(),
                length,
                limit: MAX_DEFINITION,
            })
        });
        let dashboard = self.dashboard.iter().filter(|dashboard| dashboard.len() > MAX_WIDGETS);
        let dashboards = dashboard.map(|dashboard| Error::Widgets {
            count: dashboard.len(),
            limit: MAX_WIDGETS,
        });
        policies.chain(definitions).chain(dashboards).collect()
    }
}

/// The tags that are asked for, and those that tell whose a resource is, which nothing replaces.
fn tags(stack: &Settings, logical: &str) -> Tags {
    let mut tags = stack.common.tags.clone();
    tags.extend(stack.scope.tags(logical));
    tags
}

fn logging(logs: MachineLogs, machine_type: MachineType, scope: &Scope, log_group: &str) -> Option<Logging> {
    Some(Logging {
        level: logs.level(machine_type)?,
        include_execution_data: logs.include_execution_data,
        log_group_arn: format!("{}:*", scope.log_group_arn(log_group)),
    })
}

fn duplicate_names(settings: &Settings) -> Vec<Error> {
    let mut seen = BTreeSet::new();
    let functions = settings.functions.iter().map(|function| &function.logical);
    let machines = settings.machines.iter().map(|machine| &machine.logical);
    let repeated = functions.chain(machines).filter(|name| !seen.insert(*name));
    repeated.map(|name| Error::DuplicateName(name.clone())).collect()
}
