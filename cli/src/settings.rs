//! Arguments, environment, stepwright.toml and cargo metadata become plain values here, once.
//!
//! [`load`] reads arguments and stepwright.toml; [`Settings::functions`] asks cargo for the packages as well, so that
//! commands that need no package do not wait for it.

mod deploys;
mod error;
mod file;
mod function;
mod include;
mod metadata;
mod monitoring;
mod names;
mod packages;
mod permissions;
mod resources;
mod stages;
mod validate;
mod variable;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

pub use deploys::Deploys;
pub use error::Error;
pub use function::{Features, Function};
pub use include::Include;
pub(crate) use names::{is_account, is_region, suggestion};
pub use packages::Functions;
pub(crate) use packages::cargo;
pub use permissions::{Allowance, OneOrMany, Statement};
pub use variable::{Reference, Variable};

use crate::{args::Global, diagnostics::Report};

/// The configuration file's name.
pub const FILE_NAME: &str = "stepwright.toml";

/// A workspace as configured.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Directory of stepwright.toml, absolute.
    pub root: PathBuf,
    /// Name of the stack.
    pub stack: String,
    /// Name of the stage.
    pub stage: String,
    /// The names of all stages that there are: those that are declared, the default one, and the one in question.
    pub stages: BTreeSet<String>,
    /// State machines by logical name.
    pub machines: BTreeMap<String, Machine>,
    /// How long logs are kept.
    pub logs: Logs,
    /// How versions come, stay and go.
    pub deploys: Deploys,
    /// What all resources have in common.
    pub common: stack::Common,
    /// How the stack is watched.
    pub monitoring: stack::Monitoring,
    /// Which AWS account and region, as far as the arguments and stepwright.toml say.
    pub aws: Aws,
    /// Values that parameters and secrets have in offline runs, by variable.
    pub run_environment: BTreeMap<String, String>,
    declared: BTreeMap<String, file::Function>,
    /// What the stage says of functions, by logical name.
    overrides: BTreeMap<String, Vec<stages::Override>>,
    source: Report,
}

/// A state machine as configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// The definition's file, absolute; it existed when the settings were read.
    pub definition: PathBuf,
    /// Its type.
    pub machine_type: MachineType,
    /// The file with the input of executions started without one, absolute.
    pub input: Option<PathBuf>,
    /// Values of `${...}` in the definition, beyond the functions and machines.
    pub substitutions: BTreeMap<String, String>,
    /// What its calls may be about that is known only at run time.
    pub allow: Vec<toml::Spanned<Allowance>>,
    /// What its role is allowed beside what its states need.
    pub policy: Vec<toml::Spanned<Statement>>,
}

/// The type of a state machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "UPPERCASE")]
#[value(rename_all = "UPPER")]
pub enum MachineType {
    /// Durable, up to a year.
    #[default]
    Standard,
    /// Up to five minutes.
    Express,
}

impl From<MachineType> for asl::MachineType {
    fn from(machine_type: MachineType) -> asl::MachineType {
        match machine_type {
            MachineType::Standard => asl::MachineType::Standard,
            MachineType::Express => asl::MachineType::Express,
        }
    }
}

impl From<MachineType> for executor::Workflow {
    fn from(machine_type: MachineType) -> executor::Workflow {
        match machine_type {
            MachineType::Standard => executor::Workflow::Standard,
            MachineType::Express => executor::Workflow::Express,
        }
    }
}

/// How logs are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Logs {
    /// Days until CloudWatch Logs drops an event.
    pub retention_days: u32,
}

/// What the arguments say about AWS, then the stage, then the whole stack; what they leave open is for the SDK's own
/// chain of configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aws {
    /// The 12 digits of the only account that may be read or changed.
    pub account: Option<String>,
    /// Profile of the AWS configuration files.
    pub profile: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// Where calls go instead of AWS.
    pub endpoint_url: Option<String>,
}

