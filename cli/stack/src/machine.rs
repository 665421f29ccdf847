use std::collections::{BTreeMap, BTreeSet};

use asl::{Json, MachineType};
use serde::Serialize;

use crate::action::Action;
use crate::plan::{Property, StepId, Steps, When};
use crate::statement::Permissions;
use crate::tags::{Tagging, Tags};
use crate::{AliasNote, Definition};

/// A state machine as it should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Machine {
    /// Its name in the workspace.
    pub logical: String,
    /// Its deployed name, which is its role's too.
    pub name: String,
    /// Its definition, functions without a version.
    pub definition: Definition,
    /// What its states need, and what the workspace allows it besides.
    pub permissions: Permissions,
    /// Its execution role.
    pub role_arn: String,
    /// Standard or Express.
    pub machine_type: MachineType,
    /// What it logs.
    pub logging: Option<Logging>,
    /// Whether X-Ray traces it.
    pub traces: bool,
    /// ARN of the KMS key that encrypts it; nothing is AWS's own.
    pub kms_key: Option<String>,
    /// Its log group.
    pub log_group: String,
    /// Its tags.
    pub tags: Tags,
}

/// What a state machine logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logging {
    /// Which events.
    pub level: LoggingLevel,
    /// Whether inputs and outputs are among them.
    pub include_execution_data: bool,
    /// Where to; with the suffix `:*`, without which Step Functions refuses it.
    pub log_group_arn: String,
}

/// Which events a state machine logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoggingLevel {
    /// `ALL`
    All,
    /// `ERROR`
    Error,
    /// `FATAL`
    Fatal,
}

/// What a version of a state machine is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    /// The definition.
    pub definition: Json,
    /// The execution role.
    pub role_arn: String,
    /// What is logged.
    pub logging: Option<Logging>,
    /// Whether X-Ray traces it.
    pub traces: bool,
    /// ARN of the KMS key that encrypts it; nothing is AWS's own.
    pub kms_key: Option<String>,
}

/// A state machine as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct ObservedMachine {
    /// What an execution without a version would run.
    pub current: Revision,
    /// Standard or Express.
    pub machine_type: MachineType,
    /// Whether it is being deleted.
    pub deleting: bool,
    /// Its published versions.
    pub versions: Vec<MachineVersion>,
    /// Where the alias `live` leads; empty when there is none.
    pub alias: Vec<Route>,
    /// What the alias says of its past; nothing where its description is somebody else's.
    pub note: Option<AliasNote>,
    /// The versions that other aliases lead to.
    pub aliased: BTreeSet<u64>,
    /// Executions under way by version.
    pub running: Vec<OldExecutions>,
    /// Its tags.
    pub tags: Tags,
}

/// A published version of a state machine.
#[derive(Clone, Debug, PartialEq)]
pub struct MachineVersion {
    /// Its number.
    pub number: u64,
    /// What it is made of; nothing if it was gone when it was looked at.
    pub revision: Option<Revision>,
}

/// A part of an alias's traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Route {
    /// The version that is started.
    pub version: u64,
    /// Percent of the executions.
    pub weight: u8,
}

/// Executions under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldExecutions {
    /// The version they run, if they were started through one.
    pub version: Option<u64>,
    /// How many; nothing where they cannot be counted, as with Express.
    pub count: Option<u64>,
}

impl Machine {
    /// What its version is made of, with functions at their versions; nothing when one is not known yet.
    pub fn revision(&self, version_of: impl Fn(&str) -> Option<u64>) -> Option<Revision> {
        Some(Revision {
            definition: self.definition.at_versions(version_of)?,
            role_arn: self.role_arn.clone(),
            logging: self.logging.clone(),
            traces: self.traces,
            kms_key: self.kms_key.clone(),
        })
    }

    /// The published version that is just what is asked for: the alias's if it is, otherwise the newest. It need not be
    /// what an execution without a version would run.
    pub(crate) fn published(
        &self,
        observed: Option<&ObservedMachine>,
        versions: &BTreeMap<String, u64>,
    ) -> Option<u64> {
        let observed = observed.filter(|observed| self.keeps(observed))?;
        let wanted = self.revision(|name| versions.get(name).copied())?;
        let matching = observed
            .versions
            .iter()
            .filter(|version| version.revision.as_ref() == Some(&wanted));
        let live = |number: &u64| observed.alias.iter().any(|route| route.version == *number);
        matching
            .map(|version| version.number)
            .max_by_key(|number| (live(number), *number))
    }

    /// Whether `observed` can become this machine. Its type cannot change, and what is being deleted is gone.
    pub(crate) fn keeps(&self, observed: &ObservedMachine) -> bool {
        !observed.deleting && observed.machine_type == self.machine_type
    }
}

impl ObservedMachine {
    /// How many executions are under way, as far as they can be counted.
    #[must_use]
    pub fn executions(&self) -> u64 {
        self.running.iter().filter_map(|running| running.count).sum()
    }

