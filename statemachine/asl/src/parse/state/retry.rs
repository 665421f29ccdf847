use super::{Fields, Value};
use crate::parse::expression::result_path;
use crate::parse::template::{assign, template};
use crate::validate::error_names::{self, Place};
use crate::validate::fields::Allowed;
use crate::validate::{self, targets, words};
use crate::{Catcher, Jitter, Retrier, RetryAndCatch};

const RETRIER: Allowed = Allowed {
    always: &[
        "ErrorEquals",
        "IntervalSeconds",
        "MaxAttempts",
        "BackoffRate",
        "MaxDelaySeconds",
        "JitterStrategy",
        "Comment",
    ],
    ..Allowed::NONE
};

const CATCHER: Allowed = Allowed {
    always: &["ErrorEquals", "Next", "Assign", "Comment"],
    jsonpath: &["ResultPath"],
    jsonata: &["Output"],
};

const MAX_NUMBER: u64 = 99_999_999;
const MAX_DELAY_SECONDS: u64 = 31_622_400;

/// `Retry` and `Catch`
pub(super) fn retry_and_catch(fields: &Fields<'_>) -> RetryAndCatch {
    RetryAndCatch {
        retriers: entries(fields, "Retry", retrier),
        catchers: entries(fields, "Catch", catcher),
    }
}

fn entries<'a, T>(fields: &Fields<'a>, name: &str, read: fn(&Value<'a>, Place) -> Option<T>) -> Vec<T> {
    let items = fields.get(name).and_then(|value| value.items()).unwrap_or_default();
    let last = items.len().saturating_sub(1);
    let place = |index| if index == last { Place::Last } else { Place::BeforeLast };
    items
        .iter()
        .enumerate()
        .filter_map(|(index, item)| read(item, place(index)))
        .collect()
}

fn retrier(value: &Value<'_>, place: Place) -> Option<Retrier> {
    let fields = value.fields()?;
    validate::fields::check(&fields, &[RETRIER]);
    validate::fields::require(&fields, &["ErrorEquals"]);
    let error_equals = error_names::error_equals(&fields, place);
    let integer = |name: &str, range| fields.get(name).and_then(|value| value.integer(&range));
    let interval_seconds = integer("IntervalSeconds", 1..=MAX_NUMBER);
    let max_attempts = integer("MaxAttempts", 0..=MAX_NUMBER);
    let max_delay_seconds = integer("MaxDelaySeconds", 1..=MAX_DELAY_SECONDS);
    let backoff_rate = fields
        .get("BackoffRate")
        .and_then(|value| value.float(&(1.0..=f64::MAX)));
    let jitter = fields.get("JitterStrategy").and_then(|value| jitter(&value));
    Some(Retrier {
        error_equals: error_equals?,
        interval_seconds: interval_seconds.unwrap_or(1),
        max_attempts: max_attempts.unwrap_or(3),
        backoff_rate: backoff_rate.unwrap_or(2.0),
        max_delay_seconds,
        jitter: jitter.unwrap_or_default(),
    })
}

fn jitter(value: &Value<'_>) -> Option<Jitter> {
    match words::one_of(value, &["FULL", "NONE"])? {
        "FULL" => Some(Jitter::Full),
        _ => Some(Jitter::None),
    }
}

fn catcher(value: &Value<'_>, place: Place) -> Option<Catcher> {
    let fields = value.fields()?;
    validate::fields::check(&fields, &[CATCHER]);
    validate::fields::require(&fields, &["ErrorEquals", "Next"]);
    let error_equals = error_names::error_equals(&fields, place);
    let next = fields.get("Next").and_then(|value| targets::target(&value));
    let result_path = result_path(&fields);
    let output = template(&fields, "Output");
    let assign = assign(&fields);
    Some(Catcher {
        error_equals: error_equals?,
        next: next?,
        result_path,
        output,
        assign,
    })
}
