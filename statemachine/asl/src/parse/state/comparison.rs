//! The comparison operators of Choice Rules.

use std::sync::Arc;

use crate::parse::expression::path;
use crate::parse::{Content, Value};
use crate::validate::fields::{Allowed, Use};
use crate::validate::timestamp;
use crate::{Comparison, Dynamic, Expression, Json};

/// The fields of a data test and of combinations.
pub(super) const TEST: Allowed = &[
    ("Variable", Use::JsonPath),
    ("And", Use::JsonPath),
    ("Or", Use::JsonPath),
    ("Not", Use::JsonPath),
    ("StringEquals", Use::JsonPath),
    ("StringEqualsPath", Use::JsonPath),
    ("StringLessThan", Use::JsonPath),
    ("StringLessThanPath", Use::JsonPath),
    ("StringGreaterThan", Use::JsonPath),
    ("StringGreaterThanPath", Use::JsonPath),
    ("StringLessThanEquals", Use::JsonPath),
    ("StringLessThanEqualsPath", Use::JsonPath),
    ("StringGreaterThanEquals", Use::JsonPath),
    ("StringGreaterThanEqualsPath", Use::JsonPath),
    ("StringMatches", Use::JsonPath),
    ("NumericEquals", Use::JsonPath),
    ("NumericEqualsPath", Use::JsonPath),
    ("NumericLessThan", Use::JsonPath),
    ("NumericLessThanPath", Use::JsonPath),
    ("NumericGreaterThan", Use::JsonPath),
    ("NumericGreaterThanPath", Use::JsonPath),
    ("NumericLessThanEquals", Use::JsonPath),
    ("NumericLessThanEqualsPath", Use::JsonPath),
    ("NumericGreaterThanEquals", Use::JsonPath),
    ("NumericGreaterThanEqualsPath", Use::JsonPath),
    ("BooleanEquals", Use::JsonPath),
    ("BooleanEqualsPath", Use::JsonPath),
    ("TimestampEquals", Use::JsonPath),
    ("TimestampEqualsPath", Use::JsonPath),
    ("TimestampLessThan", Use::JsonPath),
    ("TimestampLessThanPath", Use::JsonPath),
    ("TimestampGreaterThan", Use::JsonPath),
    ("TimestampGreaterThanPath", Use::JsonPath),
    ("TimestampLessThanEquals", Use::JsonPath),
    ("TimestampLessThanEqualsPath", Use::JsonPath),
    ("TimestampGreaterThanEquals", Use::JsonPath),
    ("TimestampGreaterThanEqualsPath", Use::JsonPath),
    ("IsNull", Use::JsonPath),
    ("IsPresent", Use::JsonPath),
    ("IsNumeric", Use::JsonPath),
    ("IsString", Use::JsonPath),
    ("IsBoolean", Use::JsonPath),
    ("IsTimestamp", Use::JsonPath),
];

pub(super) fn is_operator(name: &str) -> bool {
    let (_, operators) = TEST.split_at(4);
    operators.iter().any(|(operator, _)| *operator == name)
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
        return path(value).map(Expression::Path).map(Dynamic::Expression);
    }
    literal(value).map(Dynamic::Literal)
}
