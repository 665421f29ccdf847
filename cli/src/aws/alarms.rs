use aws_sdk_cloudwatch::types::{AlarmType, StateValue};
use serde::Serialize;
use stack::Service;

use super::call::Call;
use super::{Cloud, Error};

/// How many alarms are asked for at once.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html>
const PAGE: usize = 100;

/// Looks at the alarms, which are named or given by their ARNs. One that has too little data to tell is not raised.
///
/// # Errors
/// An alarm that is raised, alarms that are not there.
pub async fn check(cloud: &Cloud, alarms: &[String]) -> Result<(), Error> {
    let mut missing = Vec::new();
    for wanted in alarms.chunks(PAGE) {
        let found = describe(cloud, wanted).await?;
        for alarm in wanted {
            let found = found.iter().find(|found| found.arn == *alarm || found.name == *alarm);
            match found {
                Some(found) if found.state == StateValue::Alarm => {
                    return Err(Error::Alarm {
                        name: found.name.clone(),
                        reason: found.reason.clone(),
                    });
                }
                Some(_) => {}
                None => missing.push(alarm.clone()),
            }
        }
    }
    match missing.is_empty() {
        true => Ok(()),
        false => Err(Error::NoAlarm {
            names: missing,
            destination: cloud.destination(),
        }),
    }
}

/// The state of an alarm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AlarmState {
    /// As it was asked for.
    pub name: String,
    /// `OK`, `ALARM` or `INSUFFICIENT_DATA`; nothing where it is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// What CloudWatch says of it.
    pub reason: String,
}

/// The states of alarms, which are named or given by their ARNs.
///
/// # Errors
/// A call that fails.
pub async fn states(cloud: &Cloud, alarms: &[String]) -> Result<Vec<AlarmState>, Error> {
    let mut states = Vec::new();
    for wanted in alarms.chunks(PAGE) {
        let found = describe(cloud, wanted).await?;
        states.extend(wanted.iter().map(|alarm| {
            let found = found.iter().find(|found| found.arn == *alarm || found.name == *alarm);
            AlarmState {
                name: name(alarm).to_owned(),
                state: found.map(|found| found.state.as_str().to_owned()),
                reason: found.map_or_else(String::new, |found| found.reason.clone()),
            }
        }));
    }
    Ok(states)
}

struct Alarm {
    state: StateValue,
    name: String,
    arn: String,
    reason: String,
}

async fn describe(cloud: &Cloud, alarms: &[String]) -> Result<Vec<Alarm>, Error> {
    let names: Vec<String> = alarms.iter().map(|alarm| name(alarm).to_owned()).collect();
    let call = Call {
        service: Service::CloudWatch,
        action: "DescribeAlarms",
        name: "",
    };
    let request = || {
        let request = cloud
            .alarms
            .describe_alarms()
            .max_records(PAGE as i32)
            .alarm_types(AlarmType::MetricAlarm)
            .alarm_types(AlarmType::CompositeAlarm);
        request.set_alarm_names(Some(names.clone())).send()
    };
    let page = cloud.call(call, request).await?;
    let alarm = |name: Option<String>, arn: Option<String>, state: Option<StateValue>, reason: Option<String>| Alarm {
        name: name.unwrap_or_default(),
        arn: arn.unwrap_or_default(),
        state: state.unwrap_or(StateValue::InsufficientData),
        reason: reason.unwrap_or_default(),
    };
    let metric = page.metric_alarms.unwrap_or_default().into_iter();
    let metric = metric.map(|found| alarm(found.alarm_name, found.alarm_arn, found.state_value, found.state_reason));
    let composite = page.composite_alarms.unwrap_or_default().into_iter();
    let composite =
        composite.map(|found| alarm(found.alarm_name, found.alarm_arn, found.state_value, found.state_reason));
    Ok(metric.chain(composite).collect())
}

/// The name at the end of an ARN, or what is given.
fn name(alarm: &str) -> &str {
    match alarm.split_once(":alarm:") {
        Some((owner, name)) if owner.starts_with("arn:") => name,
        _ => alarm,
    }
}
