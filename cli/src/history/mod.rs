//! What an execution did, told for people: one renderer over history events as Step Functions gives them, for executions
//! on this machine, on AWS, and in the logs of Express state machines.

mod ended;
mod event;
mod folded;
mod place;
mod teller;
mod told;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

pub(crate) use ended::{Ended, TASK_FAILED, message};
pub(crate) use event::{Event, What};
pub(crate) use folded::Folded;
pub(crate) use teller::{Teller, states, width};
pub(crate) use told::Told;

/// Milliseconds for people.
pub(crate) fn shown(milliseconds: i64) -> String {
    match milliseconds {
        0..10_000 => format!("{milliseconds} ms"),
        10_000..120_000 => format!("{}.{} s", milliseconds / 1000, milliseconds % 1000 / 100),
        _ => format!("{:#}", SignedDuration::from_secs(milliseconds / 1000)),
    }
}

/// Milliseconds from one moment to another.
pub(crate) fn milliseconds(from: Timestamp, to: Timestamp) -> i64 {
    i64::try_from(to.duration_since(from).as_millis()).unwrap_or(i64::MAX)
}

/// A duration in milliseconds.
pub(crate) fn in_milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
