//! JSONPath with the semantics of Jayway JsonPath, the library that AWS behaves like.
//!
//! A definite path gives one value, and not finding it is an error. An indefinite one (wildcard, slice, filter, `..`)
//! gives an array of all it finds; only what stands before its first indefinite step must be there.

mod equality;
mod error;
mod filter;
mod members;
mod pattern;
mod set;
mod work;

use std::sync::Arc;

use asl::path::{Segment, is_definite};
use asl::{Json, Object, Path};

pub use error::PathError;
pub(crate) use set::{missing_step, set};

use super::java;
use filter::accepts;
use work::Work;

/// Bytes that what a path finds may have as JSON: many times what a payload may.
const FOUND_LIMIT: usize = 8 << 20;

/// The value that `path` leads to in `document`, whatever the root of the path is.
///
/// # Errors
/// [`PathError`] in Jayway's words, where the path is definite and leads nowhere.
pub fn jsonpath(document: &Json, path: &Path) -> Result<Json, PathError> {
    evaluate(&path.segments, document)
}

/// The value `segments` lead to from `root`.
pub(crate) fn evaluate(segments: &[Segment], root: &Json) -> Result<Json, PathError> {
    match plain(segments, root) {
        Some(value) => Ok(value.clone()),
        None => search(segments, root, &mut Work::new(root), Missing::Skip, true),
    }
}

/// What a property that is not there does behind the first indefinite step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Missing {
    Skip,
    Fail,
}

/// The way there if it is fields and indices alone, and all are there.
fn plain<'a>(segments: &[Segment], root: &'a Json) -> Option<&'a Json> {
    segments.iter().try_fold(root, |value, segment| match segment {
        Segment::Child(key) => value.get(key),
        Segment::Index(index) => item(value.as_array()?, *index),
        _ => None,
    })
}

/// Evaluates from `start`, an item that a filter looks at or the document: why nothing is found is not said.
fn search_inner(segments: &[Segment], start: &Json, work: &mut Work<'_>, missing: Missing) -> Result<Json, PathError> {
    search(segments, start, work, missing, false)
}

fn search(
    segments: &[Segment],
    start: &Json,
    work: &mut Work<'_>,
    missing: Missing,
    told: bool,
) -> Result<Json, PathError> {
    if start == &Json::Null && !segments.is_empty() {
        return Err(PathError::NullRoot);
    }
    let mut search = Search {
        segments,
        work,
        missing,
        told,
        found: Vec::new(),
        found_len: 0,
    };
    search.step(segments, start, Upstream::Definite)?;
    if !is_definite(segments) {
        return Ok(Json::array(search.found));
    }
    let found = search.found.pop();
    found.ok_or_else(|| PathError::NoResults {
        path: search.printed(segments),
    })
}

/// Whether the steps so far lead to one place; if so, not finding the next is an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Upstream {
    Definite,
    Indefinite,
}

struct Search<'s, 'd> {
    segments: &'s [Segment],
    work: &'s mut Work<'d>,
    missing: Missing,
    /// Whether somebody reads what is wrong: it takes time to print.
    told: bool,
    found: Vec<Json>,
    found_len: usize,
}

impl Search<'_, '_> {
    /// Takes the first of the steps that are `left` from `value`, and then the others.
    fn step(&mut self, left: &[Segment], value: &Json, upstream: Upstream) -> Result<(), PathError> {
        self.work.spend(1)?;
        let Some((segment, rest)) = left.split_first() else {
            return self.find(value.clone());
        };
        match segment {
            Segment::Child(key) => self.child(key, left, value, upstream),
            Segment::Children(keys) => self.children(keys, left, value, upstream),
            Segment::Index(index) => match self.array(left, value, upstream)?.and_then(|items| item(items, *index)) {
                Some(found) => self.step(rest, found, upstream),
                None => Ok(()),
            },
            Segment::Indices(indices) => {
                let items = self.array(left, value, upstream)?.unwrap_or_default();
                self.work.spend(indices.len())?;
                self.each(rest, indices.iter().filter_map(|index| item(items, *index)))
            }
            Segment::Slice { from, to } => {
                let items = self.array(left, value, upstream)?.unwrap_or_default();
                self.each(
                    rest,
                    slice(items.len(), *from, *to).filter_map(|index| item(items, index)),
                )
            }
            Segment::Wildcard => self.each(rest, children(value)),
            Segment::Descend => self.descend(rest, value),
            Segment::Filter(_) => self.filter(left, value, upstream),
        }
    }