/// Reads stepwright.toml of the workspace the arguments lead to.
///
/// # Errors
/// When there is none, or it has errors; all of them are reported together.
pub fn load(global: &Global) -> Result<Settings, Error> {
    let path = find(global.workspace.as_deref())?;
    let text = std::fs::read_to_string(&path).map_err(|source| Error::Read {
        path: path.clone(),
        source,
    })?;
    let source = Report {
        path: shown(&path),
        text,
        diagnostics: Vec::new(),
    };
    validate::stage(&global.stage)?;
    let root = path.parent().unwrap_or(Path::new("/")).to_owned();
    validate::settings(root, global, source)
}

impl Settings {
    /// The logical names of the functions.
    pub fn function_names(&self) -> impl Iterator<Item = &str> {
        self.declared.keys().map(String::as_str)
    }

    /// The logical name of the function called `name`.
    ///
    /// # Errors
    /// When there is no such function.
    pub fn function_name(&self, name: &str) -> Result<&str, Error> {
        let known = self.function_names().find(|known| *known == name);
        known.ok_or_else(|| Error::unknown("function", name, self.function_names()))
    }

    /// What was found in stepwright.toml after it was read.
    pub(crate) fn report(&self, diagnostics: Vec<asl::Diagnostic>) -> Report {
        Report {
            diagnostics,
            ..self.source.clone()
        }
    }

    /// What a function's role is allowed beside writing its log: statements, and ARNs of managed policies.
    pub(crate) fn function_permissions(&self, name: &str) -> (&[toml::Spanned<Statement>], BTreeSet<String>) {
        let Some(function) = self.declared.get(name) else {
            return (&[], BTreeSet::new());
        };
        let managed = function.managed_policies.iter().map(|arn| arn.get_ref().clone());
        (&function.policy, managed.collect())
    }

    /// The state machine called `name`, or the only one.
    ///
    /// # Errors
    /// When there is no such machine, or several and no name.
    pub fn machine(&self, name: Option<&str>) -> Result<(&str, &Machine), Error> {
        let names = || self.machines.keys().map(String::as_str);
        match (name, self.machines.len()) {
            (Some(name), _) => self
                .machines
                .get_key_value(name)
                .ok_or_else(|| Error::unknown("state machine", name, names())),
            (None, 1) => self.machines.first_key_value().ok_or(Error::NoMachine),
            (None, 0) => Err(Error::NoMachine),
            (None, _) => Err(Error::WhichMachine {
                names: names().map(str::to_owned).collect(),
            }),
        }
        .map(|(name, machine)| (name.as_str(), machine))
    }

    /// The functions called `names`, or all when there are none, with what cargo knows of their packages.
    ///
    /// # Errors
    /// When a name is unknown, cargo cannot read the workspace, or a package is not as declared.
    pub async fn functions(&self, names: &[String]) -> Result<Functions, Error> {
        if let Some(name) = names.iter().find(|name| !self.declared.contains_key(*name)) {
            return Err(Error::unknown("function", name, self.function_names()));
        }
        if self.declared.is_empty() {
            return Ok(Functions::none(&self.root));
        }
        packages::resolve(self, names).await
    }
}

/// The configuration file, absolute: in `workspace`, or in the nearest directory from here upward.
fn find(workspace: Option<&Path>) -> Result<PathBuf, Error> {
    let here = std::path::absolute(workspace.unwrap_or(Path::new("."))).map_err(|source| Error::Read {
        path: PathBuf::from("."),
        source,
    })?;
    let mut directories = here.ancestors().take(if workspace.is_some() { 1 } else { usize::MAX });
    directories
        .find(|directory| directory.join(FILE_NAME).is_file())
        .map(|directory| directory.join(FILE_NAME))
        .ok_or(Error::NoWorkspace {
            directory: here,
            upward: workspace.is_none(),
        })
}

/// A path as the user would write it from here.
pub(crate) fn shown(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).to_owned()
}
