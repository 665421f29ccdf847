use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudwatch::types::{AlarmType, MetricAlarm};
use stack::{AlarmRule, ObservedAlarm, ObservedDashboard, Scope, Service, Tags};

use super::existing;
use crate::aws::call::Call;
use crate::aws::parallel::for_each;
use crate::aws::{Cloud, Error};

/// The alarms whose names begin with `prefix`. The tags of those that are `known` already are not asked for.
pub(super) async fn alarms(
    cloud: &Cloud,
    scope: &Scope,
    prefix: &str,
    known: &BTreeMap<String, ObservedAlarm>,
) -> Result<BTreeMap<String, ObservedAlarm>, Error> {
    let alarms = for_each(described(cloud, prefix).await?, |(name, alarm)| {
        let (cloud, arn) = (cloud.clone(), scope.alarm_arn(&name));
        let updated = updated(&alarm);
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
            let request = || cloud.alarms.get_dashboard().dashboard_name(&name).send();
            let found = existing(cloud.call(call("GetDashboard", &name), request).await)?;
            let body = found.and_then(|found| found.dashboard_body);
            let observed = |body: String| ObservedDashboard {
                body: body.parse().unwrap_or_default(),
            };
            Ok(body.map(|body| (name, observed(body))))
        }
    });
    Ok(dashboards.await?.into_iter().flatten().collect())
}

/// The names of the dashboards that begin with `prefix`.
pub(super) async fn dashboard_names(cloud: &Cloud, prefix: &str) -> Result<BTreeSet<String>, Error> {
    let mut names = BTreeSet::new();
    let mut token = None;
    loop {
        let request = || {
            let request = cloud.alarms.list_dashboards().dashboard_name_prefix(prefix);
            request.set_next_token(token.clone()).send()
        };
        let page = cloud.call(call("ListDashboards", ""), request).await?;
        let entries = page.dashboard_entries.unwrap_or_default();
        names.extend(entries.into_iter().filter_map(|entry| entry.dashboard_name));
        token = page.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(names);
        }
    }
}

async fn described(cloud: &Cloud, prefix: &str) -> Result<Vec<(String, MetricAlarm)>, Error> {
    let mut alarms = Vec::new();
    let mut token = None;
    loop {
        let request = || {
            let request = cloud.alarms.describe_alarms().alarm_name_prefix(prefix);
            request
                .alarm_types(AlarmType::MetricAlarm)
                .set_next_token(token.clone())
                .send()
        };
        let page = cloud.call(call("DescribeAlarms", prefix), request).await?;
        let found = page.metric_alarms.unwrap_or_default().into_iter();
        alarms.extend(found.filter_map(|alarm| Some((alarm.alarm_name.clone()?, alarm))));
        token = page.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(alarms);
        }
    }
}

async fn tags(cloud: &Cloud, name: &str, arn: &str) -> Result<Option<Tags>, Error> {
    let request = || cloud.alarms.list_tags_for_resource().resource_arn(arn).send();
    let found = existing(cloud.call(call("ListTagsForResource", name), request).await)?;
    let tags = found.map(|found| found.tags.unwrap_or_default());
    let pair = |tag: aws_sdk_cloudwatch::types::Tag| Some((tag.key?, tag.value?));
    Ok(tags.map(|tags| tags.into_iter().filter_map(pair).collect()))
}

fn rule(alarm: MetricAlarm) -> AlarmRule {
    let dimensions = alarm.dimensions.unwrap_or_default().into_iter();
    let set = |arns: Option<Vec<String>>| arns.unwrap_or_default().into_iter().collect();
    let statistic = alarm.statistic.map(|statistic| statistic.as_str().to_owned());
    AlarmRule {
        description: alarm.alarm_description.unwrap_or_default(),
        namespace: alarm.namespace.unwrap_or_default(),
        metric: alarm.metric_name.unwrap_or_default(),
        dimensions: dimensions
            .filter_map(|dimension| Some((dimension.name?, dimension.value?)))
            .collect(),
        statistic: statistic.or(alarm.extended_statistic).unwrap_or_default(),
        period: alarm.period.unwrap_or_default(),
        evaluation_periods: alarm.evaluation_periods.unwrap_or_default(),
        datapoints_to_alarm: alarm.datapoints_to_alarm,
        threshold: alarm.threshold.unwrap_or_default(),
        comparison: alarm
            .comparison_operator
            .map(|comparison| comparison.as_str().to_owned())
            .unwrap_or_default(),
        treat_missing_data: alarm.treat_missing_data.unwrap_or_default(),
        actions_enabled: alarm.actions_enabled.unwrap_or_default(),
        alarm_actions: set(alarm.alarm_actions),
        ok_actions: set(alarm.ok_actions),
        insufficient_data_actions: set(alarm.insufficient_data_actions),
    }
}

fn updated(alarm: &MetricAlarm) -> Option<i64> {
    alarm.alarm_configuration_updated_timestamp?.to_millis().ok()
}

fn call<'a>(action: &'static str, name: &'a str) -> Call<'a> {
    Call {
        service: Service::CloudWatch,
        action,
        name,
    }
}
