use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::object::Uploads;
use crate::plan::{Property, StepId, Steps, When};
use crate::tags::{Tagging, Tags};
use crate::{Environment, Object, ObservedRole, machine};

/// A function as it should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Its name in the workspace.
    pub logical: String,
    /// Its deployed name, which is its role's too.
    pub name: String,
    /// What it runs.
    pub code: Code,
    /// Where Lambda fetches its zip; nothing where the call brings it.
    pub object: Option<Object>,
    /// How it runs.
    pub configuration: Configuration,
    /// Its log group.
    pub log_group: String,
    /// Its tags.
    pub tags: Tags,
}

/// What a function runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// SHA-256 of the zip in base64, as Lambda's `CodeSha256`.
    pub sha256: String,
    /// The processor it is compiled for.
    pub architecture: Architecture,
}

/// The processor a function is compiled for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub enum Architecture {
    /// `x86_64`
    #[default]
    #[serde(rename = "x86_64")]
    X86_64,
    /// `arm64`
    #[serde(rename = "arm64")]
    Arm64,
}

/// How a function runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configuration {
    /// Its execution role.
    pub role_arn: String,
    /// MiB.
    pub memory: i32,
    /// Seconds.
    pub timeout: i32,
    /// Environment variables.
    pub environment: Environment,
    /// For people.
    pub description: String,
    /// ARN of the KMS key that encrypts the environment; nothing is AWS's own.
    pub kms_key: Option<String>,
    /// Whether X-Ray traces it.
    pub traces: bool,
    /// The runtime: `provided.al2023`.
    pub runtime: String,
    /// The entry point: `bootstrap`.
    pub handler: String,
}

impl Default for Configuration {
    fn default() -> Configuration {
        Configuration {
            role_arn: String::new(),
            memory: 128,
            timeout: 3,
            environment: Environment::new(),
            description: String::new(),
            kms_key: None,
            traces: false,
            runtime: "provided.al2023".to_owned(),
            handler: "bootstrap".to_owned(),
        }
    }
}

/// A function as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct ObservedFunction {
    /// Its unpublished code.
    pub code: Code,
    /// Its unpublished configuration.
    pub configuration: Configuration,
    /// Whether the last change went through.
    pub health: Health,
    /// When it was last changed, in seconds since 1970; nothing where it is not known.
    pub modified: Option<i64>,
    /// Its published versions.
    pub versions: Vec<FunctionVersion>,
    /// The versions that its aliases lead to, where there are several versions; the stack makes none.
    pub aliased: BTreeSet<u64>,
    /// Its tags.
    pub tags: Tags,
}

/// Whether the last change of a function went through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// It did, or it is still under way.
    Good,
    /// It did not: what is described is not what would run.
    Failed,
}

/// A published version of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionVersion {
    /// Its number.
    pub number: u64,
    /// Its code.
    pub code: Code,
    /// Its configuration.
    pub configuration: Configuration,
}

impl Function {
    /// The newest published version that is just what is asked for. A description alone makes no new version.
    #[must_use]
    pub fn published(&self, observed: Option<&ObservedFunction>) -> Option<u64> {
        let wanted = |version: &&FunctionVersion| {
            let configuration = Configuration {
                description: self.configuration.description.clone(),
                ..version.configuration.clone()
            };
            version.code == self.code && configuration == self.configuration
        };
        let versions = observed?.versions.iter().filter(wanted);
        versions.map(|version| version.number).max()
    }
}

/// Adds what makes `observed` be like `desired` and have it published; the result is what dependents wait for.
///
/// Lambda takes one change at a time: configuration, code, version, in this order.
pub(crate) fn steps(
    desired: &Function,
    (observed, role): (Option<&ObservedFunction>, Option<&ObservedRole>),
    uploads: &mut Uploads<'_>,
    after: &[StepId],
    steps: &mut Steps,
) -> Vec<StepId> {
    let mut last = after.to_vec();
    match observed {
        None => {
            last.extend(uploads.step(desired, steps));
            last = vec![steps.add(Action::CreateFunction(desired.clone()), &last)];
        }
        Some(observed) => {
            for (action, changes) in updates(desired, observed, role) {
                if matches!(action, Action::UpdateFunctionCode(_)) {
                    last.extend(uploads.step(desired, steps));
                }
                last = vec![steps.add_changing(action, &last, changes)];
            }
        }
    }
    if desired.published(observed).is_none() {
        last = vec![steps.add(Action::PublishVersion(desired.clone()), &last)];
    }
    last
}