    fn find(&mut self, value: Json) -> Result<(), PathError> {
        self.found_len += value.encoded_len() + 1;
        // A value alone is part of a payload.
        if self.found_len > FOUND_LIMIT && !self.found.is_empty() {
            return Err(PathError::TooLarge { most: FOUND_LIMIT });
        }
        self.found.push(value);
        Ok(())
    }

    fn each<'v>(&mut self, left: &[Segment], values: impl Iterator<Item = &'v Json>) -> Result<(), PathError> {
        values
            .into_iter()
            .try_for_each(|value| self.step(left, value, Upstream::Indefinite))
    }

    fn child(&mut self, key: &str, left: &[Segment], value: &Json, upstream: Upstream) -> Result<(), PathError> {
        let Some(object) = self.object(left, value, upstream)? else {
            return Ok(());
        };
        let rest = left.get(1..).unwrap_or_default();
        match object.get(key) {
            Some(found) => self.step(rest, found, upstream),
            None if self.missing == Missing::Fail => Err(self.missing_property(rest)),
            None if rest.is_empty() || upstream == Upstream::Indefinite => Ok(()),
            None => Err(self.missing_property(rest)),
        }
    }

    /// Several fields: at the end of a path an object with those that are there, before it each for itself.
    fn children(
        &mut self,
        keys: &[Arc<str>],
        left: &[Segment],
        value: &Json,
        upstream: Upstream,
    ) -> Result<(), PathError> {
        let Some(object) = self.object(left, value, upstream)? else {
            return Ok(());
        };
        self.work.spend(keys.len())?;
        let rest = left.get(1..).unwrap_or_default();
        let present = || keys.iter().filter_map(|key| Some((key, object.get(key)?)));
        if self.missing == Missing::Fail && present().count() < keys.len() {
            return Err(self.missing_property(rest));
        }
        if rest.is_empty() {
            let merged = Json::object(present().map(|(key, found)| (Arc::clone(key), found.clone())));
            return self.find(merged);
        }
        self.each(rest, present().map(|(_, found)| found))
    }

    /// `left`, the first of which is what follows `..`, from every value below `value`, itself included.
    fn descend(&mut self, left: &[Segment], value: &Json) -> Result<(), PathError> {
        self.work.spend(1)?;
        match (value, left) {
            (Json::Object(_) | Json::Array(_), _) if !self.scan_takes(left, value)? => {}
            (Json::Object(_), _) | (Json::Array(_), [_]) => self.step(left, value, Upstream::Indefinite)?,
            // Jayway's own: for an array the rest applies to every item, whatever the step says.
            (Json::Array(array), _) => self.each(left.get(1..).unwrap_or_default(), array.items().iter())?,
            _ => {}
        }
        children(value).try_for_each(|child| self.descend(left, child))
    }

    /// Whether `..` stops at `value` for the step that follows.
    fn scan_takes(&mut self, left: &[Segment], value: &Json) -> Result<bool, PathError> {
        Ok(match left {
            [Segment::Child(key), ..] => value.get(key).is_some(),
            [Segment::Children(keys)] => {
                self.work.spend(keys.len())?;
                keys.iter().all(|key| value.get(key).is_some())
            }
            [Segment::Children(_), ..] => value.as_object().is_some(),
            [Segment::Index(_) | Segment::Indices(_) | Segment::Slice { .. }, ..] => value.as_array().is_some(),
            [Segment::Filter(filter), ..] => accepts(filter, value, self.work)?,
            _ => true,
        })
    }

    fn filter(&mut self, left: &[Segment], value: &Json, upstream: Upstream) -> Result<(), PathError> {
        let Some((Segment::Filter(filter), rest)) = left.split_first() else {
            return Ok(());
        };
        match value {
            Json::Object(_) => {
                let accepted = accepts(filter, value, self.work)?;
                self.each(rest, accepted.then_some(value).into_iter())
            }
            Json::Array(array) => array.items().iter().try_for_each(|item| {
                self.work.spend(1)?;
                if accepts(filter, item, self.work)? {
                    self.step(rest, item, Upstream::Indefinite)
                } else {
                    Ok(())
                }
            }),
            _ if upstream == Upstream::Definite => Err(PathError::FilterOnPrimitive {
                filter: self.steps(left),
                context: self.context(value),
            }),
            _ => Ok(()),
        }
    }

    /// `segments` for an error.
    fn printed(&self, segments: &[Segment]) -> String {
        if self.told {
            error::normalized(segments)
        } else {
            String::new()
        }
    }

    /// [`Search::printed`] without the root.
    fn steps(&self, segments: &[Segment]) -> String {
        self.printed(segments).trim_start_matches('$').to_owned()
    }

    /// `value` for an error.
    fn context(&self, value: &Json) -> String {
        if self.told { java::text(value) } else { String::new() }
    }

    /// The object that `value` must be for the first of `left`.
    fn object<'v>(
        &self,
        left: &[Segment],
        value: &'v Json,
        upstream: Upstream,
    ) -> Result<Option<&'v Object>, PathError> {
        match value.as_object() {
            None if upstream == Upstream::Definite => Err(PathError::NotAnObject {
                property: self.steps(left.get(..1).unwrap_or_default()),
                path: self.path_before(left),
                found: java::class(value),
            }),
            object => Ok(object),
        }
    }

    /// The array that `value` must be for the first of `left`.
    fn array<'v>(
        &self,
        left: &[Segment],
        value: &'v Json,
        upstream: Upstream,
    ) -> Result<Option<&'v [Json]>, PathError> {
        match (value.as_array(), value) {
            (None, Json::Null) if upstream == Upstream::Definite => Err(PathError::Null {
                path: self.path_before(left),
            }),
            (None, _) if upstream == Upstream::Definite => Err(PathError::NotAnArray {
                filter: self.steps(left),
                context: self.context(value),
            }),
            (items, _) => Ok(items),
        }
    }

    fn missing_property(&self, rest: &[Segment]) -> PathError {
        PathError::MissingProperty {
            path: self.path_before(rest),
        }
    }

    /// The path up to where `left` begins.
    fn path_before(&self, left: &[Segment]) -> String {
        let taken = self.segments.len() - left.len();
        self.printed(self.segments.get(..taken).unwrap_or_default())
    }
}

/// The item at `index`; a negative one counts from the end.
fn item(items: &[Json], index: i64) -> Option<&Json> {
    let index = if index < 0 {
        index + i64::try_from(items.len()).ok()?
    } else {
        index
    };
    items.get(usize::try_from(index).ok()?)
}

/// The indices of a slice. With both bounds Jayway takes a negative first one as an index counted from the end.
fn slice(length: usize, from: Option<i64>, to: Option<i64>) -> std::ops::Range<i64> {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    match (from, to) {
        (Some(from), Some(to)) => from.max(-length)..to.min(length),
        (Some(from), None) if from < 0 => (length + from).max(0)..length,
        (Some(from), None) => from..length,
        (None, Some(to)) if to < 0 => 0..length + to,
        (None, Some(to)) => 0..to.min(length),
        (None, None) => 0..length,
    }
}

/// What is directly below `value`, in order.
fn children(value: &Json) -> Box<dyn Iterator<Item = &Json> + '_> {
    match value {
        Json::Array(array) => Box::new(array.items().iter()),
        Json::Object(object) => Box::new(object.iter().map(|(_, value)| value)),
        _ => Box::new(std::iter::empty()),
    }
}
