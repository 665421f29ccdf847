//! When Jayway takes two values of a filter for equal, and which it takes for less.

use std::cmp::Ordering;

use asl::Json;

/// A text equals a number that is written like it; a number equals a text that gives it.
pub(super) fn equal(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::String(text), number @ Json::Number(_)) => number.to_string() == **text,
        (number @ Json::Number(_), Json::String(text)) => {
            as_number(text).is_some_and(|value| number.as_f64() == Some(value))
        }
        (left, right) => left == right,
    }
}

pub(super) fn strictly_equal(left: &Json, right: &Json) -> bool {
    left.type_name() == right.type_name() && left == right
}

pub(super) fn as_number(text: &str) -> Option<f64> {
    let number = text.starts_with(|letter: char| letter.is_ascii_digit() || "-.+".contains(letter));
    if number { text.parse().ok() } else { None }
}

/// Numbers by value, texts by UTF-16 unit as in Java; nothing else has an order.
pub(super) fn order(left: &Json, right: &Json) -> Option<Ordering> {
    match (left, right) {
        (left @ Json::Number(_), right @ Json::Number(_)) => left.as_f64()?.partial_cmp(&right.as_f64()?),
        (Json::String(left), Json::String(right)) => Some(left.encode_utf16().cmp(right.encode_utf16())),
        _ => None,
    }
}
