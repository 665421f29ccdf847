//! Reference Paths: a value put there, and the step that leads nowhere.

use std::sync::Arc;

use asl::path::Segment;
use asl::{Json, Object};

/// `root` with `value` at `segments`: fields are replaced or made, with objects on the way to them; items of arrays must
/// be there.
///
/// # Errors
/// The step through something that is no object or no array with that index.
pub(crate) fn set<'a>(segments: &'a [Segment], root: &Json, value: Json) -> Result<Json, &'a Segment> {
    place(segments, Some(root), value)
}

fn place<'a>(segments: &'a [Segment], old: Option<&Json>, value: Json) -> Result<Json, &'a Segment> {
    let Some((segment, rest)) = segments.split_first() else {
        return Ok(value);
    };
    match segment {
        Segment::Child(key) => {
            let empty = Object::default();
            let object = match old {
                Some(old) => old.as_object().ok_or(segment)?,
                None => &empty,
            };
            let inner = place(rest, object.get(key), value)?;
            Ok(object.with(Arc::clone(key), inner).into())
        }
        Segment::Index(index) => {
            let mut items = old.and_then(Json::as_array).ok_or(segment)?.to_vec();
            let index = usize::try_from(*index).map_err(|_| segment)?;
            let item = items.get_mut(index).ok_or(segment)?;
            *item = place(rest, Some(item), value)?;
            Ok(Json::array(items))
        }
        other => Err(other),
    }
}

/// The first of `segments` that leads nowhere from `root`.
pub(crate) fn missing_step<'a>(segments: &'a [Segment], root: &Json) -> Option<&'a Segment> {
    let mut value = root;
    segments.iter().find(|segment| {
        let found = super::plain(std::slice::from_ref(segment), value);
        value = found.unwrap_or(value);
        found.is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_put_at_a_reference_path() {
        let check = |root: &str, path: &str, expected: Result<&str, &str>| {
            let root: Json = root.parse().unwrap();
            let path = asl::path::parse(path).unwrap();
            let placed = set(&path.segments, &root, Json::from("new"));
            let placed = placed.map(|json| json.to_string()).map_err(|step| format!("{step:?}"));
            assert_eq!(
                placed,
                expected.map(str::to_owned).map_err(str::to_owned),
                "{root} {}",
                path.text
            );
        };
        check(r#"{"a":1}"#, "$", Ok(r#""new""#));
        check(r#"{"a":1}"#, "$.b", Ok(r#"{"a":1,"b":"new"}"#));
        check(r#"{"a":1,"b":2}"#, "$.a", Ok(r#"{"a":"new","b":2}"#));
        check("{}", "$.a.b.c", Ok(r#"{"a":{"b":{"c":"new"}}}"#));
        check(r#"{"a":[1,{"b":2}]}"#, "$.a[1].b", Ok(r#"{"a":[1,{"b":"new"}]}"#));
        check(r#"{"a":[1,2]}"#, "$.a[0]", Ok(r#"{"a":["new",2]}"#));
        check(r#"{"a":[1]}"#, "$.a[1]", Err("Index(1)"));
        check(r#"{"a":1}"#, "$.a.b", Err("Child(\"b\")"));
        check("[1]", "$.a", Err("Child(\"a\")"));
        check("null", "$.a", Err("Child(\"a\")"));
    }
}
