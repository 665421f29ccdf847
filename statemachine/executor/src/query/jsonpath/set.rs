//! `ResultPath`: a value put at a Reference Path.

use asl::path::Segment;
use asl::{Json, Object};

use super::PathError;
use super::error::normalized;

/// `root` with `value` at `segments`: fields are replaced or made, with objects on the way to them; items of arrays must
/// be there.
///
/// # Errors
/// [`PathError::NoPlace`] where the way leads through something that is no object or no array with that index.
pub(crate) fn set(segments: &[Segment], root: &Json, value: Json) -> Result<Json, PathError> {
    place(segments, Some(root), value).ok_or_else(|| PathError::NoPlace {
        path: normalized(segments),
    })
}

fn place(segments: &[Segment], old: Option<&Json>, value: Json) -> Option<Json> {
    let Some((segment, rest)) = segments.split_first() else {
        return Some(value);
    };
    match segment {
        Segment::Child(key) => {
            let empty = Object::default();
            let object = match old {
                Some(old) => old.as_object()?,
                None => &empty,
            };
            let inner = place(rest, object.get(key), value)?;
            Some(object.with(std::sync::Arc::clone(key), inner).into())
        }
        Segment::Index(index) => {
            let mut items = old?.as_array()?.to_vec();
            let item = items.get_mut(usize::try_from(*index).ok()?)?;
            *item = place(rest, Some(item), value)?;
            Some(Json::array(items))
        }
        _ => None,
    }
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
            let placed = placed.map(|json| json.to_string()).map_err(|error| error.to_string());
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
        check(
            r#"{"a":[1]}"#,
            "$.a[1]",
            Err("there is no place for a value at $['a'][1]"),
        );
        check(
            r#"{"a":1}"#,
            "$.a.b",
            Err("there is no place for a value at $['a']['b']"),
        );
        check("[1]", "$.a", Err("there is no place for a value at $['a']"));
        check("null", "$.a", Err("there is no place for a value at $['a']"));
    }
}
