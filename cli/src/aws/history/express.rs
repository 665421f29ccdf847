//! Executions of Express state machines, of which there is only what their state machine logs.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html>

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::HistoryEvent;
use crate::aws::logs::{LogFilter, all_log_events};
use crate::aws::{Cloud, Error, LogEvent};

/// How far back it is looked first, and then.
const WINDOWS: [SignedDuration; 2] = [SignedDuration::from_hours(1), SignedDuration::from_hours(24)];

/// More than the time from the first event of an execution to its last.
const LONGEST: SignedDuration = SignedDuration::from_mins(6);

/// The events in a log group of the executions whose ARN is `arn`, or begins so where it ends with `*`, by ARN. It is
/// looked in the last hour, then in the last day, then in all there is.
///
/// # Errors
/// A call that fails, for one because there is no such log group.
pub async fn express_histories(
    cloud: &Cloud,
    group: &str,
    arn: &str,
    now: Timestamp,
) -> Result<BTreeMap<String, Vec<HistoryEvent>>, Error> {
    let pattern = format!("{{ $.execution_arn = \"{arn}\" }}");
    let filter = |from, until| LogFilter {
        group,
        pattern: Some(&pattern),
        from,
        until,
    };
    let mut until = None;
    for back in WINDOWS.map(Some).into_iter().chain([None]) {
        let from = back.and_then(|back| now.checked_sub(back).ok());
        let mut found = all_log_events(cloud, filter(from, until)).await?;
        if let (Some(first), Some(from)) = (found.first(), from)
            && let Ok(earliest) = first.timestamp.checked_sub(LONGEST)
            && earliest < from
        {
            found.extend(all_log_events(cloud, filter(Some(earliest), Some(from))).await?);
        }
        if !found.is_empty() {
            return Ok(by_execution(&found));
        }
        until = from;
    }
    Ok(BTreeMap::new())
}

fn by_execution(found: &[LogEvent]) -> BTreeMap<String, Vec<HistoryEvent>> {
    let mut histories: BTreeMap<String, BTreeMap<u64, HistoryEvent>> = BTreeMap::new();
    for (arn, event) in found.iter().filter_map(|event| logged(&event.message)) {
        histories.entry(arn).or_default().insert(event.id, event);
    }
    let in_order = |(arn, events): (String, BTreeMap<u64, HistoryEvent>)| (arn, events.into_values().collect());
    histories.into_iter().map(in_order).collect()
}

/// The ARN of the execution and the event, in the form of a history.
fn logged(message: &str) -> Option<(String, HistoryEvent)> {
    let mut logged: Map<String, Value> = serde_json::from_str(message).ok()?;
    let number = |field: &str| logged.get(field)?.as_str()?.parse::<u64>().ok();
    let text = |field: &str| logged.get(field)?.as_str().map(str::to_owned);
    let event_type = text("type")?;
    let arn = text("execution_arn")?;
    let milliseconds = i64::try_from(number("event_timestamp")?).ok()?;
    let (id, previous_event_id) = (number("id")?, number("previous_event_id").unwrap_or(0));
    let mut details = Map::new();
    if let Some(fields) = logged.remove("details").filter(Value::is_object) {
        details.insert(details_key(&event_type), fields);
    }
    let event = HistoryEvent {
        id,
        previous_event_id,
        timestamp: Timestamp::from_millisecond(milliseconds).ok()?,
        event_type,
        details,
    };
    Some((arn, event))
}

/// The field that the details of an event of this type are in. All states share two.
fn details_key(event_type: &str) -> String {
    if event_type.ends_with("StateEntered") {
        return "stateEnteredEventDetails".to_owned();
    }
    if event_type.ends_with("StateExited") {
        return "stateExitedEventDetails".to_owned();
    }
    let mut characters = event_type.chars();
    let first = characters.next().map(|first| first.to_ascii_lowercase());
    let name: String = first.into_iter().chain(characters).collect();
    format!("{name}EventDetails")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logged_event_has_the_form_of_a_history() {
        let message = r#"{"id":"2","type":"TaskStateEntered","details":{"name":"A","input":"{}","inputDetails":{"truncated":false}},
            "redrive_count":"0","previous_event_id":"1","event_timestamp":"1585768462222",
            "execution_arn":"arn:aws:states:us-west-2:123456789012:express:M:first:id"}"#;
        let found = logged(message);
        let shown = found.map(|(arn, event)| (arn, serde_json::to_value(&event).unwrap_or_default()));
        let (arn, event) = shown.unwrap_or_default();
        assert_eq!(arn, "arn:aws:states:us-west-2:123456789012:express:M:first:id");
        let expected = serde_json::json!({
            "timestamp": "2020-04-01T19:14:22.222000+00:00", "type": "TaskStateEntered", "id": 2, "previousEventId": 1,
            "stateEnteredEventDetails": { "name": "A", "input": "{}", "inputDetails": { "truncated": false } },
        });
        assert_eq!(event, expected);
    }

    #[test]
    fn what_is_no_event_is_none() {
        for message in [
            "",
            "text",
            "{}",
            r#"{"id":"1","type":"ExecutionStarted","event_timestamp":"x"}"#,
        ] {
            assert!(logged(message).is_none(), "{message}");
        }
    }
}
