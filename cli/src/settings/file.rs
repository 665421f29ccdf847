//! The shape of stepwright.toml, with places for messages.

use std::collections::BTreeMap;

use serde::Deserialize;
use stack::Architecture;
use toml::Spanned;

use super::{
    MachineType, Variable,
    deploys::Declared,
    monitoring::{Alarms, Level},
    permissions::{Allowance, Statement},
};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) stack: Spanned<String>,
    #[serde(default)]
    pub(super) functions: BTreeMap<Spanned<String>, Function>,
    #[serde(default)]
    pub(super) machines: BTreeMap<Spanned<String>, Machine>,
    #[serde(default)]
    pub(super) logs: Logs,
    #[serde(default)]
    pub(super) deploy: Declared,
    pub(super) account: Option<Spanned<String>>,
    pub(super) region: Option<Spanned<String>>,
    pub(super) profile: Option<Spanned<String>>,
    pub(super) permissions_boundary: Option<Spanned<String>>,
    pub(super) kms_key: Option<Spanned<String>>,
    pub(super) tracing: Option<bool>,
    pub(super) dashboard: Option<bool>,
    pub(super) alarms: Option<Alarms>,
    #[serde(default)]
    pub(super) tags: Tags,
    #[serde(default)]
    pub(super) run: Run,
    #[serde(default)]
    pub(super) stages: BTreeMap<Spanned<String>, Stage>,
}

pub(super) type Tags = BTreeMap<Spanned<String>, Spanned<String>>;

/// What a stage has otherwise than the whole stack.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stage {
    pub(super) account: Option<Spanned<String>>,
    pub(super) region: Option<Spanned<String>>,
    pub(super) profile: Option<Spanned<String>>,
    pub(super) permissions_boundary: Option<Spanned<String>>,
    pub(super) kms_key: Option<Spanned<String>>,
    pub(super) tracing: Option<bool>,
    pub(super) dashboard: Option<bool>,
    pub(super) alarms: Option<Alarms>,
    #[serde(default)]
    pub(super) tags: Tags,
    pub(super) memory: Option<Spanned<u32>>,
    pub(super) timeout: Option<Spanned<u32>>,
    #[serde(default)]
    pub(super) environment: BTreeMap<Spanned<String>, Variable>,
    #[serde(default)]
    pub(super) functions: BTreeMap<Spanned<String>, StageFunction>,
    #[serde(default)]
    pub(super) machines: BTreeMap<Spanned<String>, StageMachine>,
    #[serde(default)]
    pub(super) logs: Logs,
    #[serde(default)]
    pub(super) deploy: Declared,
}

/// What a function has otherwise in a stage.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StageFunction {
    pub(super) memory: Option<Spanned<u32>>,
    pub(super) timeout: Option<Spanned<u32>>,
    #[serde(default)]
    pub(super) environment: BTreeMap<Spanned<String>, Variable>,
}

/// What a state machine has otherwise in a stage.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StageMachine {
    pub(super) input: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) substitutions: BTreeMap<String, String>,
}

/// A function, as stepwright.toml has it; what a package's manifest says of its functions takes the same shape.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Function {
    pub(super) package: Spanned<String>,
    pub(super) binary: Option<Spanned<String>>,
    pub(super) memory: Option<Spanned<u32>>,
    pub(super) timeout: Option<Spanned<u32>>,
    pub(super) architecture: Option<Architecture>,
    #[serde(default)]
    pub(super) environment: BTreeMap<Spanned<String>, Variable>,
    pub(super) description: Option<Spanned<String>>,
    /// Features of the package, beyond the default ones.
    pub(super) features: Option<Vec<Spanned<String>>>,
    pub(super) default_features: Option<bool>,
    /// `PATH` or `NAME:PATH` of files and directories that go into the zip, under that name.
    pub(super) include: Option<Vec<Spanned<String>>>,
    /// What its role is allowed beside writing its log.
    #[serde(default)]
    pub(super) policy: Vec<Spanned<Statement>>,
    /// ARNs of managed policies of its role.
    #[serde(default)]
    pub(super) managed_policies: Vec<Spanned<String>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Machine {
    pub(super) definition: Spanned<String>,
    #[serde(default, rename = "type")]
    pub(super) machine_type: MachineType,
    pub(super) input: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) substitutions: BTreeMap<String, String>,
    /// What its calls may be about that is known only at run time.
    #[serde(default)]
    pub(super) allow: Vec<Spanned<Allowance>>,
    /// What its role is allowed beside what its states need.
    #[serde(default)]
    pub(super) policy: Vec<Spanned<Statement>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Logs {
    pub(super) retention_days: Option<Spanned<u32>>,
    /// What state machines log.
    pub(super) level: Option<Level>,
    /// Whether inputs and outputs are in the logs of state machines.
    pub(super) include_execution_data: Option<bool>,
}

/// What holds for offline runs alone.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Run {
    /// Values that are parameters and secrets on AWS, by variable.
    #[serde(default)]
    pub(super) environment: BTreeMap<String, String>,
}
