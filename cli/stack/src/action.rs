use asl::{Json, MachineType};
use serde::Serialize;

use crate::scope::LIVE;
use crate::{Alarm, AliasTarget, Dashboard, Function, LogGroup, Machine, Object, Role, Tags};

/// One AWS API action, with all it needs but what earlier actions give: versions that were published for it.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "the variants are the actions of the IAM, CloudWatch, CloudWatch Logs, Lambda and Step Functions APIs"
)]
pub enum Action {
    CreateRole(Role),
    TagRole {
        role: String,
        tags: Tags,
    },
    UntagRole {
        role: String,
        keys: Vec<String>,
    },
    PutRolePermissionsBoundary {
        role: String,
        boundary: String,
    },
    DeleteRolePermissionsBoundary {
        role: String,
    },
    UpdateAssumeRolePolicy {
        role: String,
        document: Json,
    },
    PutRolePolicy {
        role: String,
        policy: String,
        document: Json,
    },
    DeleteRolePolicy {
        role: String,
        policy: String,
    },
    AttachRolePolicy {
        role: String,
        policy_arn: String,
    },
    DetachRolePolicy {
        role: String,
        policy_arn: String,
    },
    DeleteRole {
        role: String,
    },
    CreateAlarm(Alarm),
    UpdateAlarm(Alarm),
    TagAlarm {
        name: String,
        tags: Tags,
    },
    UntagAlarm {
        name: String,
        keys: Vec<String>,
    },
    DeleteAlarm {
        name: String,
    },
    CreateDashboard(Dashboard),
    UpdateDashboard(Dashboard),
    DeleteDashboard {
        name: String,
    },
    CreateLogGroup(LogGroup),
    TagLogGroup {
        name: String,
        tags: Tags,
    },
    UntagLogGroup {
        name: String,
        keys: Vec<String>,
    },
    AssociateKmsKey {
        name: String,
        key: String,
    },
    DisassociateKmsKey {
        name: String,
    },
    PutRetentionPolicy {
        name: String,
        days: i32,
    },
    DeleteRetentionPolicy {
        name: String,
    },
    DeleteLogGroup {
        name: String,
    },
    PutObject {
        /// The function whose zip it is.
        function: String,
        /// SHA-256 of the zip in base64.
        sha256: String,
        object: Object,
    },
    DeleteObject(Object),
    CreateFunction(Function),
    TagFunction {
        name: String,
        tags: Tags,
    },
    UntagFunction {
        name: String,
        keys: Vec<String>,
    },
    UpdateFunctionConfiguration(Function),
    UpdateFunctionCode(Function),
    PublishVersion(Function),
    DeleteFunction {
        name: String,
    },
    CreateStateMachine(Machine),
    TagStateMachine {
        name: String,
        tags: Tags,
    },
    UntagStateMachine {
        name: String,
        keys: Vec<String>,
    },
    UpdateStateMachine(Machine),
    PublishStateMachineVersion(Machine),
    DeleteStateMachine {
        name: String,
    },
    CreateStateMachineAlias {
        machine: String,
        version: Option<u64>,
    },
    UpdateStateMachineAlias {
        machine: String,
        machine_type: MachineType,
        target: AliasTarget,
    },
    DeleteStateMachineVersion {
        machine: String,
        version: u64,
    },
    DeleteFunctionVersion {
        name: String,
        version: u64,
    },
}

/// A kind of resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// An IAM role with its policies.
    Role,
    /// A CloudWatch Logs log group.
    LogGroup,
    /// A zip in S3.
    Object,
    /// A Lambda function with its versions.
    Function,
    /// A state machine with its versions.
    StateMachine,
    /// An alias of a state machine.
    Alias,
    /// A CloudWatch alarm.
    Alarm,
    /// A CloudWatch dashboard.
    Dashboard,
    /// A version of a function.
    FunctionVersion,
    /// A version of a state machine.
    StateMachineVersion,
}

/// A resource by kind and deployed name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Resource {
    /// Its kind.
    pub kind: Kind,
    /// Its deployed name.
    pub name: String,
}

/// What becomes of a resource by an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Creates,
    Changes,
    Deletes,
}

