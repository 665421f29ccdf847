//! JSONPath with the semantics of Jayway JsonPath, the library behind AWS.

use std::fmt;

use asl::Json;
use asl::path::Segment;

/// A definite path that leads nowhere, in Jayway's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PathError(String);

impl fmt::Display for PathError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The value `segments` lead to from `root`.
pub(crate) fn evaluate(segments: &[Segment], root: &Json) -> Result<Json, PathError> {
    let mut value = root;
    for segment in segments {
        let found = match segment {
            Segment::Child(key) => value.get(key),
            Segment::Index(index) => value
                .as_array()
                .and_then(|items| items.get(usize::try_from(*index).ok()?)),
            _ => None,
        };
        value = found.ok_or_else(|| PathError(format!("No results for path: {segments:?}")))?;
    }
    Ok(value.clone())
}

/// `root` with `value` at `segments`; objects on the way are made.
pub(crate) fn set(segments: &[Segment], root: &Json, value: Json) -> Result<Json, PathError> {
    let Some((first, rest)) = segments.split_first() else {
        return Ok(value);
    };
    let Segment::Child(key) = first else {
        return Err(PathError("no index yet".into()));
    };
    let mut object = root.as_object().cloned().unwrap_or_default();
    let inner = object.get(key).cloned().unwrap_or_default();
    object.insert(key.clone(), set(rest, &inner, value)?);
    Ok(object.into())
}
