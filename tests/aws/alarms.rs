//! CloudWatch's alarms and dashboards.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::roles::{form, tags};

/// Alarms by name, and dashboards.
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
    fields: Fields,
    updated: i64,
    tags: BTreeMap<String, String>,
}

/// A form as a tree: `A.member.1.B=c` is `{A: {member: {1: {B: c}}}}`.
#[derive(Default)]
struct Fields {
    text: String,
    fields: BTreeMap<String, Fields>,
}

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
    pub(crate) fn change(&mut self, name: &str, field: &str, value: &str) {
        self.changes += 1;
        let alarm = self.alarms.get_mut(name).unwrap();
        alarm.updated = self.changes;
        alarm.fields.fields.get_mut(field).unwrap().text = value.to_owned();
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

    /// The answer to GetMetricData: each metric of the request with its id.
    fn metric_data(&self, form: &BTreeMap<String, String>) -> String {
        let fields = (1..).map_while(|place| {
            let query = format!("MetricDataQueries.member.{place}");
            let id = form.get(&format!("{query}.Id"))?;
            Some((id, &form[&format!("{query}.MetricStat.Metric.MetricName")]))
        });
        let results = fields.map(|(id, name)| {
            let values = self.metrics.get(name).into_iter().flatten();
            let values: String = values.map(|value| format!("<member>{value}</member>")).collect();
            format!("<member><Id>{id}</Id><StatusCode>Complete</StatusCode><Values>{values}</Values></member>")
        });
        format!("<MetricDataResults>{}</MetricDataResults>", results.collect::<String>())
    }

    /// Names of alarms and dashboards.
    pub(crate) fn names(&self) -> Vec<String> {
        self.alarms.keys().chain(self.dashboards.keys()).cloned().collect()
    }

    /// The answer to a call: XML, or status and code of an error.
    pub(crate) fn answer(&mut self, action: &str, request: &str) -> Result<String, (u16, &'static str)> {
        const NOT_FOUND: (u16, &str) = (404, "ResourceNotFound");
        let form = form(request);
        let field = |name: &str| form.get(name).cloned().unwrap_or_default();
        let of_arn = || {
            field("ResourceARN")
                .rsplit(":alarm:")
                .next()
                .unwrap_or_default()
                .to_owned()
        };
        let result = match action {
            "DescribeAlarms" => self.describe(&form),
            "GetMetricData" => {
                self.looks_at_metrics += 1;
                self.metric_data(&form)
            }
            "PutMetricAlarm" => {
                self.put(&form);
                String::new()
            }
            "DeleteAlarms" => {
                self.alarms.remove(&field("AlarmNames.member.1")).ok_or(NOT_FOUND)?;
                String::new()
            }
            "ListTagsForResource" => {
                let alarm = self.alarms.get(&of_arn()).ok_or(NOT_FOUND)?;
                let tag = |(key, value)| format!("<member><Key>{key}</Key><Value>{value}</Value></member>");
                format!("<Tags>{}</Tags>", alarm.tags.iter().map(tag).collect::<String>())
            }
            "TagResource" => {
                let alarm = self.alarms.get_mut(&of_arn()).ok_or(NOT_FOUND)?;
                alarm.tags.extend(tags(&form));
                String::new()
            }
            "UntagResource" => {
                let alarm = self.alarms.get_mut(&of_arn()).ok_or(NOT_FOUND)?;
                let keys = form.iter().filter(|(field, _)| field.starts_with("TagKeys."));
                keys.for_each(|(_, key)| drop(alarm.tags.remove(key)));
                String::new()
            }
            "PutDashboard" => {
                self.dashboards.insert(field("DashboardName"), field("DashboardBody"));
                "<DashboardValidationMessages/>".to_owned()
            }
            "GetDashboard" => {
                let name = field("DashboardName");
                let body = escaped(self.dashboards.get(&name).ok_or(NOT_FOUND)?);
                format!("<DashboardName>{name}</DashboardName><DashboardBody>{body}</DashboardBody>")
            }
            "ListDashboards" => {
                let prefix = field("DashboardNamePrefix");
                let names = self.dashboards.keys().filter(|name| name.starts_with(&prefix));
                let entry = |name| format!("<member><DashboardName>{name}</DashboardName></member>");
                format!(
                    "<DashboardEntries>{}</DashboardEntries>",
                    names.map(entry).collect::<String>()
                )
            }
            "DeleteDashboards" => {
                self.dashboards
                    .remove(&field("DashboardNames.member.1"))
                    .ok_or(NOT_FOUND)?;
                String::new()
            }
            _ => return Err((400, "InvalidAction")),
        };
        Ok(format!(
            "<{action}Response xmlns=\"http://monitoring.amazonaws.com/doc/2010-08-01/\">\
             <{action}Result>{result}</{action}Result></{action}Response>"
        ))
    }

    /// Tags count for a new alarm alone.
    fn put(&mut self, form: &BTreeMap<String, String>) {
        self.changes += 1;
        let alarm = self.alarms.entry(form["AlarmName"].clone());
        let alarm = alarm.or_insert_with(|| Alarm {
            tags: tags(form).collect(),
            ..Alarm::default()
        });
        alarm.updated = self.changes;
        alarm.fields = Fields::default();
        let others = ["Action", "Version", "Tags"];
        for (path, value) in form {
            if !others.iter().any(|other| path.split('.').next() == Some(other)) {
                alarm.fields.insert(path, value);
            }
        }
    }

    fn describe(&mut self, form: &BTreeMap<String, String>) -> String {
        let prefix = form.get("AlarmNamePrefix");
        match self.due.take() {
            Some(due) if prefix.is_some() => self.due = Some(due),
            Some((0, name, reason)) => self.set(&name, Some(&reason)),
            Some((looks, name, reason)) => self.due = Some((looks - 1, name, reason)),
            None => {}
        }
        let named = |wanted: &str| {
            let mut names = form.iter().filter(|(field, _)| field.starts_with("AlarmNames."));
            names.any(|(_, name)| name == wanted)
        };
        let is_wanted = |name: &str| prefix.map_or_else(|| named(name), |prefix| name.starts_with(prefix.as_str()));
        let wanted = self.alarms.iter().filter(|(name, _)| is_wanted(name));
        let members: String = wanted.map(|(name, alarm)| alarm.described(name)).collect();
        format!("<MetricAlarms>{members}</MetricAlarms>")
    }
}

