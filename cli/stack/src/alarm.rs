use std::collections::{BTreeMap, BTreeSet};

use asl::MachineType;

use crate::action::Action;
use crate::machine::on;
use crate::plan::{Property, StepId, Steps, When};
use crate::tags::{Tagging, Tags, digest};
use crate::{Function, Machine, Scope};

/// The tag that says what was written last, as a digest: an alarm has no versions that would.
pub(crate) const WRITTEN_TAG: &str = "stepwright:written";

/// What is watched, and from when on it is an alarm.
#[derive(Clone, Debug, PartialEq)]
pub struct Alarms {
    /// From which value on each is an alarm, in the unit of [`Watched`]; what is not in it is not watched.
    pub thresholds: BTreeMap<Watched, f64>,
    /// How long values are collected for one look, in seconds.
    pub period: i32,
    /// ARNs of what is done when an alarm is raised, such as those of SNS topics.
    pub actions: BTreeSet<String>,
    /// The same for when it is over.
    pub ok_actions: BTreeSet<String>,
}

/// What can be watched of functions and state machines.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html>
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Watched {
    /// Executions that fail: how many within a period.
    ExecutionsFailed,
    /// Executions that time out: how many within a period.
    ExecutionsTimedOut,
    /// Executions that are aborted: how many within a period.
    ExecutionsAborted,
    /// State transitions that Step Functions throttles: how many within a period.
    ExecutionsThrottled,
    /// How long the longest execution took that ended within a period, in seconds.
    ExecutionTime,
    /// Invocations that fail: how many within a period.
    FunctionErrors,
    /// Invocations that Lambda throttles: how many within a period.
    FunctionThrottles,
    /// How long all but the slowest hundredth of invocations take, in percent of the function's timeout.
    FunctionDuration,
}

impl Watched {
    /// All of them.
    pub const ALL: [Watched; 8] = [
        Watched::ExecutionsFailed,
        Watched::ExecutionsTimedOut,
        Watched::ExecutionsAborted,
        Watched::ExecutionsThrottled,
        Watched::ExecutionTime,
        Watched::FunctionErrors,
        Watched::FunctionThrottles,
        Watched::FunctionDuration,
    ];

    /// From which value on it is an alarm where nobody says; nothing where it is watched only on request.
    #[must_use]
    pub fn default_threshold(self) -> Option<f64> {
        match self {
            Watched::ExecutionTime => None,
            Watched::FunctionDuration => Some(90.0),
            _ => Some(1.0),
        }
    }

    fn is_of_functions(self) -> bool {
        use Watched::{FunctionDuration, FunctionErrors, FunctionThrottles};
        matches!(self, FunctionErrors | FunctionThrottles | FunctionDuration)
    }

    /// Metric, statistic and what it is called at the end of an alarm's name.
    fn metric(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Watched::ExecutionsFailed => ("ExecutionsFailed", SUM, "ExecutionsFailed"),
            Watched::ExecutionsTimedOut => ("ExecutionsTimedOut", SUM, "ExecutionsTimedOut"),
            Watched::ExecutionsAborted => ("ExecutionsAborted", SUM, "ExecutionsAborted"),
            Watched::ExecutionsThrottled => ("ExecutionThrottled", SUM, "ExecutionsThrottled"),
            Watched::ExecutionTime => ("ExecutionTime", "Maximum", "ExecutionTime"),
            Watched::FunctionErrors => ("Errors", SUM, "Errors"),
            Watched::FunctionThrottles => ("Throttles", SUM, "Throttles"),
            Watched::FunctionDuration => ("Duration", "p99", "Duration"),
        }
    }

    /// When it is an alarm, for people.
    fn describe(self, of: &str, threshold: f64, period: i32) -> String {
        let within = format!("within {period} s");
        match self {
            Watched::ExecutionsFailed => format!("{threshold} or more executions of {of} failed {within}"),
            Watched::ExecutionsTimedOut => format!("{threshold} or more executions of {of} timed out {within}"),
            Watched::ExecutionsAborted => format!("{threshold} or more executions of {of} were aborted {within}"),
            Watched::ExecutionsThrottled => {
                format!("{threshold} or more transitions of {of} were throttled {within}")
            }
            Watched::ExecutionTime => format!("an execution of {of} took {threshold} s or longer"),
            Watched::FunctionErrors => format!("{threshold} or more invocations of {of} failed {within}"),
            Watched::FunctionThrottles => format!("{threshold} or more invocations of {of} were throttled {within}"),
            Watched::FunctionDuration => format!("1 of 100 invocations of {of} took {threshold} % of its timeout"),
        }
    }
}

