//! The operators of Choice rules.

use std::cmp::Ordering;
use std::sync::Arc;

use asl::{Comparison, Dynamic, Expression, Json, JsonPathRule, Path};
use jiff::Timestamp;

use super::{Scope, value_at};
use crate::failure::StateError;

/// Whether `rule` holds.
pub(crate) fn holds(rule: &JsonPathRule, scope: &Scope<'_>) -> Result<bool, StateError> {
    match rule {
        JsonPathRule::And(rules) => all(rules, scope),
        JsonPathRule::Or(rules) => any(rules, scope),
        JsonPathRule::Not(rule) => holds(rule, scope).map(|held| !held),
        JsonPathRule::Test { variable, comparison } => test(variable, comparison, scope),
    }
}

fn all(rules: &[JsonPathRule], scope: &Scope<'_>) -> Result<bool, StateError> {
    for rule in rules {
        if !holds(rule, scope)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn any(rules: &[JsonPathRule], scope: &Scope<'_>) -> Result<bool, StateError> {
    for rule in rules {
        if holds(rule, scope)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn test(variable: &Path, comparison: &Comparison, scope: &Scope<'_>) -> Result<bool, StateError> {
    let found = value_at(variable, scope);
    if let Comparison::IsPresent(expected) = comparison {
        return Ok(found.is_ok() == *expected);
    }
    let value = found.map_err(|_| invalid_path(variable))?;
    match comparison {
        Comparison::IsPresent(_) => Ok(false),
        Comparison::IsNull(expected) => Ok(matches!(value, Json::Null) == *expected),
        Comparison::IsNumeric(expected) => Ok(matches!(value, Json::Number(_)) == *expected),
        Comparison::IsString(expected) => Ok(matches!(value, Json::String(_)) == *expected),
        Comparison::IsBoolean(expected) => Ok(matches!(value, Json::Bool(_)) == *expected),
        Comparison::IsTimestamp(expected) => Ok(timestamp(&value).is_some() == *expected),
        Comparison::BooleanEquals(expected) => {
            let expected = resolve(expected, scope, |value| Json::Bool(*value))?;
            Ok(value.as_bool().is_some() && value.as_bool() == expected.as_bool())
        }
        Comparison::StringMatches(pattern) => value.as_str().map_or(Ok(false), |text| matches(pattern, text)),
        Comparison::StringEquals(other) => strings(&value, other, scope, Ordering::is_eq),
        Comparison::StringLessThan(other) => strings(&value, other, scope, Ordering::is_lt),
        Comparison::StringGreaterThan(other) => strings(&value, other, scope, Ordering::is_gt),
        Comparison::StringLessThanEquals(other) => strings(&value, other, scope, Ordering::is_le),
        Comparison::StringGreaterThanEquals(other) => strings(&value, other, scope, Ordering::is_ge),
        Comparison::NumericEquals(other) => numbers(&value, other, scope, Ordering::is_eq),
        Comparison::NumericLessThan(other) => numbers(&value, other, scope, Ordering::is_lt),
        Comparison::NumericGreaterThan(other) => numbers(&value, other, scope, Ordering::is_gt),
        Comparison::NumericLessThanEquals(other) => numbers(&value, other, scope, Ordering::is_le),
        Comparison::NumericGreaterThanEquals(other) => numbers(&value, other, scope, Ordering::is_ge),
        Comparison::TimestampEquals(other) => timestamps(&value, other, scope, Ordering::is_eq),
        Comparison::TimestampLessThan(other) => timestamps(&value, other, scope, Ordering::is_lt),
        Comparison::TimestampGreaterThan(other) => timestamps(&value, other, scope, Ordering::is_gt),
        Comparison::TimestampLessThanEquals(other) => timestamps(&value, other, scope, Ordering::is_le),
        Comparison::TimestampGreaterThanEquals(other) => timestamps(&value, other, scope, Ordering::is_ge),
    }
}

fn invalid_path(path: &Path) -> StateError {
    let text = &path.text;
    StateError::runtime(format!(
        "Invalid path '{text}': The choice state's condition path references an invalid value."
    ))
}

fn resolve<T>(other: &Dynamic<T>, scope: &Scope<'_>, literal: impl Fn(&T) -> Json) -> Result<Json, StateError> {
    match other {
        Dynamic::Literal(value) => Ok(literal(value)),
        Dynamic::Expression(Expression::Path(path)) => value_at(path, scope).map_err(|_| invalid_path(path)),
        Dynamic::Expression(expression) => {
            let text = expression.text();
            Err(StateError::runtime(format!(
                "the expression '{text}' cannot be compared with"
            )))
        }
    }
}

type Holds = fn(Ordering) -> bool;

fn strings(value: &Json, other: &Dynamic<Arc<str>>, scope: &Scope<'_>, holds: Holds) -> Result<bool, StateError> {
    let other = resolve(other, scope, |text| Json::String(text.clone()))?;
    let ordering = value
        .as_str()
        .zip(other.as_str())
        .map(|(a, b)| a.encode_utf16().cmp(b.encode_utf16()));
    Ok(ordering.is_some_and(holds))
}

fn numbers(value: &Json, other: &Dynamic<Json>, scope: &Scope<'_>, holds: Holds) -> Result<bool, StateError> {
    let other = resolve(other, scope, Json::clone)?;
    let ordering = value.as_f64().zip(other.as_f64()).and_then(|(a, b)| a.partial_cmp(&b));
    Ok(ordering.is_some_and(holds))
}

fn timestamps(value: &Json, other: &Dynamic<Arc<str>>, scope: &Scope<'_>, holds: Holds) -> Result<bool, StateError> {
    let other = resolve(other, scope, |text| Json::String(text.clone()))?;
    let ordering = timestamp(value).zip(timestamp(&other)).map(|(a, b)| a.cmp(&b));
    Ok(ordering.is_some_and(holds))
}

fn timestamp(value: &Json) -> Option<Timestamp> {
    crate::time::parse(value.as_str()?)
}

/// `StringMatches`: `*` stands for any characters, `\*` and `\\` for themselves.
fn matches(pattern: &str, text: &str) -> Result<bool, StateError> {
    match pattern_tokens(pattern) {
        Some(tokens) => Ok(fits(&tokens, text)),
        None => Err(StateError::runtime(format!(
            "The StringMatches pattern '{pattern}' ends with an open escape"
        ))),
    }
}

fn fits(pattern: &[Token], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut place) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while place < text.len() {
        match pattern.get(at) {
            Some(Token::Any) => {
                star = Some((at, place));
                at += 1;
            }
            Some(Token::Char(expected)) if text.get(place) == Some(expected) => {
                at += 1;
                place += 1;
            }
            _ => match star {
                Some((star_at, star_place)) => {
                    star = Some((star_at, star_place + 1));
                    at = star_at + 1;
                    place = star_place + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|token| *token == Token::Any)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    Any,
    Char(char),
}

/// Nothing where the last letter escapes nothing.
fn pattern_tokens(pattern: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(char) = chars.next() {
        tokens.push(match char {
            '*' => Token::Any,
            '\\' => Token::Char(chars.next()?),
            other => Token::Char(other),
        });
    }
    Some(tokens)
}