impl Action {
    /// The name of the API action, such as `CreateRole`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.describe().0
    }

    /// What it acts on.
    #[must_use]
    pub fn resource(&self) -> Resource {
        let (_, _, kind, name) = self.describe();
        let name = match (kind, self.version()) {
            (Kind::Alias, _) => format!("{name}:{LIVE}"),
            (_, Some(version)) => format!("{name}:{version}"),
            (_, None) => name.to_owned(),
        };
        Resource { kind, name }
    }

    pub(crate) fn effect(&self) -> Effect {
        self.describe().1
    }

    /// The version that it deletes.
    fn version(&self) -> Option<u64> {
        match self {
            Action::DeleteStateMachineVersion { version, .. } | Action::DeleteFunctionVersion { version, .. } => {
                Some(*version)
            }
            _ => None,
        }
    }

    fn describe(&self) -> (&'static str, Effect, Kind, &str) {
        use Effect::{Changes, Creates, Deletes};
        match self {
            Action::CreateRole(role) => ("CreateRole", Creates, Kind::Role, &role.name),
            Action::TagRole { role, .. } => ("TagRole", Changes, Kind::Role, role),
            Action::UntagRole { role, .. } => ("UntagRole", Changes, Kind::Role, role),
            Action::PutRolePermissionsBoundary { role, .. } => {
                ("PutRolePermissionsBoundary", Changes, Kind::Role, role)
            }
            Action::DeleteRolePermissionsBoundary { role } => {
                ("DeleteRolePermissionsBoundary", Changes, Kind::Role, role)
            }
            Action::UpdateAssumeRolePolicy { role, .. } => ("UpdateAssumeRolePolicy", Changes, Kind::Role, role),
            Action::PutRolePolicy { role, .. } => ("PutRolePolicy", Changes, Kind::Role, role),
            Action::DeleteRolePolicy { role, .. } => ("DeleteRolePolicy", Changes, Kind::Role, role),
            Action::AttachRolePolicy { role, .. } => ("AttachRolePolicy", Changes, Kind::Role, role),
            Action::DetachRolePolicy { role, .. } => ("DetachRolePolicy", Changes, Kind::Role, role),
            Action::DeleteRole { role } => ("DeleteRole", Deletes, Kind::Role, role),
            Action::CreateAlarm(alarm) => ("PutMetricAlarm", Creates, Kind::Alarm, &alarm.name),
            Action::UpdateAlarm(alarm) => ("PutMetricAlarm", Changes, Kind::Alarm, &alarm.name),
            Action::TagAlarm { name, .. } => ("TagResource", Changes, Kind::Alarm, name),
            Action::UntagAlarm { name, .. } => ("UntagResource", Changes, Kind::Alarm, name),
            Action::DeleteAlarm { name } => ("DeleteAlarms", Deletes, Kind::Alarm, name),
            Action::CreateDashboard(dashboard) => ("PutDashboard", Creates, Kind::Dashboard, &dashboard.name),
            Action::UpdateDashboard(dashboard) => ("PutDashboard", Changes, Kind::Dashboard, &dashboard.name),
            Action::DeleteDashboard { name } => ("DeleteDashboards", Deletes, Kind::Dashboard, name),
            Action::CreateLogGroup(group) => ("CreateLogGroup", Creates, Kind::LogGroup, &group.name),
            Action::TagLogGroup { name, .. } => ("TagResource", Changes, Kind::LogGroup, name),
            Action::UntagLogGroup { name, .. } => ("UntagResource", Changes, Kind::LogGroup, name),
            Action::AssociateKmsKey { name, .. } => ("AssociateKmsKey", Changes, Kind::LogGroup, name),
            Action::DisassociateKmsKey { name } => ("DisassociateKmsKey", Changes, Kind::LogGroup, name),
            Action::PutRetentionPolicy { name, .. } => ("PutRetentionPolicy", Changes, Kind::LogGroup, name),
            Action::DeleteRetentionPolicy { name } => ("DeleteRetentionPolicy", Changes, Kind::LogGroup, name),
            Action::DeleteLogGroup { name } => ("DeleteLogGroup", Deletes, Kind::LogGroup, name),
            Action::PutObject { object, .. } => ("PutObject", Creates, Kind::Object, &object.key),
            Action::DeleteObject(object) => ("DeleteObject", Deletes, Kind::Object, &object.key),
            Action::CreateFunction(function) => ("CreateFunction", Creates, Kind::Function, &function.name),
            Action::TagFunction { name, .. } => ("TagResource", Changes, Kind::Function, name),
            Action::UntagFunction { name, .. } => ("UntagResource", Changes, Kind::Function, name),
            Action::UpdateFunctionConfiguration(function) => {
                ("UpdateFunctionConfiguration", Changes, Kind::Function, &function.name)
            }
            Action::UpdateFunctionCode(function) => ("UpdateFunctionCode", Changes, Kind::Function, &function.name),
            Action::PublishVersion(function) => ("PublishVersion", Changes, Kind::Function, &function.name),
            Action::DeleteFunction { name } => ("DeleteFunction", Deletes, Kind::Function, name),
            Action::CreateStateMachine(machine) => ("CreateStateMachine", Creates, Kind::StateMachine, &machine.name),
            Action::TagStateMachine { name, .. } => ("TagResource", Changes, Kind::StateMachine, name),
            Action::UntagStateMachine { name, .. } => ("UntagResource", Changes, Kind::StateMachine, name),
            Action::UpdateStateMachine(machine) => ("UpdateStateMachine", Changes, Kind::StateMachine, &machine.name),
            Action::PublishStateMachineVersion(machine) => {
                ("PublishStateMachineVersion", Changes, Kind::StateMachine, &machine.name)
            }
            Action::DeleteStateMachine { name } => ("DeleteStateMachine", Deletes, Kind::StateMachine, name),
            Action::CreateStateMachineAlias { machine, .. } => {
                ("CreateStateMachineAlias", Creates, Kind::Alias, machine)
            }
            Action::UpdateStateMachineAlias { machine, .. } => {
                ("UpdateStateMachineAlias", Changes, Kind::Alias, machine)
            }
            Action::DeleteStateMachineVersion { machine, .. } => {
                ("DeleteStateMachineVersion", Deletes, Kind::StateMachineVersion, machine)
            }
            Action::DeleteFunctionVersion { name, .. } => ("DeleteFunction", Deletes, Kind::FunctionVersion, name),
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(match self {
            Kind::Role => "role",
            Kind::LogGroup => "log group",
            Kind::Object => "object",
            Kind::Function => "function",
            Kind::StateMachine => "state machine",
            Kind::Alias => "alias",
            Kind::Alarm => "alarm",
            Kind::Dashboard => "dashboard",
            Kind::FunctionVersion | Kind::StateMachineVersion => "version",
        })
    }
}

impl std::fmt::Display for Resource {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} `{}`", self.kind, self.name)
    }
}
