//! The predicates of `[?(...)]`.

use std::cmp::Ordering;
use std::sync::Arc;

use asl::Json;
use asl::path::{Filter, FilterOperator, Operand, is_definite};
use regex_lite::Regex;

use super::{Missing, search};

/// The regular expressions of a path, compiled when they are first used.
///
/// `regex-lite` on purpose: its classes are ASCII as Java's are by default, it takes linear time, and it is small.
#[derive(Default)]
pub(super) struct Patterns(Vec<Pattern>);

struct Pattern {
    source: (Arc<str>, Arc<str>),
    /// Nothing where Java's syntax has what `regex-lite` does not: it matches nothing.
    regex: Option<Regex>,
}

/// One side of a comparison; nothing where its path leads nowhere.
type Side = Option<Json>;

impl Patterns {
    /// Whether `filter` holds for `item` of the document `root`.
    pub(super) fn accept(&mut self, filter: &Filter, item: &Json, root: &Json) -> bool {
        match filter {
            Filter::Or(filters) => filters.iter().any(|filter| self.accept(filter, item, root)),
            Filter::And(filters) => filters.iter().all(|filter| self.accept(filter, item, root)),
            Filter::Not(filter) => !self.accept(filter, item, root),
            Filter::Exists(operand) => value(operand, item, root, Missing::Fail).is_some(),
            Filter::Compare(left, FilterOperator::Matches, right) => self.matches(left, right, item, root),
            Filter::Compare(left, operator, right) => {
                let left = value(left, item, root, Missing::Skip);
                let right = value(right, item, root, Missing::Skip);
                compare(&left, *operator, &right)
            }
        }
    }

    fn matches(&mut self, left: &Operand, right: &Operand, item: &Json, root: &Json) -> bool {
        let (text, pattern, flags) = match (left, right) {
            (text, Operand::Regex { pattern, flags }) | (Operand::Regex { pattern, flags }, text) => {
                (text, pattern, flags)
            }
            _ => return false,
        };
        let Some(value) = value(text, item, root, Missing::Skip) else {
            return false;
        };
        let Some(regex) = self.compiled(pattern, flags) else {
            return false;
        };
        match &value {
            Json::Array(array) => array.items().iter().any(|item| matches_text(regex, item)),
            value => matches_text(regex, value),
        }
    }

    fn compiled(&mut self, pattern: &Arc<str>, flags: &Arc<str>) -> Option<&Regex> {
        let known = |known: &Pattern| known.source.0 == *pattern && known.source.1 == *flags;
        let place = self.0.iter().position(known).unwrap_or_else(|| {
            self.0.push(Pattern {
                source: (Arc::clone(pattern), Arc::clone(flags)),
                regex: compile(pattern, flags),
            });
            self.0.len() - 1
        });
        self.0.get(place)?.regex.as_ref()
    }
}

/// The whole text must match. Of Java's flags `d`, `u` and `U` mean nothing here.
fn compile(pattern: &str, flags: &str) -> Option<Regex> {
    let flags: String = flags.chars().filter(|flag| "imsx".contains(*flag)).collect();
    let flags = if flags.is_empty() { flags } else { format!("(?{flags})") };
    Regex::new(&format!("^(?:{flags}(?:{pattern}))$")).ok()
}

fn matches_text(regex: &Regex, value: &Json) -> bool {
    match value {
        Json::String(text) => regex.is_match(text),
        Json::Number(_) | Json::Bool(_) => regex.is_match(&value.to_string()),
        _ => false,
    }
}

fn value(operand: &Operand, item: &Json, root: &Json, missing: Missing) -> Side {
    let (segments, start) = match operand {
        Operand::Literal(literal) => return Some(literal.clone()),
        Operand::Regex { .. } => return None,
        Operand::Item(segments) => (segments, item),
        Operand::Document(segments) => (segments, root),
    };
    let missing = if is_definite(segments) { Missing::Skip } else { missing };
    search(segments, start, root, missing).ok()
}

