use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Cloud, Error, cloudwatch};

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
                Some(found) if found.state == RAISED => {
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
                state: found.map(|found| found.state.clone()),
                reason: found.map_or_else(String::new, |found| found.reason.clone()),
            }
        }));
    }
    Ok(states)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Alarm {
    #[serde(rename = "AlarmName")]
    name: String,
    #[serde(rename = "AlarmArn")]
    arn: String,
    #[serde(rename = "StateValue")]
    state: String,
    #[serde(rename = "StateReason")]
    reason: String,
}

/// The state of an alarm that is raised.
const RAISED: &str = "ALARM";

async fn describe(cloud: &Cloud, alarms: &[String]) -> Result<Vec<Alarm>, Error> {
    const ACTION: &str = "DescribeAlarms";
    let names: Vec<&str> = alarms.iter().map(|alarm| name(alarm)).collect();
    let types = ["MetricAlarm", "CompositeAlarm"];
    let input = json!({ "AlarmNames": names, "AlarmTypes": types, "MaxRecords": PAGE });
    let mut page = cloudwatch::call(cloud, ACTION, "", input).await?;
    let mut found = Vec::new();
    for kind in ["MetricAlarms", "CompositeAlarms"] {
        let alarms = page.get_mut(kind).map(Value::take).unwrap_or_default();
        let alarms: Option<Vec<Alarm>> = cloudwatch::read(ACTION, kind, alarms)?;
        found.extend(alarms.unwrap_or_default());
    }
    Ok(found)
}

/// The name at the end of an ARN, or what is given.
fn name(alarm: &str) -> &str {
    match alarm.split_once(":alarm:") {
        Some((owner, name)) if owner.starts_with("arn:") => name,
        _ => alarm,
    }
}
