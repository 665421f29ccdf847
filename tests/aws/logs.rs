//! What is in log groups.

use std::collections::BTreeMap;

use hyper::HeaderMap;
use serde_json::{Value, json};

use crate::wire::{Answer, Protocol, refusal};

/// How many events a short page has.
const SHORT: usize = 25;

/// Events by log group.
#[derive(Default)]
pub(crate) struct Logs {
    groups: BTreeMap<String, Vec<Event>>,
    /// How many events were added.
    added: usize,
    /// How often the logs were read to their end.
    reads: usize,
}

struct Event {
    id: String,
    milliseconds: i64,
    message: String,
    /// How often the logs are read before it is there.
    after: usize,
}

impl Logs {
    /// An event that is there from the beginning.
    pub(crate) fn add(&mut self, group: &str, milliseconds: i64, message: &str) {
        self.add_after(0, group, milliseconds, message);
    }

    /// An event that arrives when the group was read so often.
    pub(crate) fn add_after(&mut self, after: usize, group: &str, milliseconds: i64, message: &str) {
        self.added += 1;
        let event = Event {
            id: format!("event-{}", self.added),
            milliseconds,
            message: message.to_owned(),
            after,
        };
        let events = self.groups.entry(group.to_owned()).or_default();
        events.push(event);
        events.sort_by_key(|event| event.milliseconds);
    }

    /// How often logs were read to their end.
    pub(crate) fn reads(&self) -> usize {
        self.reads
    }

    /// The answer to FilterLogEvents. Every second page is empty where pages are short, as AWS's are where little fits.
    pub(crate) fn filter(&mut self, request: &str, has_short_pages: bool) -> Answer {
        let request: Value = serde_json::from_str(request).unwrap();
        let group = request["logGroupName"].as_str().unwrap();
        let Some(events) = self.groups.get(group) else {
            let message = "The specified log group does not exist.";
            return refusal(Protocol::Json, 400, "ResourceNotFoundException", message);
        };
        let from = request["startTime"].as_i64().unwrap_or(i64::MIN);
        let until = request["endTime"].as_i64().unwrap_or(i64::MAX);
        let fitting = events.iter().filter(|event| {
            (from..=until).contains(&event.milliseconds)
                && event.after <= self.reads
                && fits(&request["filterPattern"], &event.message)
        });
        let found: Vec<Value> = fitting
            .map(|event| {
                json!({ "eventId": event.id, "timestamp": event.milliseconds, "message": event.message,
                        "logStreamName": "stream", "ingestionTime": event.milliseconds })
            })
            .collect();
        let place: usize = request["nextToken"].as_str().map_or(0, |token| token.parse().unwrap());
        let answer = match has_short_pages {
            true => {
                let page: Vec<&Value> = found.iter().skip(place / 2 * SHORT).take(place % 2 * SHORT).collect();
                let next = place + 1;
                match next / 2 * SHORT < found.len() {
                    true => json!({ "events": page, "nextToken": next.to_string() }),
                    false => json!({ "events": page }),
                }
            }
            false => json!({ "events": found }),
        };
        self.reads += usize::from(answer["nextToken"].is_null());
        Answer {
            status: 200,
            headers: HeaderMap::new(),
            body: answer.to_string(),
        }
    }
}

/// Patterns of the form `{ $.field = "text*" }`, and words.
fn fits(pattern: &Value, message: &str) -> bool {
    let Some(pattern) = pattern.as_str() else { return true };
    let Some(rest) = pattern.strip_prefix("{ $.") else {
        return message.contains(pattern);
    };
    let (field, text) = rest.trim_end_matches(" }").split_once(" = ").unwrap();
    let text = text.trim_matches('"');
    let message: Value = serde_json::from_str(message).unwrap_or_default();
    let value = message[field].as_str().unwrap_or_default();
    match text.strip_suffix('*') {
        Some(prefix) => value.starts_with(prefix),
        None => value == text,
    }
}