fn compare(left: &Side, operator: FilterOperator, right: &Side) -> bool {
    use FilterOperator as Op;
    match operator {
        Op::Equal => equal(left, right),
        Op::NotEqual => !equal(left, right),
        Op::StrictEqual => strictly_equal(left, right),
        Op::StrictNotEqual => !strictly_equal(left, right),
        Op::Less => order(left, right) == Some(Ordering::Less),
        Op::LessOrEqual => order(left, right).is_some_and(Ordering::is_le),
        Op::Greater => order(left, right) == Some(Ordering::Greater),
        Op::GreaterOrEqual => order(left, right).is_some_and(Ordering::is_ge),
        Op::In => list(right).is_some_and(|items| holds(items, left)),
        Op::NotIn => !list(right).is_some_and(|items| holds(items, left)),
        Op::Contains => contains(left, right),
        Op::All => subset(right, left),
        Op::SubsetOf => subset(left, right),
        Op::AnyOf => common(left, right) == Some(true),
        Op::NoneOf => common(left, right) == Some(false),
        Op::Size => size(left).is_some_and(|size| right.as_ref().and_then(Json::as_i64) == i64::try_from(size).ok()),
        Op::Empty => size(left).is_some_and(|size| right.as_ref().and_then(Json::as_bool) == Some(size == 0)),
        Op::Type => left.as_ref().map(Json::type_name) == right.as_ref().and_then(Json::as_str),
        Op::Matches => false,
    }
}

/// A text equals a number that is written like it; a number equals a text that gives it.
fn equal(left: &Side, right: &Side) -> bool {
    match (left, right) {
        (Some(Json::String(text)), Some(number @ Json::Number(_))) => number.to_string() == **text,
        (Some(number @ Json::Number(_)), Some(Json::String(text))) => {
            as_number(text).is_some_and(|value| number.as_f64() == Some(value))
        }
        (Some(left), Some(right)) => left == right,
        _ => false,
    }
}

fn strictly_equal(left: &Side, right: &Side) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => left.type_name() == right.type_name() && left == right,
        _ => false,
    }
}

fn as_number(text: &str) -> Option<f64> {
    let number = text.starts_with(|letter: char| letter.is_ascii_digit() || "-.+".contains(letter));
    if number { text.parse().ok() } else { None }
}

/// Numbers by value, texts by UTF-16 unit as in Java; nothing else has an order.
fn order(left: &Side, right: &Side) -> Option<Ordering> {
    match (left.as_ref()?, right.as_ref()?) {
        (left @ Json::Number(_), right @ Json::Number(_)) => left.as_f64()?.partial_cmp(&right.as_f64()?),
        (Json::String(left), Json::String(right)) => Some(left.encode_utf16().cmp(right.encode_utf16())),
        _ => None,
    }
}

fn contains(left: &Side, right: &Side) -> bool {
    match (left, right) {
        (Some(Json::String(text)), Some(Json::String(part))) => text.contains(&**part),
        _ => list(left).is_some_and(|items| holds(items, right)),
    }
}

fn subset(left: &Side, right: &Side) -> bool {
    let (Some(part), Some(whole)) = (list(left), list(right)) else {
        return false;
    };
    part.iter().all(|item| holds(whole, &Some(item.clone())))
}

/// Whether two lists have something in common.
fn common(left: &Side, right: &Side) -> Option<bool> {
    let (left, right) = (list(left)?, list(right)?);
    Some(left.iter().any(|item| holds(right, &Some(item.clone()))))
}

fn list(side: &Side) -> Option<&[Json]> {
    side.as_ref()?.as_array()
}

fn holds(items: &[Json], wanted: &Side) -> bool {
    items.iter().any(|item| equal(&Some(item.clone()), wanted))
}

fn size(side: &Side) -> Option<usize> {
    match side.as_ref()? {
        Json::String(text) => Some(text.encode_utf16().count()),
        Json::Array(array) => Some(array.items().len()),
        Json::Object(object) => Some(object.len()),
        _ => None,
    }
}
