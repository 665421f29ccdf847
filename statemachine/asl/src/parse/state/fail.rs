use super::{EVERY, Fields};
use crate::parse::Value;
use crate::parse::expression::dynamic_or_call;
use crate::validate::fields::{Allowed, Use};
use crate::{Fail, validate};

const FAIL: Allowed = &[
    ("Error", Use::Always),
    ("ErrorPath", Use::JsonPath),
    ("Cause", Use::Always),
    ("CausePath", Use::JsonPath),
];

pub(super) fn fail(fields: &Fields<'_>) -> Fail {
    validate::fields::check(fields, &[EVERY, FAIL]);
    Fail {
        error: dynamic_or_call(fields, "Error", Value::text),
        cause: dynamic_or_call(fields, "Cause", Value::text),
    }
}
