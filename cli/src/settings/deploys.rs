//! `[deploy]`: how versions come, stay and go.

use serde::Deserialize;
use toml::Spanned;

use super::validate::Check;

/// The section, as stepwright.toml has it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Declared {
    #[serde(default)]
    alarms: Vec<Spanned<String>>,
    keep_versions: Option<Spanned<u32>>,
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

impl Check<'_> {
    pub(super) fn deploys(&mut self, declared: &Declared) -> Deploys {
        if let Some(keep) = declared
            .keep_versions
            .as_ref()
            .filter(|keep| !KEEP_VERSIONS.contains(keep.get_ref()))
        {
            let message = format!("{} versions cannot be kept", keep.get_ref());
            self.push(
                "/deploy/keep_versions",
                keep.span(),
                message,
                "keep 2 to 1000: the live version and the one to go back to are always kept",
            );
        }
        for (place, alarm) in declared.alarms.iter().enumerate() {
            if alarm.get_ref().trim().is_empty() {
                self.push(
                    &format!("/deploy/alarms/{place}"),
                    alarm.span(),
                    "an alarm has a name".to_owned(),
                    "write the name or the ARN of a CloudWatch alarm",
                );
            }
        }
        Deploys {
            alarms: declared.alarms.iter().map(|alarm| alarm.get_ref().clone()).collect(),
            keep_versions: declared
                .keep_versions
                .as_ref()
                .map_or(DEFAULT_KEEP_VERSIONS, |keep| *keep.get_ref()),
        }
    }
}
