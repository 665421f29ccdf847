//! The comparison operators of Choice Rules.

use std::sync::Arc;

use crate::parse::expression::reference_path;
use crate::parse::{Content, Value};
use crate::validate::fields::Allowed;
use crate::validate::{likely_paths, timestamp};
use crate::{Comparison, Dynamic, Expression, Json};

/// The fields of a Choice Rule that say when it holds, beside the operators.
pub(super) const TEST: Allowed = Allowed {
    jsonpath: &["Variable", "And", "Or", "Not"],
    ..Allowed::NONE
};

pub(super) const OPERATORS: Allowed = Allowed {
    jsonpath: &[
        "StringEquals",
        "StringEqualsPath",
        "StringLessThan",
        "StringLessThanPath",
        "StringGreaterThan",
        "StringGreaterThanPath",
        "StringLessThanEquals",
        "StringLessThanEqualsPath",
        "StringGreaterThanEquals",
        "StringGreaterThanEqualsPath",
        "StringMatches",
        "NumericEquals",
        "NumericEqualsPath",
        "NumericLessThan",
        "NumericLessThanPath",
        "NumericGreaterThan",
        "NumericGreaterThanPath",
        "NumericLessThanEquals",
        "NumericLessThanEqualsPath",
        "NumericGreaterThanEquals",
        "NumericGreaterThanEqualsPath",
        "BooleanEquals",
        "BooleanEqualsPath",
        "TimestampEquals",
        "TimestampEqualsPath",
        "TimestampLessThan",
        "TimestampLessThanPath",
        "TimestampGreaterThan",
        "TimestampGreaterThanPath",
        "TimestampLessThanEquals",
        "TimestampLessThanEqualsPath",
        "TimestampGreaterThanEquals",
        "TimestampGreaterThanEqualsPath",
        "IsNull",
        "IsPresent",
        "IsNumeric",
        "IsString",
        "IsBoolean",
        "IsTimestamp",
    ],
    ..Allowed::NONE
};

pub(super) fn is_operator(name: &str) -> bool {
    OPERATORS.jsonpath.contains(&name)
}

/// The comparison that an operator and its operand make.
pub(super) fn comparison(value: &Value<'_>) -> Option<Comparison> {
    Some(match value.name.strip_suffix("Path").unwrap_or(value.name) {
        "StringEquals" => Comparison::StringEquals(text(value)?),
        "StringLessThan" => Comparison::StringLessThan(text(value)?),
        "StringGreaterThan" => Comparison::StringGreaterThan(text(value)?),
        "StringLessThanEquals" => Comparison::StringLessThanEquals(text(value)?),
        "StringGreaterThanEquals" => Comparison::StringGreaterThanEquals(text(value)?),
        "StringMatches" => Comparison::StringMatches(value.text()?),
        "NumericEquals" => Comparison::NumericEquals(number(value)?),
        "NumericLessThan" => Comparison::NumericLessThan(number(value)?),
        "NumericGreaterThan" => Comparison::NumericGreaterThan(number(value)?),
        "NumericLessThanEquals" => Comparison::NumericLessThanEquals(number(value)?),
        "NumericGreaterThanEquals" => Comparison::NumericGreaterThanEquals(number(value)?),
        "BooleanEquals" => Comparison::BooleanEquals(operand(value, Value::boolean)?),
        "TimestampEquals" => Comparison::TimestampEquals(time(value)?),
        "TimestampLessThan" => Comparison::TimestampLessThan(time(value)?),
        "TimestampGreaterThan" => Comparison::TimestampGreaterThan(time(value)?),
        "TimestampLessThanEquals" => Comparison::TimestampLessThanEquals(time(value)?),
        "TimestampGreaterThanEquals" => Comparison::TimestampGreaterThanEquals(time(value)?),
        "IsNull" => Comparison::IsNull(value.boolean()?),
        "IsPresent" => Comparison::IsPresent(value.boolean()?),
        "IsNumeric" => Comparison::IsNumeric(value.boolean()?),
        "IsString" => Comparison::IsString(value.boolean()?),
        "IsBoolean" => Comparison::IsBoolean(value.boolean()?),
        "IsTimestamp" => Comparison::IsTimestamp(value.boolean()?),
        _ => return None,
    })
}

fn text(value: &Value<'_>) -> Option<Dynamic<Arc<str>>> {
    operand(value, Value::text)
}

fn time(value: &Value<'_>) -> Option<Dynamic<Arc<str>>> {
    operand(value, timestamp::timestamp)
}

fn number(value: &Value<'_>) -> Option<Dynamic<Json>> {
    operand(value, |value| match &value.node.content {
        Content::Number(number) => Some(Json::Number(number.clone())),
        _ => value.float(&(f64::MIN..=f64::MAX)).and(None),
    })
}

fn operand<'a, T>(value: &Value<'a>, literal: impl Fn(&Value<'a>) -> Option<T>) -> Option<Dynamic<T>> {
    if value.name.ends_with("Path") {
        return reference_path(value).map(Expression::Path).map(Dynamic::Expression);
    }
    likely_paths::check_literal(value);
    literal(value).map(Dynamic::Literal)
}
