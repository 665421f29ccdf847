//! The threads of states in a history: the machine's own, and one for each branch of a Parallel and iteration of a Map.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

/// An event in its thread.
pub(crate) struct Threaded {
    /// Without the ids that its cause may name.
    pub(crate) event: Value,
    pub(crate) follows: Follows,
}

/// What `previousEventId` points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Follows {
    /// An event of the same thread or of one around it, by its place there.
    Event {
        thread: String,
        place: usize,
    },
    /// The end of some other thread: which one ends first or last is a matter of the day.
    OtherThread,
    Nothing,
}

impl fmt::Display for Threaded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} after {:?}", self.event, self.follows)
    }
}

/// The events of each thread, by its name.
pub(crate) fn threads(events: &[Value]) -> BTreeMap<String, Vec<Threaded>> {
    let mut threads: BTreeMap<String, Vec<Threaded>> = BTreeMap::new();
    let mut seen = Seen::default();
    for event in events {
        let thread = seen.thread_of(event);
        let chain = threads.entry(thread.clone()).or_default();
        let place = Place {
            thread,
            place: chain.len(),
            kind: kind(event).to_owned(),
        };
        chain.push(Threaded {
            follows: seen.follows(event, &place.thread),
            event: seen.without_ids(event),
        });
        seen.places.insert(event["id"].as_u64().unwrap_or_default(), place);
    }
    threads
}

struct Place {
    thread: String,
    place: usize,
    kind: String,
}

#[derive(Default)]
struct Seen {
    places: BTreeMap<u64, Place>,
    /// The Map or Parallel that was entered last, by the thread it runs in.
    entered: BTreeMap<String, String>,
    /// The threads whose Map or Parallel has not ended.
    open: BTreeSet<String>,
}

impl Seen {
    fn thread_of(&mut self, event: &Value) -> String {
        let previous = event["previousEventId"].as_u64().and_then(|id| self.places.get(&id));
        let inherited = previous.map(|place| place.thread.clone()).unwrap_or_default();
        let begins_branch = previous.is_some_and(|place| place.kind == "ParallelStateStarted");
        match kind(event) {
            kind if kind.ends_with("StateAborted") => format!("{inherited} aborted"),
            kind if kind.starts_with("MapIteration") => self.iteration(&inherited, event),
            _ if begins_branch => format!("{inherited}|{}", event["stateEnteredEventDetails"]["name"]),
            "MapStateEntered" | "ParallelStateEntered" => {
                let name = event["stateEnteredEventDetails"]["name"].to_string();
                self.entered.insert(inherited.clone(), name);
                self.open.insert(inherited.clone());
                inherited
            }
            "MapStateSucceeded" | "MapStateFailed" | "ParallelStateSucceeded" | "ParallelStateFailed" => {
                let thread = around(&inherited, |thread| self.open.contains(thread)).to_owned();
                self.open.remove(&thread);
                thread
            }
            "MapStateExited" | "ParallelStateExited" => self
                .runs(&inherited, &event["stateExitedEventDetails"]["name"])
                .to_owned(),
            _ => inherited,
        }
    }

    /// The thread at or around `thread` in which the Map or Parallel `name` runs.
    fn runs<'a>(&self, thread: &'a str, name: &Value) -> &'a str {
        let name = name.to_string();
        around(thread, |thread| self.entered.get(thread) == Some(&name))
    }

    fn iteration(&self, inherited: &str, event: &Value) -> String {
        let details = event.as_object().into_iter().flatten();
        let mut details = details.filter_map(|(key, value)| key.starts_with("mapIteration").then_some(value));
        let details = details.next().unwrap_or(&Value::Null);
        let (name, index) = (&details["name"], &details["index"]);
        format!("{}|{name}[{index}]", self.runs(inherited, name))
    }

    fn follows(&self, event: &Value, thread: &str) -> Follows {
        let Some(previous) = event["previousEventId"].as_u64().and_then(|id| self.places.get(&id)) else {
            return Follows::Nothing;
        };
        if !is_at_or_around(&previous.thread, thread) {
            return Follows::OtherThread;
        }
        Follows::Event {
            thread: previous.thread.clone(),
            place: previous.place,
        }
    }

    /// The event with the ids taken away, and the one its cause names told by its place.
    fn without_ids(&self, event: &Value) -> Value {
        let mut event = event.clone();
        for details in event.as_object_mut().into_iter().flatten().map(|(_, value)| value) {
            if let Some(Value::String(cause)) = details.get_mut("cause") {
                *cause = self.without_id(cause);
            }
        }
        event
    }

    fn without_id(&self, cause: &str) -> String {
        let parts = cause.split_once("event id #").and_then(|(before, after)| {
            let (id, after) = after.split_once(')')?;
            Some((before, self.places.get(&id.parse().ok()?)?, after))
        });
        parts.map_or(cause.to_owned(), |(before, place, after)| {
            format!("{before}event {} of {}){after}", place.place, place.thread)
        })
    }
}

/// The innermost thread at or around `thread` that is `wanted`, or the machine's own.
fn around(thread: &str, wanted: impl Fn(&str) -> bool) -> &str {
    let mut around = thread;
    while !wanted(around) && !around.is_empty() {
        around = around.rfind('|').map_or("", |at| &around[..at]);
    }
    around
}

fn is_at_or_around(outer: &str, thread: &str) -> bool {
    thread
        .strip_prefix(outer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['|', ' ']))
}

fn kind(event: &Value) -> &str {
    event["type"].as_str().unwrap_or_default()
}