impl Alarm {
    fn described(&self, name: &str) -> String {
        let state = if self.raised.is_some() { "ALARM" } else { "OK" };
        let reason = self.raised.as_deref().unwrap_or("nothing to see");
        let updated = jiff::Timestamp::from_second(1_767_225_600 + self.updated).unwrap();
        let fields = if self.fields.fields.is_empty() {
            format!("<AlarmName>{name}</AlarmName>")
        } else {
            self.fields.xml()
        };
        format!(
            "<member>{fields}<AlarmArn>arn:aws:cloudwatch:us-east-1:123456789012:alarm:{name}</AlarmArn>\
             <StateValue>{state}</StateValue><StateReason>{reason}</StateReason>\
             <AlarmConfigurationUpdatedTimestamp>{updated}</AlarmConfigurationUpdatedTimestamp></member>"
        )
    }
}

impl Fields {
    fn insert(&mut self, path: &str, value: &str) {
        match path.split_once('.') {
            Some((first, rest)) => self.fields.entry(first.to_owned()).or_default().insert(rest, value),
            None => self.fields.entry(path.to_owned()).or_default().text = value.to_owned(),
        }
    }

    fn xml(&self) -> String {
        let mut text = escaped(&self.text);
        for (name, field) in &self.fields {
            let inside = field.xml();
            match name.as_str() {
                "member" => text.push_str(&inside),
                name if name.parse::<u32>().is_ok() => write!(text, "<member>{inside}</member>").unwrap(),
                name => write!(text, "<{name}>{inside}</{name}>").unwrap(),
            }
        }
        text
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
