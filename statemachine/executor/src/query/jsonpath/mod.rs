//! JSONPath with the semantics of Jayway JsonPath, the library that AWS behaves like.
//!
//! A definite path gives one value, and not finding it is an error. An indefinite one (wildcard, slice, filter, `..`)
//! gives an array of all it finds; only what stands before its first indefinite step must be there.

mod error;
mod filter;
mod set;

use std::sync::Arc;

use asl::path::{Segment, is_definite};
use asl::{Json, Object, Path};

pub use error::PathError;
pub(crate) use set::{missing_step, set};

use super::java;

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
        None => search(segments, root, root, Missing::Skip),
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

/// Evaluates from `start`, which is `root` itself or an item that a filter looks at.
fn search(segments: &[Segment], start: &Json, root: &Json, missing: Missing) -> Result<Json, PathError> {
    if start == &Json::Null && !segments.is_empty() {
        return Err(PathError::NullRoot);
    }
    let mut search = Search {
        segments,
        root,
        missing,
        found: Vec::new(),
        patterns: filter::Patterns::default(),
    };
    search.step(segments, start, Upstream::Definite)?;
    if !is_definite(segments) {
        return Ok(Json::array(search.found));
    }
    search.found.pop().ok_or_else(|| PathError::NoResults {
        path: error::normalized(segments),
    })
}

/// Whether the steps so far lead to one place; if so, not finding the next is an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Upstream {
    Definite,
    Indefinite,
}

struct Search<'a> {
    segments: &'a [Segment],
    root: &'a Json,
    missing: Missing,
    found: Vec<Json>,
    patterns: filter::Patterns,
}

impl Search<'_> {
    /// Takes the first of the steps that are `left` from `value`, and then the others.
    fn step(&mut self, left: &[Segment], value: &Json, upstream: Upstream) -> Result<(), PathError> {
        let Some((segment, rest)) = left.split_first() else {
            self.found.push(value.clone());
            return Ok(());
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
        let rest = left.get(1..).unwrap_or_default();
        let present = || keys.iter().filter_map(|key| Some((key, object.get(key)?)));
        if self.missing == Missing::Fail && present().count() < keys.len() {
            return Err(self.missing_property(rest));
        }
        if rest.is_empty() {
            let merged = Json::object(present().map(|(key, found)| (Arc::clone(key), found.clone())));
            self.found.push(merged);
            return Ok(());
        }
        self.each(rest, present().map(|(_, found)| found))
    }

    /// `left`, the first of which is what follows `..`, from every value below `value`, itself included.
    fn descend(&mut self, left: &[Segment], value: &Json) -> Result<(), PathError> {
        match value {
            Json::Object(_) if self.scan_takes(left, value) => self.step(left, value, Upstream::Indefinite)?,
            Json::Array(array) if self.scan_takes(left, value) => match left {
                [_] => self.step(left, value, Upstream::Indefinite)?,
                // Jayway's own: for an array the rest applies to every item, whatever the step says.
                _ => self.each(left.get(1..).unwrap_or_default(), array.items().iter())?,
            },
            _ => {}
        }
        children(value).try_for_each(|child| self.descend(left, child))
    }

    /// Whether `..` stops at `value` for the step that follows.
    fn scan_takes(&mut self, left: &[Segment], value: &Json) -> bool {
        match left {
            [Segment::Child(key), ..] => value.get(key).is_some(),
            [Segment::Children(keys)] => keys.iter().all(|key| value.get(key).is_some()),
            [Segment::Children(_), ..] => value.as_object().is_some(),
            [Segment::Index(_) | Segment::Indices(_) | Segment::Slice { .. }, ..] => value.as_array().is_some(),
            [Segment::Filter(filter), ..] => self.patterns.accept(filter, value, self.root),
            _ => true,
        }
    }

    fn filter(&mut self, left: &[Segment], value: &Json, upstream: Upstream) -> Result<(), PathError> {
        let Some((Segment::Filter(filter), rest)) = left.split_first() else {
            return Ok(());
        };
        match value {
            Json::Object(_) => {
                let accepted = self.patterns.accept(filter, value, self.root);
                self.each(rest, accepted.then_some(value).into_iter())
            }
            Json::Array(array) => array.items().iter().try_for_each(|item| {
                if self.patterns.accept(filter, item, self.root) {
                    self.step(rest, item, Upstream::Indefinite)
                } else {
                    Ok(())
                }
            }),
            _ if upstream == Upstream::Definite => Err(PathError::FilterOnPrimitive {
                filter: error::normalized(left).split_off(1),
                context: java::text(value),
            }),
            _ => Ok(()),
        }
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
                property: error::normalized(left.get(..1).unwrap_or_default()).split_off(1),
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
                filter: error::normalized(left).split_off(1),
                context: java::text(value),
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
        error::normalized(self.segments.get(..taken).unwrap_or_default())
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
