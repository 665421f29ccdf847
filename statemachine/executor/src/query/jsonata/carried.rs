//! Conversions of large values that are carried from state to state.
//!
//! Values of the engine cannot be sent to another thread, so an execution cannot keep them. The last few are kept by the
//! thread, for as long as what they were made from is in use somewhere: the same value is then not converted again for
//! the expressions of the next state.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::{Arc, Weak};

use asl::{Array, Json, Object};
use jsonata_core::value::JValue;

/// Bytes from which it is worthwhile.
const LARGE: usize = 1_024;

/// How many are kept.
const MOST: usize = 8;

thread_local! {
    /// The one used last is in front.
    static CARRIED: RefCell<VecDeque<(Source, JValue)>> = const { RefCell::new(VecDeque::new()) };
}

/// What a value was made from. While it is held here, nothing else can come to be at its address.
enum Source {
    Array(Weak<Array>),
    Object(Weak<Object>),
}

/// What `convert` makes of `json`, or has made of it before.
pub(super) fn carried(json: &Json, convert: impl FnOnce() -> JValue) -> JValue {
    if json.encoded_len() < LARGE {
        return convert();
    }
    if let Some(known) = find(json) {
        return known;
    }
    let value = convert();
    if let Some(source) = Source::of(json) {
        CARRIED.with_borrow_mut(|carried| {
            carried.retain(|(source, _)| source.is_in_use());
            carried.truncate(MOST - 1);
            carried.push_front((source, value.clone()));
        });
    }
    value
}

fn find(json: &Json) -> Option<JValue> {
    CARRIED.with_borrow_mut(|carried| {
        let place = carried.iter().position(|(source, _)| source.is(json))?;
        let found = carried.remove(place)?;
        let value = found.1.clone();
        carried.push_front(found);
        Some(value)
    })
}

impl Source {
    fn of(json: &Json) -> Option<Source> {
        match json {
            Json::Array(array) => Some(Source::Array(Arc::downgrade(array))),
            Json::Object(object) => Some(Source::Object(Arc::downgrade(object))),
            _ => None,
        }
    }

    fn is(&self, json: &Json) -> bool {
        match (self, json) {
            (Source::Array(source), Json::Array(array)) => std::ptr::eq(source.as_ptr(), Arc::as_ptr(array)),
            (Source::Object(source), Json::Object(object)) => std::ptr::eq(source.as_ptr(), Arc::as_ptr(object)),
            _ => false,
        }
    }

    fn is_in_use(&self) -> bool {
        match self {
            Source::Array(source) => source.strong_count() > 0,
            Source::Object(source) => source.strong_count() > 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn numbers(count: i64) -> Json {
        Json::array((0..count).map(Json::from).collect())
    }

    #[test]
    fn a_large_value_is_converted_once_while_it_is_in_use() {
        let conversions = Cell::new(0);
        let convert = |json: &Json| {
            carried(json, || {
                conversions.set(conversions.get() + 1);
                JValue::Null
            })
        };
        let converted = |json: &Json| {
            let before = conversions.get();
            convert(json);
            conversions.get() > before
        };
        let (small, large) = (numbers(10), numbers(1_000));
        assert!(converted(&small) && converted(&small));
        assert!(converted(&large) && !converted(&large) && !converted(&large.clone()));
        assert!(converted(&numbers(1_000)), "an equal value is another one");
        for _ in 0..MOST {
            convert(&numbers(1_000));
        }
        assert!(!converted(&large), "values that are gone make room first");
        let others: Vec<Json> = (0..=MOST).map(|_| numbers(1_000)).collect();
        others.iter().for_each(|json| drop(convert(json)));
        assert!(converted(&large), "few are kept");
    }
}