const SUM: &str = "Sum";

/// An alarm as it should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Alarm {
    /// Its name.
    pub name: String,
    /// When it is raised, and what is done then.
    pub rule: AlarmRule,
    /// Its tags.
    pub tags: Tags,
}

/// An alarm as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct ObservedAlarm {
    /// When it was last changed, in milliseconds since 1970.
    pub updated: Option<i64>,
    /// When it is raised, and what is done then.
    pub rule: AlarmRule,
    /// Its tags.
    pub tags: Tags,
}

/// When an alarm is raised, and what is done then. The names are those of PutMetricAlarm.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html>
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the CloudWatch API")]
pub struct AlarmRule {
    pub description: String,
    pub namespace: String,
    pub metric: String,
    pub dimensions: BTreeMap<String, String>,
    /// `Sum`, `p99`
    pub statistic: String,
    /// Seconds.
    pub period: i32,
    pub evaluation_periods: i32,
    pub datapoints_to_alarm: Option<i32>,
    pub threshold: f64,
    pub comparison: String,
    pub treat_missing_data: String,
    pub actions_enabled: bool,
    pub alarm_actions: BTreeSet<String>,
    pub ok_actions: BTreeSet<String>,
    pub insufficient_data_actions: BTreeSet<String>,
}

impl Alarm {
    /// The alarms that are asked for of a function; `tags` are its own.
    pub(crate) fn of_function(alarms: &Alarms, function: &Function) -> Vec<Alarm> {
        let metric = ("AWS/Lambda", ("FunctionName", function.name.clone()));
        let milliseconds = f64::from(function.configuration.timeout) * 1000.0;
        let named = (function.name.as_str(), function.logical.as_str());
        let kinds = Watched::ALL.into_iter().filter(|watched| watched.is_of_functions());
        let alarm = |watched: Watched| {
            let threshold = *alarms.thresholds.get(&watched)?;
            let value = match watched {
                Watched::FunctionDuration => milliseconds * threshold / 100.0,
                _ => threshold,
            };
            Some(Alarm::new(
                alarms,
                watched,
                named,
                &metric,
                (threshold, value),
                &function.tags,
            ))
        };
        kinds.filter_map(alarm).collect()
    }

    /// The alarms that are asked for of a state machine; `tags` are its own.
    pub(crate) fn of_machine(alarms: &Alarms, machine: &Machine, scope: &Scope) -> Vec<Alarm> {
        let metric = ("AWS/States", ("StateMachineArn", scope.machine_arn(&machine.name)));
        let named = (machine.name.as_str(), machine.logical.as_str());
        let kinds = Watched::ALL.into_iter().filter(|watched| !watched.is_of_functions());
        // Nobody can stop an Express execution that runs asynchronously.
        let kinds = kinds
            .filter(|watched| machine.machine_type == MachineType::Standard || *watched != Watched::ExecutionsAborted);
        let alarm = |watched: Watched| {
            let threshold = *alarms.thresholds.get(&watched)?;
            let value = match watched {
                Watched::ExecutionTime => threshold * 1000.0,
                _ => threshold,
            };
            Some(Alarm::new(
                alarms,
                watched,
                named,
                &metric,
                (threshold, value),
                &machine.tags,
            ))
        };
        kinds.filter_map(alarm).collect()
    }

