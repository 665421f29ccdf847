//! CloudWatch's alarms.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::roles::form;

/// Alarms by name, each with the reason for which it is raised, if it is.
#[derive(Default)]
pub(crate) struct Alarms {
    states: BTreeMap<String, Option<String>>,
    /// An alarm that is raised when it was looked at so often.
    due: Option<(usize, String, String)>,
}

impl Alarms {
    pub(crate) fn set(&mut self, name: &str, reason: Option<&str>) {
        self.states.insert(name.to_owned(), reason.map(str::to_owned));
    }

    /// Raises an alarm after so many looks at alarms.
    pub(crate) fn raise_after(&mut self, looks: usize, name: &str, reason: &str) {
        self.set(name, None);
        self.due = Some((looks, name.to_owned(), reason.to_owned()));
    }

    /// The answer to DescribeAlarms.
    pub(crate) fn describe(&mut self, request: &str) -> String {
        match self.due.take() {
            Some((0, name, reason)) => self.set(&name, Some(&reason)),
            Some((looks, name, reason)) => self.due = Some((looks - 1, name, reason)),
            None => {}
        }
        let form = form(request);
        let wanted: Vec<&String> = form
            .iter()
            .filter(|(field, _)| field.starts_with("AlarmNames."))
            .map(|(_, name)| name)
            .collect();
        let mut members = String::new();
        for (name, reason) in self.states.iter().filter(|(name, _)| wanted.contains(name)) {
            let state = if reason.is_some() { "ALARM" } else { "OK" };
            let reason = reason.as_deref().unwrap_or("nothing to see");
            write!(
                members,
                "<member><AlarmName>{name}</AlarmName>\
                 <AlarmArn>arn:aws:cloudwatch:us-east-1:123456789012:alarm:{name}</AlarmArn>\
                 <StateValue>{state}</StateValue><StateReason>{reason}</StateReason></member>"
            )
            .unwrap();
        }
        format!(
            "<DescribeAlarmsResponse xmlns=\"http://monitoring.amazonaws.com/doc/2010-08-01/\"><DescribeAlarmsResult>\
             <MetricAlarms>{members}</MetricAlarms></DescribeAlarmsResult></DescribeAlarmsResponse>"
        )
    }
}
