use super::{EVERY, Fields};
use crate::parse::Value;
use crate::parse::expression::dynamic_or_call;
use crate::validate::fields::Allowed;
use crate::{Fail, validate};

const FAIL: Allowed = Allowed {
    always: &["Error", "Cause"],
    jsonpath: &["ErrorPath", "CausePath"],
    ..Allowed::NONE
};

pub(super) fn fail(fields: &Fields<'_>) -> Fail {
    validate::fields::check(fields, &[EVERY, FAIL]);
    Fail {
        error: dynamic_or_call(fields, "Error", Value::text),
        cause: dynamic_or_call(fields, "Cause", Value::text),
    }
}
