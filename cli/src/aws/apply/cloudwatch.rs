use aws_sdk_cloudwatch::types::{ComparisonOperator, Dimension, Statistic, Tag};
use stack::{Alarm, Dashboard, Service, Tags};

use super::{Stage, gone};
use crate::aws::Error;
use crate::aws::call::Call;

/// Makes the alarm or changes it. Its tags count only where it is made.
pub(super) async fn put_metric_alarm(stage: &Stage, alarm: &Alarm) -> Result<(), Error> {
    let rule = &alarm.rule;
    let dimensions: Vec<Dimension> = rule
        .dimensions
        .iter()
        .map(|(name, value)| Dimension::builder().name(name).value(value).build())
        .collect();
    let is_percentile = rule.statistic.starts_with('p');
    let list = |arns: &std::collections::BTreeSet<String>| Some(arns.iter().cloned().collect());
    let request = || {
        let request = stage
            .cloud
            .alarms
            .put_metric_alarm()
            .alarm_name(&alarm.name)
            .alarm_description(&rule.description)
            .namespace(&rule.namespace)
            .metric_name(&rule.metric)
            .set_dimensions(Some(dimensions.clone()))
            .period(rule.period)
            .evaluation_periods(rule.evaluation_periods)
            .set_datapoints_to_alarm(rule.datapoints_to_alarm)
            .threshold(rule.threshold)
            .comparison_operator(ComparisonOperator::from(rule.comparison.as_str()))
            .treat_missing_data(&rule.treat_missing_data)
            .actions_enabled(rule.actions_enabled)
            .set_alarm_actions(list(&rule.alarm_actions))
            .set_ok_actions(list(&rule.ok_actions))
            .set_insufficient_data_actions(list(&rule.insufficient_data_actions))
            .set_tags(Some(tags(&alarm.tags)));
        match is_percentile {
            true => request.extended_statistic(&rule.statistic).send(),
            false => request.statistic(Statistic::from(rule.statistic.as_str())).send(),
        }
    };
    stage
        .cloud
        .call(call("PutMetricAlarm", &alarm.name), request)
        .await
        .map(drop)
}

pub(super) async fn tag_resource(stage: &Stage, name: &str, new: &Tags) -> Result<(), Error> {
    let arn = stage.scope.alarm_arn(name);
    let request = || {
        let request = stage.cloud.alarms.tag_resource().resource_arn(&arn);
        request.set_tags(Some(tags(new))).send()
    };
    stage.cloud.call(call("TagResource", name), request).await.map(drop)
}

pub(super) async fn untag_resource(stage: &Stage, name: &str, keys: &[String]) -> Result<(), Error> {
    let arn = stage.scope.alarm_arn(name);
    let request = || {
        let request = stage.cloud.alarms.untag_resource().resource_arn(&arn);
        request.set_tag_keys(Some(keys.to_vec())).send()
    };
    stage.cloud.call(call("UntagResource", name), request).await.map(drop)
}

pub(super) async fn delete_alarm(stage: &Stage, name: &str) -> Result<(), Error> {
    let request = || stage.cloud.alarms.delete_alarms().alarm_names(name).send();
    gone(stage.cloud.call(call("DeleteAlarms", name), request).await)
}

pub(super) async fn put_dashboard(stage: &Stage, dashboard: &Dashboard) -> Result<(), Error> {
    let body = dashboard.body.to_string();
    let request = || {
        let request = stage.cloud.alarms.put_dashboard().dashboard_name(&dashboard.name);
        request.dashboard_body(&body).send()
    };
    stage
        .cloud
        .call(call("PutDashboard", &dashboard.name), request)
        .await
        .map(drop)
}

pub(super) async fn delete_dashboard(stage: &Stage, name: &str) -> Result<(), Error> {
    let request = || stage.cloud.alarms.delete_dashboards().dashboard_names(name).send();
    gone(stage.cloud.call(call("DeleteDashboards", name), request).await)
}

fn tags(tags: &Tags) -> Vec<Tag> {
    tags.iter()
        .map(|(key, value)| Tag::builder().key(key).value(value).build())
        .collect()
}

fn call<'a>(action: &'static str, name: &'a str) -> Call<'a> {
    Call {
        service: Service::CloudWatch,
        action,
        name,
    }
}