/// Adds what removes the function with all its versions.
pub(crate) fn removal(name: &str, after: &[StepId], when: When, steps: &mut Steps) -> StepId {
    steps.add_when(Action::DeleteFunction { name: name.to_owned() }, after, when)
}

fn updates(
    desired: &Function,
    observed: &ObservedFunction,
    role: Option<&ObservedRole>,
) -> Vec<(Action, Vec<Property>)> {
    let name = || desired.name.clone();
    let tagging = Tagging {
        tag: |tags| Action::TagFunction { name: name(), tags },
        untag: |keys| Action::UntagFunction { name: name(), keys },
    };
    let mut updates = tagging.actions(&desired.tags, &observed.tags);
    let mut configuration = configuration_changes(&observed.configuration, &desired.configuration);
    let mut code = code_changes(&observed.code, &desired.code);
    if !desired.configuration.environment.is_empty() && is_made_again(role, observed) {
        configuration.push(Property::changed(
            "access to the environment for its role, which was made again",
        ));
    }
    if observed.health == Health::Failed {
        configuration.push(Property::changed("last update, which failed"));
        code.push(Property::changed("last update, which failed"));
    }
    if !configuration.is_empty() {
        updates.push((Action::UpdateFunctionConfiguration(desired.clone()), configuration));
    }
    if !code.is_empty() {
        updates.push((Action::UpdateFunctionCode(desired.clone()), code));
    }
    updates
}

/// Whether the role came to be after the function's last change. KMS lets a role decrypt the environment by its id, which
/// a role of the same name does not inherit; only another change of the function makes a grant for it.
///
/// <https://repost.aws/knowledge-center/lambda-kmsaccessdeniedexception-errors>
fn is_made_again(role: Option<&ObservedRole>, observed: &ObservedFunction) -> bool {
    match role {
        None => true,
        Some(role) => role
            .created
            .zip(observed.modified)
            .is_some_and(|(created, modified)| created > modified),
    }
}

pub(crate) fn configuration_changes(old: &Configuration, new: &Configuration) -> Vec<Property> {
    let mut changes: Vec<Property> = [
        ("memory", format!("{} MiB", old.memory), format!("{} MiB", new.memory)),
        ("timeout", format!("{} s", old.timeout), format!("{} s", new.timeout)),
        ("description", old.description.clone(), new.description.clone()),
        ("role", old.role_arn.clone(), new.role_arn.clone()),
        ("runtime", old.runtime.clone(), new.runtime.clone()),
        ("handler", old.handler.clone(), new.handler.clone()),
        (machine::TRACING, machine::on(old.traces), machine::on(new.traces)),
    ]
    .into_iter()
    .filter(|(_, old, new)| old != new)
    .map(|(name, old, new)| Property::new(name, old, new))
    .collect();
    if old.kms_key != new.kms_key {
        let (before, after) = (old.kms_key.as_ref(), new.kms_key.as_ref());
        changes.push(Property::optional("KMS key", before, after));
    }
    let mut names: Vec<&String> = old.environment.keys().chain(new.environment.keys()).collect();
    names.sort();
    names.dedup();
    let differing = names
        .into_iter()
        .filter(|name| old.environment.get(*name) != new.environment.get(*name));
    // Values may be secret, so a plan shows names alone.
    changes.extend(differing.map(|name| Property::changed(&format!("environment variable {name}"))));
    changes
}

pub(crate) fn code_changes(old: &Code, new: &Code) -> Vec<Property> {
    let mut changes = Vec::new();
    if old.architecture != new.architecture {
        changes.push(Property::new(
            "architecture",
            old.architecture.to_string(),
            new.architecture.to_string(),
        ));
    }
    if old.sha256 != new.sha256 {
        changes.push(Property::changed("code"));
    }
    changes
}

impl std::fmt::Display for Architecture {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Architecture::X86_64 => "x86_64",
            Architecture::Arm64 => "arm64",
        })
    }
}
