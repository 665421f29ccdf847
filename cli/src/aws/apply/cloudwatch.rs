use serde_json::{Value, json};
use stack::{Alarm, AlarmRule, Dashboard, Tags};

use super::{Stage, gone};
use crate::aws::{Error, cloudwatch};

/// Makes the alarm or changes it. Its tags count only where it is made.
pub(super) async fn put_metric_alarm(stage: &Stage, alarm: &Alarm) -> Result<(), Error> {
    let mut input = rule(&alarm.rule);
    if let Value::Object(fields) = &mut input {
        fields.insert("AlarmName".to_owned(), json!(alarm.name));
        fields.insert("Tags".to_owned(), tags(&alarm.tags));
    }
    cloudwatch::call(&stage.cloud, "PutMetricAlarm", &alarm.name, input)
        .await
        .map(drop)
}

pub(super) async fn tag_resource(stage: &Stage, name: &str, new: &Tags) -> Result<(), Error> {
    let input = json!({ "ResourceARN": stage.scope.alarm_arn(name), "Tags": tags(new) });
    cloudwatch::call(&stage.cloud, "TagResource", name, input)
        .await
        .map(drop)
}

pub(super) async fn untag_resource(stage: &Stage, name: &str, keys: &[String]) -> Result<(), Error> {
    let input = json!({ "ResourceARN": stage.scope.alarm_arn(name), "TagKeys": keys });
    cloudwatch::call(&stage.cloud, "UntagResource", name, input)
        .await
        .map(drop)
}

pub(super) async fn delete_alarm(stage: &Stage, name: &str) -> Result<(), Error> {
    let input = json!({ "AlarmNames": [name] });
    gone(cloudwatch::call(&stage.cloud, "DeleteAlarms", name, input).await)
}

pub(super) async fn put_dashboard(stage: &Stage, dashboard: &Dashboard) -> Result<(), Error> {
    let Dashboard { name, body } = dashboard;
    let input = json!({ "DashboardName": name, "DashboardBody": body.to_string() });
    cloudwatch::call(&stage.cloud, "PutDashboard", name, input)
        .await
        .map(drop)
}

pub(super) async fn delete_dashboard(stage: &Stage, name: &str) -> Result<(), Error> {
    let input = json!({ "DashboardNames": [name] });
    gone(cloudwatch::call(&stage.cloud, "DeleteDashboards", name, input).await)
}

fn rule(rule: &AlarmRule) -> Value {
    let dimensions: Vec<Value> = rule
        .dimensions
        .iter()
        .map(|(name, value)| json!({ "Name": name, "Value": value }))
        .collect();
    let statistic = match rule.statistic.starts_with('p') {
        true => "ExtendedStatistic",
        false => "Statistic",
    };
    let mut input = json!({
        "AlarmDescription": rule.description,
        "Namespace": rule.namespace,
        "MetricName": rule.metric,
        "Dimensions": dimensions,
        "Period": rule.period,
        "EvaluationPeriods": rule.evaluation_periods,
        "Threshold": rule.threshold,
        "ComparisonOperator": rule.comparison,
        "TreatMissingData": rule.treat_missing_data,
        "ActionsEnabled": rule.actions_enabled,
        "AlarmActions": rule.alarm_actions,
        "OKActions": rule.ok_actions,
        "InsufficientDataActions": rule.insufficient_data_actions,
    });
    if let Value::Object(fields) = &mut input {
        fields.insert(statistic.to_owned(), json!(rule.statistic));
        let datapoints = rule.datapoints_to_alarm;
        fields.extend(datapoints.map(|count| ("DatapointsToAlarm".to_owned(), json!(count))));
    }
    input
}

fn tags(tags: &Tags) -> Value {
    let tag = |(key, value)| json!({ "Key": key, "Value": value });
    tags.iter().map(tag).collect()
}