    /// Whether there are executions under way that could not be counted.
    #[must_use]
    pub fn has_uncounted(&self) -> bool {
        self.running.iter().any(|running| running.count.is_none())
    }
}

/// Adds what prepares the version that is asked for; the result is what the alias waits for.
pub(crate) fn steps(
    desired: &Machine,
    observed: Option<&ObservedMachine>,
    versions: &BTreeMap<String, u64>,
    after: &[StepId],
    steps: &mut Steps,
) -> Vec<StepId> {
    let Some(observed) = observed.filter(|observed| !observed.deleting) else {
        return vec![steps.add(Action::CreateStateMachine(desired.clone()), after)];
    };
    if !desired.keeps(observed) {
        let name = desired.name.clone();
        let change = Property::new(
            "type",
            type_name(observed.machine_type).to_owned(),
            type_name(desired.machine_type).to_owned(),
        );
        let mut changes = vec![change];
        let executions = observed.executions();
        if executions > 0 {
            changes.push(Property::changed(&format!(
                "executions under way: {executions} end with it"
            )));
        }
        let deleted = steps.add_changing(Action::DeleteStateMachine { name }, after, changes);
        return vec![steps.add(Action::CreateStateMachine(desired.clone()), &[deleted])];
    }
    let name = || desired.name.clone();
    let tagging = Tagging {
        tag: |tags| Action::TagStateMachine { name: name(), tags },
        untag: |keys| Action::UntagStateMachine { name: name(), keys },
    };
    let mut done: Vec<StepId> = tagging
        .steps(&desired.tags, &observed.tags, steps)
        .into_iter()
        .collect();
    let wanted = desired.revision(|name| versions.get(name).copied());
    if wanted.as_ref() != Some(&observed.current) {
        let changes = changes(desired, wanted.as_ref(), &observed.current);
        done.push(steps.add_changing(Action::UpdateStateMachine(desired.clone()), after, changes));
    } else if desired.published(Some(observed), versions).is_none() {
        done.push(steps.add(Action::PublishStateMachineVersion(desired.clone()), after));
    }
    done
}

/// Adds what removes the state machine with its versions and aliases.
pub(crate) fn removal(name: &str, after: &[StepId], when: When, steps: &mut Steps) -> StepId {
    steps.add_when(Action::DeleteStateMachine { name: name.to_owned() }, after, when)
}

fn changes(desired: &Machine, wanted: Option<&Revision>, found: &Revision) -> Vec<Property> {
    let mut changes = Vec::new();
    if wanted.is_none_or(|wanted| wanted.definition != found.definition) {
        changes.push(Property::changed("definition"));
    }
    if desired.role_arn != found.role_arn {
        changes.push(Property::new("role", found.role_arn.clone(), desired.role_arn.clone()));
    }
    if desired.logging != found.logging {
        changes.extend(logging_changes(found.logging.as_ref(), desired.logging.as_ref()));
    }
    if desired.traces != found.traces {
        changes.push(Property::new(TRACING, on(found.traces), on(desired.traces)));
    }
    if desired.kms_key != found.kms_key {
        let (before, after) = (found.kms_key.as_ref(), desired.kms_key.as_ref());
        changes.push(Property::optional("KMS key", before, after));
    }
    changes
}

/// The properties of what is logged.
pub(crate) const LOGGING: [&str; 3] = ["logging", "logged execution data", "destination of logs"];

/// The property of being traced.
pub(crate) const TRACING: &str = "tracing";

/// What differs in what is logged.
pub(crate) fn logging_changes(before: Option<&Logging>, after: Option<&Logging>) -> Vec<Property> {
    let [level, data, destination] = LOGGING;
    let texts = |logging: Option<&Logging>| match logging {
        Some(logging) => (
            logging.level.name(),
            logging.include_execution_data,
            logging.log_group_arn.clone(),
        ),
        None => ("OFF", false, String::new()),
    };
    let (before, after) = (texts(before), texts(after));
    let mut changes = Vec::new();
    if before.0 != after.0 {
        changes.push(Property::new(level, before.0.to_owned(), after.0.to_owned()));
    }
    if before.1 != after.1 {
        changes.push(Property::new(data, on(before.1), on(after.1)));
    }
    // That there is none follows from the level.
    if before.2 != after.2 && !before.2.is_empty() && !after.2.is_empty() {
        changes.push(Property::new(destination, before.2, after.2));
    }
    changes
}

/// As AWS's consoles say it.
pub(crate) fn on(is_on: bool) -> String {
    if is_on { "on" } else { "off" }.to_owned()
}

impl LoggingLevel {
    /// Its name in the Step Functions API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            LoggingLevel::All => "ALL",
            LoggingLevel::Error => "ERROR",
            LoggingLevel::Fatal => "FATAL",
        }
    }
}

/// The name of a type in the Step Functions API.
#[must_use]
pub fn type_name(machine_type: MachineType) -> &'static str {
    match machine_type {
        MachineType::Standard => "STANDARD",
        MachineType::Express => "EXPRESS",
    }
}
