use super::{ASSIGN, EVERY, Fields, IN_AND_OUT, NEXT, next};
use crate::parse::expression::dynamic;
use crate::validate::fields::Allowed;
use crate::validate::{self, exclusive, timestamp};
use crate::{Wait, WaitFor};

const WAIT: Allowed = Allowed {
    always: &["Seconds", "Timestamp"],
    jsonpath: &["SecondsPath", "TimestampPath"],
    ..Allowed::NONE
};

const ALTERNATIVES: [&str; 4] = ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"];

const MAX_SECONDS: u64 = 99_999_999;

pub(super) fn wait(fields: &Fields<'_>) -> Option<Wait> {
    validate::fields::check(fields, &[EVERY, WAIT, IN_AND_OUT, ASSIGN, NEXT]);
    exclusive::at_least_one(fields, &ALTERNATIVES, "Seconds");
    if ALTERNATIVES.iter().filter(|name| fields.has(name)).count() > 1 {
        exclusive::at_most_one(fields, &ALTERNATIVES);
        next(fields);
        return None;
    }
    let seconds = dynamic(fields, "Seconds", |value| value.integer(&(0..=MAX_SECONDS)));
    let timestamp = dynamic(fields, "Timestamp", timestamp::timestamp);
    let wait_for = seconds.map(WaitFor::Seconds).or(timestamp.map(WaitFor::Timestamp));
    let next = next(fields);
    Some(Wait {
        wait_for: wait_for?,
        next: next?,
    })
}
