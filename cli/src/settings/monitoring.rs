//! `[alarms]`, `dashboard` and what state machines log: how a stack is watched.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use stack::{LoggedEvents, LoggingLevel, MachineLogs, Monitoring, Watched};
use toml::Spanned;

use super::{
    file::{self, File},
    validate::{Check, value},
};

/// `[alarms]`, as stepwright.toml has it for all stages or for one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Alarms {
    actions: Option<Vec<Spanned<String>>>,
    ok_actions: Option<Vec<Spanned<String>>>,
    period: Option<Spanned<i64>>,
    executions_failed: Option<Spanned<Threshold>>,
    executions_timed_out: Option<Spanned<Threshold>>,
    executions_aborted: Option<Spanned<Threshold>>,
    executions_throttled: Option<Spanned<Threshold>>,
    execution_time: Option<Spanned<Threshold>>,
    function_errors: Option<Spanned<Threshold>>,
    function_throttles: Option<Spanned<Threshold>>,
    function_duration: Option<Spanned<Threshold>>,
}

/// From which value on it is an alarm, or `false` where it is none.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged, expecting = "a threshold is a number, or `false` for no alarm")]
enum Threshold {
    Number(f64),
    Whether(bool),
}

/// What state machines log.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Level {
    All,
    Error,
    Fatal,
    Off,
}

/// Seconds of which values are collected for one look, where nobody says.
const DEFAULT_PERIOD: i32 = 300;

impl Alarms {
    /// What can be said of each, by its key.
    fn thresholds(&self) -> [(Watched, &'static str, Option<&Spanned<Threshold>>); 8] {
        [
            (
                Watched::ExecutionsFailed,
                "executions_failed",
                self.executions_failed.as_ref(),
            ),
            (
                Watched::ExecutionsTimedOut,
                "executions_timed_out",
                self.executions_timed_out.as_ref(),
            ),
            (
                Watched::ExecutionsAborted,
                "executions_aborted",
                self.executions_aborted.as_ref(),
            ),
            (
                Watched::ExecutionsThrottled,
                "executions_throttled",
                self.executions_throttled.as_ref(),
            ),
            (Watched::ExecutionTime, "execution_time", self.execution_time.as_ref()),
            (
                Watched::FunctionErrors,
                "function_errors",
                self.function_errors.as_ref(),
            ),
            (
                Watched::FunctionThrottles,
                "function_throttles",
                self.function_throttles.as_ref(),
            ),
            (
                Watched::FunctionDuration,
                "function_duration",
                self.function_duration.as_ref(),
            ),
        ]
    }

    /// What both say, the first of them first.
    fn merged(stage: &Alarms, all: &Alarms) -> stack::Alarms {
        let thresholds = stage.thresholds().into_iter().zip(all.thresholds());
        let threshold = |((watched, _, of_stage), (_, _, of_all)): ((Watched, _, _), (_, _, _))| {
            let threshold = match value(of_stage, of_all) {
                Some(Threshold::Number(number)) => Some(number),
                Some(Threshold::Whether(false)) => None,
                Some(Threshold::Whether(true)) | None => watched.default_threshold(),
            };
            Some((watched, threshold?))
        };
        let arns = |stage: &Option<Vec<Spanned<String>>>, all: &Option<Vec<Spanned<String>>>| -> BTreeSet<String> {
            let said = stage.iter().chain(all).next().into_iter().flatten();
            said.map(|arn| arn.get_ref().clone()).collect()
        };
        let period = value(stage.period.as_ref(), all.period.as_ref());
        stack::Alarms {
            thresholds: thresholds.filter_map(threshold).collect::<BTreeMap<_, _>>(),
            period: period
                .and_then(|period| period.try_into().ok())
                .unwrap_or(DEFAULT_PERIOD),
            actions: arns(&stage.actions, &all.actions),
            ok_actions: arns(&stage.ok_actions, &all.ok_actions),
        }
    }
}

/// What the stage says, over what the whole stack says.
pub(super) fn monitoring(file: &File, stage: &file::Stage) -> Monitoring {
    let nothing = Alarms::default();
    let has_alarms = stage.alarms.is_some() || file.alarms.is_some();
    let of_stage = stage.alarms.as_ref().unwrap_or(&nothing);
    let of_all = file.alarms.as_ref().unwrap_or(&nothing);
    Monitoring {
        alarms: has_alarms.then(|| Alarms::merged(of_stage, of_all)),
        has_dashboard: stage.dashboard.or(file.dashboard).unwrap_or_default(),
    }
}

/// The same of what state machines log.
pub(super) fn machine_logs(stage: &file::Logs, all: &file::Logs) -> MachineLogs {
    let data = stage.include_execution_data.or(all.include_execution_data);
    MachineLogs {
        events: match stage.level.or(all.level) {
            None => LoggedEvents::AsTheTypeNeeds,
            Some(Level::All) => LoggedEvents::Level(LoggingLevel::All),
            Some(Level::Error) => LoggedEvents::Level(LoggingLevel::Error),
            Some(Level::Fatal) => LoggedEvents::Level(LoggingLevel::Fatal),
            Some(Level::Off) => LoggedEvents::Nothing,
        },
        include_execution_data: data.unwrap_or_default(),
    }
}

impl Check<'_> {
    /// Checks the section at `location`.
    pub(super) fn alarms(&mut self, location: &str, alarms: Option<&Alarms>) {
        let Some(alarms) = alarms else { return };
        if let Some(period) = alarms.period.as_ref().filter(|period| !is_period(*period.get_ref())) {
            let message = format!("alarms cannot look every {} s", period.get_ref());
            let help = "CloudWatch takes 60 s and its multiples, up to a day";
            self.push(&format!("{location}/period"), period.span(), message, help);
        }
        for (watched, key, threshold) in alarms.thresholds() {
            let Some(threshold) = threshold else { continue };
            let location = format!("{location}/{key}");
            match *threshold.get_ref() {
                Threshold::Number(number) if !(number.is_finite() && number > 0.0) => {
                    let message = format!("{number} is always reached");
                    self.push(
                        &location,
                        threshold.span(),
                        message,
                        "write a number over 0, or `false` for no alarm",
                    );
                }
                Threshold::Whether(true) if watched.default_threshold().is_none() => {
                    let message = "no threshold suits every state machine".to_owned();
                    self.push(&location, threshold.span(), message, "write a number of seconds");
                }
                _ => {}
            }
        }
        let actions = [("actions", &alarms.actions), ("ok_actions", &alarms.ok_actions)];
        for (key, arns) in actions {
            for (place, arn) in arns.iter().flatten().enumerate() {
                if !arn.get_ref().starts_with("arn:") {
                    let message = format!("`{}` is not the ARN of something an alarm can do", arn.get_ref());
                    let help = "it is one as `arn:aws:sns:eu-central-1:123456789012:pager` of an SNS topic";
                    self.push(&format!("{location}/{key}/{place}"), arn.span(), message, help);
                }
            }
        }
    }
}

/// Whether alarms can collect values so long: for metrics of services, which come every minute, a multiple of that.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html>
fn is_period(seconds: i64) -> bool {
    (60..=86_400).contains(&seconds) && seconds % 60 == 0
}
