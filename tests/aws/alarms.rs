//! CloudWatch's alarms, dashboards and metrics.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Alarms by name, dashboards, and metrics.
#[derive(Default)]
pub(crate) struct Alarms {
    alarms: BTreeMap<String, Alarm>,
    dashboards: BTreeMap<String, String>,
    /// An alarm that is raised when it was looked at so often.
    due: Option<(usize, String, String)>,
    /// How many changes there were.
    changes: i64,
    /// Values of metrics by name.
    metrics: BTreeMap<String, Vec<f64>>,
    looks_at_metrics: usize,
}

#[derive(Default)]
struct Alarm {
    /// The reason for which it is raised, if it is.
    raised: Option<String>,
    /// What was put.
    fields: Value,
    updated: i64,
    tags: BTreeMap<String, String>,
}

/// Status and code of an error.
pub(crate) type Refused = (u16, &'static str);

const NOT_FOUND: Refused = (404, "ResourceNotFound");

impl Alarms {
    pub(crate) fn set(&mut self, name: &str, reason: Option<&str>) {
        self.alarms.entry(name.to_owned()).or_default().raised = reason.map(str::to_owned);
    }

    /// Raises an alarm after so many looks at alarms by their names.
    pub(crate) fn raise_after(&mut self, looks: usize, name: &str, reason: &str) {
        self.set(name, None);
        self.due = Some((looks, name.to_owned(), reason.to_owned()));
    }

    /// Somebody changes a field of an alarm by hand.
    pub(crate) fn change(&mut self, name: &str, field: &str, value: Value) {
        self.changes += 1;
        let alarm = self.alarms.get_mut(name).unwrap();
        alarm.updated = self.changes;
        alarm.fields[field] = value;
    }

    /// Somebody writes over a dashboard.
    pub(crate) fn write(&mut self, name: &str, change: impl FnOnce(&str) -> String) {
        let body = self.dashboards.get_mut(name).unwrap();
        *body = change(body);
    }

    /// A metric of every state machine has these values from now on.
    pub(crate) fn set_metric(&mut self, name: &str, values: &[f64]) {
        self.metrics.insert(name.to_owned(), values.to_vec());
    }

    /// How often metrics were asked for.
    pub(crate) fn looks_at_metrics(&self) -> usize {
        self.looks_at_metrics
    }

    /// Somebody deletes an alarm.
    pub(crate) fn forget(&mut self, name: &str) {
        self.alarms.remove(name);
    }

    /// Names of alarms and dashboards.
    pub(crate) fn names(&self) -> Vec<String> {
        self.alarms.keys().chain(self.dashboards.keys()).cloned().collect()
    }

    /// The answer to a call.
    pub(crate) fn answer(&mut self, action: &str, request: &str) -> Result<String, Refused> {
        let asked: Value = serde_json::from_str(request).unwrap();
        let text = |field: &str| asked[field].as_str().unwrap_or_default().to_owned();
        let answer = match action {
            "DescribeAlarms" => self.describe(&asked),
            "GetMetricData" => {
                self.looks_at_metrics += 1;
                self.metric_data(&asked)
            }
            "PutMetricAlarm" => self.put(&asked),
            "DeleteAlarms" => {
                let name = asked["AlarmNames"][0].as_str().unwrap();
                self.alarms.remove(name).ok_or(NOT_FOUND)?;
                json!({})
            }
            "ListTagsForResource" | "TagResource" | "UntagResource" => self.tags(action, &asked)?,
            "PutDashboard" => {
                self.dashboards.insert(text("DashboardName"), text("DashboardBody"));
                json!({ "DashboardValidationMessages": [] })
            }
            "GetDashboard" => {
                let body = self.dashboards.get(&text("DashboardName")).ok_or(NOT_FOUND)?;
                json!({ "DashboardName": text("DashboardName"), "DashboardBody": body })
            }
            "ListDashboards" => {
                let prefix = text("DashboardNamePrefix");
                let names = self.dashboards.keys().filter(|name| name.starts_with(&prefix));
                let entries: Vec<Value> = names.map(|name| json!({ "DashboardName": name })).collect();
                json!({ "DashboardEntries": entries })
            }
            "DeleteDashboards" => {
                let name = asked["DashboardNames"][0].as_str().unwrap();
                self.dashboards.remove(name).ok_or(NOT_FOUND)?;
                json!({})
            }
            _ => return Err((400, "InvalidAction")),
        };
        Ok(answer.to_string())
    }

    /// Tags count for a new alarm alone.
    fn put(&mut self, asked: &Value) -> Value {
        self.changes += 1;
        let alarm = self.alarms.entry(asked["AlarmName"].as_str().unwrap().to_owned());
        let alarm = alarm.or_insert_with(|| Alarm {
            tags: tags(asked).collect(),
            ..Alarm::default()
        });
        alarm.updated = self.changes;
        alarm.fields = asked.clone();
        alarm.fields.as_object_mut().unwrap().remove("Tags");
        json!({})
    }

    fn tags(&mut self, action: &str, asked: &Value) -> Result<Value, Refused> {
        let name = asked["ResourceARN"].as_str().unwrap().rsplit(":alarm:").next().unwrap();
        let alarm = self.alarms.get_mut(name).ok_or(NOT_FOUND)?;
        match action {
            "TagResource" => alarm.tags.extend(tags(asked)),
            "UntagResource" => {
                let keys = asked["TagKeys"].as_array().unwrap().iter();
                keys.for_each(|key| drop(alarm.tags.remove(key.as_str().unwrap())));
            }
            _ => {
                let tag = |(key, value)| json!({ "Key": key, "Value": value });
                return Ok(json!({ "Tags": alarm.tags.iter().map(tag).collect::<Vec<_>>() }));
            }
        }
        Ok(json!({}))
    }

    fn describe(&mut self, asked: &Value) -> Value {
        let prefix = asked["AlarmNamePrefix"].as_str();
        match self.due.take() {
            Some(due) if prefix.is_some() => self.due = Some(due),
            Some((0, name, reason)) => self.set(&name, Some(&reason)),
            Some((looks, name, reason)) => self.due = Some((looks - 1, name, reason)),
            None => {}
        }
        let names = asked["AlarmNames"].as_array().cloned().unwrap_or_default();
        let is_wanted = |name: &str| match prefix {
            Some(prefix) => name.starts_with(prefix),
            None => names.iter().any(|wanted| wanted == name),
        };
        let wanted = self.alarms.iter().filter(|(name, _)| is_wanted(name));
        let alarms: Vec<Value> = wanted.map(|(name, alarm)| alarm.described(name)).collect();
        json!({ "MetricAlarms": alarms, "CompositeAlarms": [] })
    }

    /// Each metric of the request with its id.
    fn metric_data(&self, asked: &Value) -> Value {
        let queries = asked["MetricDataQueries"].as_array().unwrap().iter();
        let results = queries.map(|query| {
            let name = query["MetricStat"]["Metric"]["MetricName"].as_str().unwrap();
            let values = self.metrics.get(name).cloned().unwrap_or_default();
            json!({ "Id": query["Id"], "StatusCode": "Complete", "Values": values })
        });
        json!({ "MetricDataResults": results.collect::<Vec<_>>() })
    }
}

impl Alarm {
    fn described(&self, name: &str) -> Value {
        let mut described = match &self.fields {
            Value::Null => json!({ "AlarmName": name }),
            fields => fields.clone(),
        };
        described["AlarmArn"] = json!(format!("arn:aws:cloudwatch:us-east-1:123456789012:alarm:{name}"));
        described["StateValue"] = json!(if self.raised.is_some() { "ALARM" } else { "OK" });
        described["StateReason"] = json!(self.raised.as_deref().unwrap_or("nothing to see"));
        described["AlarmConfigurationUpdatedTimestamp"] = json!(1_767_225_600 + self.updated);
        described
    }
}

fn tags(asked: &Value) -> impl Iterator<Item = (String, String)> {
    let tags = asked["Tags"].as_array().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    tags.map(move |tag| (text(&tag["Key"]), text(&tag["Value"])))
}
