//! The predicates of `[?(...)]`.

use std::cmp::Ordering;

use asl::Json;
use asl::path::{Filter, FilterOperator, Operand, is_definite};

use super::equality::{equal, order, strictly_equal};
use super::work::Work;
use super::{Missing, PathError, search_inner};

type Held = Result<bool, PathError>;

/// One side of a comparison.
#[derive(Clone, Copy)]
struct Side<'a> {
    operand: &'a Operand,
    /// Nothing where its path leads nowhere.
    value: Option<&'a Json>,
}

/// Whether `filter` holds for `item`. Only what ends the whole evaluation is an error.
pub(super) fn accepts(filter: &Filter, item: &Json, work: &mut Work<'_>) -> Held {
    match filter {
        Filter::Or(filters) => one(filters.iter(), |filter| accepts(filter, item, work)),
        Filter::And(filters) => all(filters.iter(), |filter| accepts(filter, item, work)),
        Filter::Not(filter) => accepts(filter, item, work).map(|held| !held),
        Filter::Exists(operand) => Ok(value(operand, item, Missing::Fail, work)?.is_some()),
        Filter::Compare(left, FilterOperator::Matches, right) => matches(left, right, item, work),
        Filter::Compare(left, operator, right) => {
            let values = (
                value(left, item, Missing::Skip, work)?,
                value(right, item, Missing::Skip, work)?,
            );
            let side = |operand, value| Side { operand, value };
            let (left, right) = (side(left, values.0.as_ref()), side(right, values.1.as_ref()));
            compare(left, *operator, right, work)
        }
    }
}

fn one<T>(mut items: impl Iterator<Item = T>, mut holds: impl FnMut(T) -> Held) -> Held {
    items.try_fold(false, |held, item| Ok(held || holds(item)?))
}

fn all<T>(mut items: impl Iterator<Item = T>, mut holds: impl FnMut(T) -> Held) -> Held {
    items.try_fold(true, |held, item| Ok(held && holds(item)?))
}

fn matches(left: &Operand, right: &Operand, item: &Json, work: &mut Work<'_>) -> Held {
    let (text, pattern, flags) = match (left, right) {
        (text, Operand::Regex { pattern, flags }) | (Operand::Regex { pattern, flags }, text) => (text, pattern, flags),
        _ => return Ok(false),
    };
    match value(text, item, Missing::Skip, work)? {
        None => Ok(false),
        Some(Json::Array(array)) => one(array.items().iter(), |item| {
            work.spend(1)?;
            work.matches((pattern, flags), item)
        }),
        Some(value) => work.matches((pattern, flags), &value),
    }
}

fn value(operand: &Operand, item: &Json, missing: Missing, work: &mut Work<'_>) -> Result<Option<Json>, PathError> {
    let (segments, start) = match operand {
        Operand::Literal(literal) => return Ok(Some(literal.clone())),
        Operand::Regex { .. } => return Ok(None),
        Operand::Item(segments) => (segments, item),
        Operand::Document(segments) => match work.fixed(operand) {
            Some(value) => return Ok(value.clone()),
            None => (segments, work.root),
        },
    };
    let missing = if is_definite(segments) { Missing::Skip } else { missing };
    let found = match search_inner(segments, start, work, missing) {
        Err(error) if error.ends_evaluation() => return Err(error),
        found => found.ok(),
    };
    if matches!(operand, Operand::Document(_)) {
        work.fix(operand, found.clone());
    }
    Ok(found)
}

fn compare(left: Side<'_>, operator: FilterOperator, right: Side<'_>, work: &mut Work<'_>) -> Held {
    use FilterOperator as Op;
    Ok(match operator {
        Op::Equal => both(left, right, work, equal)?,
        Op::NotEqual => !both(left, right, work, equal)?,
        Op::StrictEqual => both(left, right, work, strictly_equal)?,
        Op::StrictNotEqual => !both(left, right, work, strictly_equal)?,
        Op::Less => both(left, right, work, |a, b| order(a, b) == Some(Ordering::Less))?,
        Op::LessOrEqual => both(left, right, work, |a, b| order(a, b).is_some_and(Ordering::is_le))?,
        Op::Greater => both(left, right, work, |a, b| order(a, b) == Some(Ordering::Greater))?,
        Op::GreaterOrEqual => both(left, right, work, |a, b| order(a, b).is_some_and(Ordering::is_ge))?,
        Op::In => holds(right, left.value, work)?,
        Op::NotIn => !holds(right, left.value, work)?,
        Op::Contains => contains(left, right, work)?,
        Op::All => subset(right, left, work)?,
        Op::SubsetOf => subset(left, right, work)?,
        Op::AnyOf => common(left, right, work)? == Some(true),
        Op::NoneOf => common(left, right, work)? == Some(false),
        Op::Size => {
            let wanted = right.value.and_then(Json::as_i64);
            size(left, work)?.is_some_and(|size| wanted == i64::try_from(size).ok())
        }
        Op::Empty => {
            let wanted = right.value.and_then(Json::as_bool);
            size(left, work)?.is_some_and(|size| wanted == Some(size == 0))
        }
        Op::Type => left.value.map(Json::type_name) == right.value.and_then(Json::as_str),
        Op::Matches => false,
    })
}

/// Whether both are there and `hold` together.
fn both(left: Side<'_>, right: Side<'_>, work: &mut Work<'_>, hold: impl FnOnce(&Json, &Json) -> bool) -> Held {
    let (Some(left), Some(right)) = (left.value, right.value) else {
        return Ok(false);
    };
    work.spend_comparing(left, right)?;
    Ok(hold(left, right))
}

fn contains(left: Side<'_>, right: Side<'_>, work: &mut Work<'_>) -> Held {
    match (left.value, right.value) {
        (Some(Json::String(text)), Some(Json::String(part))) => {
            work.spend_reading(text)?;
            Ok(text.contains(&**part))
        }
        (_, wanted) => holds(left, wanted, work),
    }
}

fn subset(part: Side<'_>, whole: Side<'_>, work: &mut Work<'_>) -> Held {
    let (Some(items), Some(_)) = (list(part), list(whole)) else {
        return Ok(false);
    };
    all(items.iter(), |item| holds(whole, Some(item), work))
}

/// Whether two lists have something in common.
fn common(left: Side<'_>, right: Side<'_>, work: &mut Work<'_>) -> Result<Option<bool>, PathError> {
    let (Some(items), Some(_)) = (list(left), list(right)) else {
        return Ok(None);
    };
    one(items.iter(), |item| holds(right, Some(item), work)).map(Some)
}

fn list<'a>(side: Side<'a>) -> Option<&'a [Json]> {
    side.value?.as_array()
}

/// Whether the list on one side has what is `wanted`.
fn holds(side: Side<'_>, wanted: Option<&Json>, work: &mut Work<'_>) -> Held {
    let (Some(items), Some(wanted)) = (list(side), wanted) else {
        return Ok(false);
    };
    match side.operand {
        Operand::Literal(_) | Operand::Document(_) => work.is_member(side.operand, items, wanted),
        Operand::Item(_) | Operand::Regex { .. } => work.is_among(items, wanted),
    }
}

fn size(side: Side<'_>, work: &mut Work<'_>) -> Result<Option<usize>, PathError> {
    Ok(match side.value {
        Some(Json::String(text)) => {
            work.spend_reading(text)?;
            Some(text.encode_utf16().count())
        }
        Some(Json::Array(array)) => Some(array.items().len()),
        Some(Json::Object(object)) => Some(object.len()),
        _ => None,
    })
}