    fn new(
        alarms: &Alarms,
        watched: Watched,
        (name, logical): (&str, &str),
        (namespace, (dimension, of)): &(&str, (&str, String)),
        (threshold, value): (f64, f64),
        tags: &Tags,
    ) -> Alarm {
        let (metric, statistic, suffix) = watched.metric();
        let rule = AlarmRule {
            description: watched.describe(logical, threshold, alarms.period),
            namespace: (*namespace).to_owned(),
            metric: metric.to_owned(),
            dimensions: BTreeMap::from([((*dimension).to_owned(), of.clone())]),
            statistic: statistic.to_owned(),
            period: alarms.period,
            evaluation_periods: 1,
            datapoints_to_alarm: None,
            threshold: value,
            comparison: "GreaterThanOrEqualToThreshold".to_owned(),
            // Where nothing runs, nothing goes wrong.
            treat_missing_data: "notBreaching".to_owned(),
            actions_enabled: true,
            alarm_actions: alarms.actions.clone(),
            ok_actions: alarms.ok_actions.clone(),
            insufficient_data_actions: BTreeSet::new(),
        };
        let mut tags = tags.clone();
        tags.insert(WRITTEN_TAG.to_owned(), rule.digest());
        Alarm {
            name: format!("{name}-{suffix}"),
            rule,
            tags,
        }
    }
}

impl AlarmRule {
    /// What tells this rule from others.
    pub(crate) fn digest(&self) -> String {
        let lines = self.properties().map(|(name, value)| format!("{name}\n{value}\n"));
        digest(lines)
    }

    /// Its properties with their values as text.
    fn properties(&self) -> [(&'static str, String); 14] {
        let dimensions: Vec<String> = self
            .dimensions
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let list = |arns: &BTreeSet<String>| match arns.is_empty() {
            true => "none".to_owned(),
            false => arns.iter().map(String::as_str).collect::<Vec<_>>().join(", "),
        };
        let datapoints = self.datapoints_to_alarm.unwrap_or(self.evaluation_periods);
        [
            ("description", self.description.clone()),
            ("metric", format!("{} {}", self.namespace, self.metric)),
            ("dimensions", dimensions.join(", ")),
            ("statistic", self.statistic.clone()),
            ("period", format!("{} s", self.period)),
            ("evaluation periods", self.evaluation_periods.to_string()),
            ("datapoints to alarm", datapoints.to_string()),
            ("threshold", self.threshold.to_string()),
            ("comparison", self.comparison.clone()),
            ("missing data", self.treat_missing_data.clone()),
            ("actions", on(self.actions_enabled)),
            ("alarm actions", list(&self.alarm_actions)),
            ("OK actions", list(&self.ok_actions)),
            ("insufficient data actions", list(&self.insufficient_data_actions)),
        ]
    }
}

impl ObservedAlarm {
    /// Whether it is as a deploy wrote it last.
    pub(crate) fn is_as_written(&self) -> bool {
        self.tags
            .get(WRITTEN_TAG)
            .is_none_or(|written| *written == self.rule.digest())
    }
}

/// Adds what makes `observed` be like `desired`; the result is what dependents wait for.
pub(crate) fn steps(desired: &Alarm, observed: Option<&ObservedAlarm>, steps: &mut Steps) -> Vec<StepId> {
    let Some(observed) = observed else {
        return vec![steps.add(Action::CreateAlarm(desired.clone()), &[])];
    };
    let mut done = Vec::new();
    let changes = changes(&observed.rule, &desired.rule);
    if !changes.is_empty() {
        done.push(steps.add_changing(Action::UpdateAlarm(desired.clone()), &[], changes));
    }
    let name = || desired.name.clone();
    let tagging = Tagging {
        tag: |tags| Action::TagAlarm { name: name(), tags },
        untag: |keys| Action::UntagAlarm { name: name(), keys },
    };
    // What was written is told when it was: who dies between the two leaves no alarm that seems to be changed by hand.
    for (action, mut changes) in tagging.actions(&desired.tags, &observed.tags) {
        changes.retain(|change| change.name != format!("tag {WRITTEN_TAG}"));
        let after: Vec<StepId> = done.last().copied().into_iter().collect();
        done.push(steps.add_changing(action, &after, changes));
    }
    done
}

/// Adds what removes the alarm.
pub(crate) fn removal(name: &str, after: &[StepId], when: When, steps: &mut Steps) -> StepId {
    steps.add_when(Action::DeleteAlarm { name: name.to_owned() }, after, when)
}

fn changes(before: &AlarmRule, after: &AlarmRule) -> Vec<Property> {
    let both = before.properties().into_iter().zip(after.properties());
    let differing = both.filter(|((_, before), (_, after))| before != after);
    differing
        .map(|((name, before), (_, after))| Property::new(name, before, after))
        .collect()
}
