use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};
use stack::{AlarmRule, ObservedAlarm, ObservedDashboard, Scope, Tags};

use super::existing;
use crate::aws::parallel::for_each;
use crate::aws::{Cloud, Error, cloudwatch};

/// An alarm, as DescribeAlarms has it. What is null or missing is not set.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct MetricAlarm {
    alarm_name: String,
    alarm_description: Option<String>,
    namespace: Option<String>,
    metric_name: Option<String>,
    dimensions: Option<Vec<Dimension>>,
    statistic: Option<String>,
    extended_statistic: Option<String>,
    period: Option<i32>,
    evaluation_periods: Option<i32>,
    datapoints_to_alarm: Option<i32>,
    threshold: Option<f64>,
    comparison_operator: Option<String>,
    treat_missing_data: Option<String>,
    actions_enabled: Option<bool>,
    alarm_actions: Option<BTreeSet<String>>,
    #[serde(rename = "OKActions")]
    ok_actions: Option<BTreeSet<String>>,
    insufficient_data_actions: Option<BTreeSet<String>>,
    /// Seconds since 1970.
    alarm_configuration_updated_timestamp: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Dimension {
    name: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DashboardEntry {
    dashboard_name: String,
}

/// The alarms whose names begin with `prefix`. The tags of those that are `known` already are not asked for.
pub(super) async fn alarms(
    cloud: &Cloud,
    scope: &Scope,
    prefix: &str,
    known: &BTreeMap<String, ObservedAlarm>,
) -> Result<BTreeMap<String, ObservedAlarm>, Error> {
    let input = json!({ "AlarmNamePrefix": prefix, "AlarmTypes": ["MetricAlarm"] });
    let described: Vec<MetricAlarm> = cloudwatch::pages(cloud, "DescribeAlarms", "MetricAlarms", input).await?;
    let alarms = for_each(described, |alarm| {
        let name = alarm.alarm_name.clone();
        let (cloud, arn) = (cloud.clone(), scope.alarm_arn(&name));
        let updated = alarm.alarm_configuration_updated_timestamp.map(milliseconds);
        let known = known
            .get(&name)
            .filter(|known| updated.is_some() && known.updated == updated);
        let known = known.map(|known| known.tags.clone());
        async move {
            let tags = match known {
                Some(tags) => Some(tags),
                None => tags(&cloud, &name, &arn).await?,
            };
            let observed = |tags| ObservedAlarm {
                updated,
                rule: rule(alarm),
                tags,
            };
            Ok(tags.map(|tags| (name, observed(tags))))
        }
    });
    Ok(alarms.await?.into_iter().flatten().collect())
}

/// The dashboards of these names.
pub(super) async fn dashboards(
    cloud: &Cloud,
    names: impl IntoIterator<Item = String>,
) -> Result<BTreeMap<String, ObservedDashboard>, Error> {
    let dashboards = for_each(names, |name| {
        let cloud = cloud.clone();
        async move {
            let input = json!({ "DashboardName": name });
            let found = existing(cloudwatch::call(&cloud, "GetDashboard", &name, input).await)?;
            let body = found.as_ref().and_then(|found| found.get("DashboardBody")?.as_str());
            let observed = |body: &str| ObservedDashboard {
                body: body.parse().unwrap_or_default(),
            };
            let observed = body.map(observed);
            Ok(observed.map(|observed| (name, observed)))
        }
    });
    Ok(dashboards.await?.into_iter().flatten().collect())
}

/// The names of the dashboards that begin with `prefix`.
pub(super) async fn dashboard_names(cloud: &Cloud, prefix: &str) -> Result<BTreeSet<String>, Error> {
    let input = json!({ "DashboardNamePrefix": prefix });
    let entries: Vec<DashboardEntry> = cloudwatch::pages(cloud, "ListDashboards", "DashboardEntries", input).await?;
    Ok(entries.into_iter().map(|entry| entry.dashboard_name).collect())
}

async fn tags(cloud: &Cloud, name: &str, arn: &str) -> Result<Option<Tags>, Error> {
    const ACTION: &str = "ListTagsForResource";
    let found = existing(cloudwatch::call(cloud, ACTION, name, json!({ "ResourceARN": arn })).await)?;
    let Some(mut found) = found else { return Ok(None) };
    let found = found.get_mut("Tags").map(Value::take).unwrap_or_default();
    let tags: Option<Vec<Tag>> = cloudwatch::read(ACTION, "tags", found)?;
    let tags = tags.unwrap_or_default().into_iter();
    Ok(Some(tags.map(|tag| (tag.key, tag.value)).collect()))
}

fn rule(alarm: MetricAlarm) -> AlarmRule {
    let dimensions = alarm.dimensions.unwrap_or_default().into_iter();
    AlarmRule {
        description: alarm.alarm_description.unwrap_or_default(),
        namespace: alarm.namespace.unwrap_or_default(),
        metric: alarm.metric_name.unwrap_or_default(),
        dimensions: dimensions.map(|dimension| (dimension.name, dimension.value)).collect(),
        statistic: alarm.statistic.or(alarm.extended_statistic).unwrap_or_default(),
        period: alarm.period.unwrap_or_default(),
        evaluation_periods: alarm.evaluation_periods.unwrap_or_default(),
        datapoints_to_alarm: alarm.datapoints_to_alarm,
        threshold: alarm.threshold.unwrap_or_default(),
        comparison: alarm.comparison_operator.unwrap_or_default(),
        treat_missing_data: alarm.treat_missing_data.unwrap_or_default(),
        actions_enabled: alarm.actions_enabled.unwrap_or_default(),
        alarm_actions: alarm.alarm_actions.unwrap_or_default(),
        ok_actions: alarm.ok_actions.unwrap_or_default(),
        insufficient_data_actions: alarm.insufficient_data_actions.unwrap_or_default(),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "times of this age are far below")]
fn milliseconds(seconds: f64) -> i64 {
    (seconds * 1000.0).round() as i64
}
