mod express;

use jiff::Timestamp;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value, json};
use stack::Service;

use super::call::Call;
use super::{Cloud, Error};

pub use express::express_histories;

const ACTION: &str = "GetExecutionHistory";

/// The most events AWS gives at once.
///
/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html>
const PAGE: usize = 1000;

/// How many events are asked for where few are expected to be new.
const NEWS: usize = 100;

/// An event of an execution's history, as Step Functions gives it. Serializes as the AWS CLI prints it.
///
/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html>
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryEvent {
    /// Counts from 1.
    pub id: u64,
    /// The event this one follows; 0 at the start.
    pub previous_event_id: u64,
    /// When it happened.
    pub timestamp: Timestamp,
    /// Its type, such as `TaskStateEntered`.
    pub event_type: String,
    /// The rest of it: an object of details, if its type has one.
    pub(super) details: Map<String, Value>,
}

impl HistoryEvent {
    fn new(event: Value) -> Option<HistoryEvent> {
        let Value::Object(mut fields) = event else {
            return None;
        };
        let id = fields.remove("id")?.as_u64()?;
        let previous = fields.remove("previousEventId").and_then(|id| id.as_u64());
        Some(HistoryEvent {
            id,
            // Where it is left out, as it may be, nothing went on beside it.
            previous_event_id: previous.unwrap_or(id.saturating_sub(1)),
            timestamp: moment(fields.remove("timestamp")?.as_f64()?)?,
            event_type: fields.remove("type")?.as_str()?.to_owned(),
            details: fields,
        })
    }

    /// What is in its object of details.
    #[must_use]
    pub fn fields(&self) -> Option<&Map<String, Value>> {
        let mut details = self.details.iter().filter(|(key, _)| key.ends_with("EventDetails"));
        details.next()?.1.as_object()
    }

    /// One that tells nothing.
    #[cfg(test)]
    pub(crate) fn of_tests(id: u64) -> HistoryEvent {
        HistoryEvent {
            id,
            previous_event_id: id.saturating_sub(1),
            timestamp: Timestamp::UNIX_EPOCH,
            event_type: "TaskStarted".to_owned(),
            details: Map::new(),
        }
    }

    /// Whether the execution ended with it.
    #[must_use]
    pub fn is_end(&self) -> bool {
        const ENDS: [&str; 4] = [
            "ExecutionSucceeded",
            "ExecutionFailed",
            "ExecutionTimedOut",
            "ExecutionAborted",
        ];
        ENDS.contains(&self.event_type.as_str())
    }
}

impl Serialize for HistoryEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("timestamp", &executor::history::cli_time(self.timestamp))?;
        map.serialize_entry("type", &self.event_type)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("previousEventId", &self.previous_event_id)?;
        for (key, value) in &self.details {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// The whole history of a Standard execution.
///
/// # Errors
/// A call that fails.
pub async fn history(cloud: &Cloud, execution_arn: &str) -> Result<Vec<HistoryEvent>, Error> {
    let mut events = Vec::new();
    let mut token = Value::Null;
    loop {
        let page;
        (page, token) = read_page(cloud, execution_arn, PAGE, false, token).await?;
        events.extend(page);
        if token.is_null() {
            return Ok(events);
        }
    }
}

/// The events after the event `last`, in order. It is asked for the newest first, so that what was told before is not read
/// again and again.
///
/// # Errors
/// A call that fails.
pub async fn history_since(cloud: &Cloud, execution_arn: &str, last: u64) -> Result<Vec<HistoryEvent>, Error> {
    let mut events: Vec<HistoryEvent> = Vec::new();
    let mut token = Value::Null;
    loop {
        let page;
        (page, token) = read_page(cloud, execution_arn, NEWS, true, token).await?;
        let reaches_back = page.iter().any(|event| event.id <= last + 1);
        events.extend(page.into_iter().filter(|event| event.id > last));
        if token.is_null() || reaches_back {
            break;
        }
    }
    events.sort_by_key(|event| event.id);
    events.dedup_by_key(|event| event.id);
    Ok(events)
}

/// The SDK's types for events cannot be written as JSON, so the answer is read as it is.
async fn read_page(
    cloud: &Cloud,
    execution_arn: &str,
    size: usize,
    reverse: bool,
    token: Value,
) -> Result<(Vec<HistoryEvent>, Value), Error> {
    let call = Call {
        service: Service::States,
        action: ACTION,
        name: execution_arn,
    };
    let mut input = json!({ "executionArn": execution_arn, "maxResults": size, "reverseOrder": reverse });
    if let Some(input) = input.as_object_mut().filter(|_| !token.is_null()) {
        input.insert("nextToken".to_owned(), token);
    }
    let mut answer = cloud.call(call, || cloud.histories.call(ACTION, input.clone())).await?;
    let incomplete = || Error::Answer {
        action: ACTION,
        missing: "events",
    };
    let Some(Value::Array(events)) = answer.get_mut("events").map(Value::take) else {
        return Err(incomplete());
    };
    let events: Option<Vec<_>> = events.into_iter().map(HistoryEvent::new).collect();
    let token = answer.get_mut("nextToken").map(Value::take).unwrap_or_default();
    Ok((events.ok_or_else(incomplete)?, token))
}

/// A moment from seconds since 1970, to the millisecond.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a time that is too large becomes one that is none"
)]
fn moment(seconds: f64) -> Option<Timestamp> {
    Timestamp::from_millisecond((seconds * 1000.0).round() as i64).ok()
}
