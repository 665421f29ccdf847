//! `[deploy]`: how versions come, stay and go, and where large zips go through.

use serde::Deserialize;
use toml::Spanned;

use super::validate::Check;

/// The section, as stepwright.toml has it for all stages or for one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Declared {
    alarms: Option<Vec<Spanned<String>>>,
    keep_versions: Option<Spanned<u32>>,
    /// Where zips go that are too large for a call.
    pub(super) bucket: Option<Spanned<String>>,
}

/// How versions come, stay and go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deploys {
    /// Names or ARNs of the CloudWatch alarms that are watched while traffic shifts.
    pub alarms: Vec<String>,
    /// How many versions of each function and state machine stay.
    pub keep_versions: u32,
}

const DEFAULT_KEEP_VERSIONS: u32 = 5;

/// The live version and the one to go back to, and as many as Step Functions keeps.
/// <https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>
const KEEP_VERSIONS: std::ops::RangeInclusive<u32> = 2..=1000;

impl Deploys {
    /// What the stage says, or else the whole stack.
    pub(super) fn new(stage: &Declared, all: &Declared) -> Deploys {
        let alarms = stage.alarms.as_ref().or(all.alarms.as_ref());
        let keep = stage.keep_versions.as_ref().or(all.keep_versions.as_ref());
        Deploys {
            alarms: alarms
                .into_iter()
                .flatten()
                .map(|alarm| alarm.get_ref().clone())
                .collect(),
            keep_versions: keep.map_or(DEFAULT_KEEP_VERSIONS, |keep| *keep.get_ref()),
        }
    }
}

impl Check<'_> {
    /// Checks the section at `location`.
    pub(super) fn deploys(&mut self, location: &str, declared: &Declared) {
        let refused = |keep: &&Spanned<u32>| !KEEP_VERSIONS.contains(keep.get_ref());
        if let Some(keep) = declared.keep_versions.as_ref().filter(refused) {
            let message = format!("{} versions cannot be kept", keep.get_ref());
            self.push(
                &format!("{location}/keep_versions"),
                keep.span(),
                message,
                "it is 2 to 1000: the live version and the one to go back to always stay",
            );
        }
        self.bucket(&format!("{location}/bucket"), declared.bucket.as_ref());
        for (place, alarm) in declared.alarms.iter().flatten().enumerate() {
            if alarm.get_ref().trim().is_empty() {
                self.push(
                    &format!("{location}/alarms/{place}"),
                    alarm.span(),
                    "an alarm has a name".to_owned(),
                    "write the name or the ARN of a CloudWatch alarm",
                );
            }
        }
    }
}
