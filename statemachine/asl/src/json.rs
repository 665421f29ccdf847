//! JSON values that are shared, not copied.
//!
//! State inputs and outputs pass by reference count: cloning a [`Json`] is one increment, and a change copies only the
//! containers on the way to it. Containers know the length of their JSON text and how deep they are, so that limits
//! are checked without looking at what is in them.

mod object;
mod text;

use std::sync::Arc;

pub use object::Object;
pub use serde_json::Number;

/// A JSON value.
#[derive(Clone, Debug, Default)]
pub enum Json {
    /// `null`
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number; whole numbers keep being whole numbers, all else is binary64.
    Number(Number),
    /// A string.
    String(Arc<str>),
    /// An array.
    Array(Arc<Array>),
    /// An object; keys keep their order.
    Object(Arc<Object>),
}

/// The items of a JSON array.
#[derive(Debug, Default)]
pub struct Array {
    items: Vec<Json>,
    encoded_len: usize,
    depth: usize,
}

impl Array {
    /// The items in order.
    #[must_use]
    pub fn items(&self) -> &[Json] {
        &self.items
    }
}

impl Json {
    /// An array of `items`.
    #[must_use]
    pub fn array(items: Vec<Json>) -> Json {
        let commas = items.len().saturating_sub(1);
        let encoded_len = 2 + commas + items.iter().map(Json::encoded_len).sum::<usize>();
        let depth = 1 + items.iter().map(Json::depth).max().unwrap_or(0);
        Json::Array(Arc::new(Array {
            items,
            encoded_len,
            depth,
        }))
    }

    /// An object of `entries`; a repeated key keeps its first place and takes its last value.
    #[must_use]
    pub fn object<K: Into<Arc<str>>>(entries: impl IntoIterator<Item = (K, Json)>) -> Json {
        entries
            .into_iter()
            .map(|(key, value)| (key.into(), value))
            .collect::<Object>()
            .into()
    }

    /// A string.
    #[must_use]
    pub fn string(text: impl Into<Arc<str>>) -> Json {
        Json::String(text.into())
    }

    /// The value under `key` of an object.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.as_object()?.get(key)
    }

    /// The fields of an object.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Json::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The items of an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Json]> {
        match self {
            Json::Array(array) => Some(array.items()),
            _ => None,
        }
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    /// A number as binary64.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Json::Number(number) => number.as_f64(),
            _ => None,
        }
    }

    /// A number without a fraction, in range; `5.0` is 5.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        match self {
            Json::Number(number) => number.as_i64().or_else(|| {
                let float = number.as_f64()?;
                #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
                (float.fract() == 0.0 && float.abs() <= EXACT).then_some(float as i64)
            }),
            _ => None,
        }
    }

    /// `true` or `false`.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Json::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The word for the type as AWS's messages use it: `null`, `boolean`, `number`, `string`, `array`, `object`.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "boolean",
            Json::Number(_) => "number",
            Json::String(_) => "string",
            Json::Array(_) => "array",
            Json::Object(_) => "object",
        }
    }

    /// Length in bytes of the compact JSON text, as payload limits count it.
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        match self {
            Json::Null => 4,
            Json::Bool(value) => 5 - usize::from(*value),
            Json::Number(number) => text::number_len(number),
            Json::String(string) => text::string_len(string),
            Json::Array(array) => array.encoded_len,
            Json::Object(object) => object.encoded_len(),
        }
    }

    /// How many arrays and objects stand in each other: 0 for a scalar, 1 for `[]`.
    #[must_use]
    pub fn depth(&self) -> usize {
        match self {
            Json::Array(array) => array.depth,
            Json::Object(object) => object.depth(),
            _ => 0,
        }
    }
}

/// Numbers are equal when they have the same value (`1` and `1.0`), objects whatever the order of their keys.
impl PartialEq for Json {
    fn eq(&self, other: &Json) -> bool {
        match (self, other) {
            (Json::Null, Json::Null) => true,
            (Json::Bool(a), Json::Bool(b)) => a == b,
            (Json::Number(a), Json::Number(b)) => a == b || a.as_f64() == b.as_f64(),
            (Json::String(a), Json::String(b)) => a == b,
            (Json::Array(a), Json::Array(b)) => Arc::ptr_eq(a, b) || a.items == b.items,
            (Json::Object(a), Json::Object(b)) => Arc::ptr_eq(a, b) || a == b,
            _ => false,
        }
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Json {
        Json::Object(Arc::new(object))
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Json {
        Json::Bool(value)
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Json {
        Json::String(text.into())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Json {
        Json::String(text.into())
    }
}

impl From<Arc<str>> for Json {
    fn from(text: Arc<str>) -> Json {
        Json::String(text)
    }
}

impl From<i64> for Json {
    fn from(value: i64) -> Json {
        Json::Number(value.into())
    }
}

impl From<u64> for Json {
    fn from(value: u64) -> Json {
        Json::Number(value.into())
    }
}

impl From<usize> for Json {
    fn from(value: usize) -> Json {
        Json::Number(value.into())
    }
}

impl From<Vec<Json>> for Json {
    fn from(items: Vec<Json>) -> Json {
        Json::array(items)
    }
}
