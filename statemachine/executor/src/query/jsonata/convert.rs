//! Between our JSON and the engine's values.

use std::rc::Rc;

use asl::{Json, Object};
use jsonata_core::value::{JArray, JMap, JValue, with_stack};

use super::carried::carried;
use super::error::EvaluationError;
use super::limits::{MEMORY, NESTING};

/// `json` as a value of the engine. Numbers become binary64, as they are in JSONata.
pub(crate) fn to_value(json: &Json) -> JValue {
    match json {
        Json::Null => JValue::Null,
        Json::Bool(value) => JValue::Bool(*value),
        Json::Number(number) => JValue::Number(number.as_f64().unwrap_or(f64::NAN)),
        Json::String(text) => JValue::string(&**text),
        Json::Array(array) => carried(json, || {
            with_stack(|| {
                let items: Vec<JValue> = array.items().iter().map(to_value).collect();
                let flat = !items.iter().any(JValue::is_array);
                JValue::Array(JArray::new_flat(items, flat))
            })
        }),
        Json::Object(object) => carried(json, || {
            with_stack(|| {
                let fields = object.iter().map(|(key, value)| (key.to_string(), to_value(value)));
                JValue::Object(Rc::new(fields.collect::<JMap>()))
            })
        }),
    }
}

/// A result as JSON.
pub(crate) fn to_json(value: &JValue) -> Result<Json, EvaluationError> {
    if value.is_undefined() {
        return Err(EvaluationError::Undefined);
    }
    check_size(value)?;
    json(value, NESTING)
}

fn json(value: &JValue, nesting: usize) -> Result<Json, EvaluationError> {
    let inner = |value: &JValue| match nesting.checked_sub(1) {
        Some(nesting) => with_stack(|| json(value, nesting)),
        None => Err(EvaluationError::Memory),
    };
    Ok(match value {
        JValue::Null => Json::Null,
        JValue::Bool(value) => Json::Bool(*value),
        JValue::Number(number) => number_json(*number),
        JValue::String(text) => Json::string(&**text),
        JValue::Array(items) => {
            let items = items.iter().filter(|item| !item.is_undefined()).map(inner);
            Json::array(items.collect::<Result<_, _>>()?)
        }
        JValue::Object(fields) => {
            let mut object = Object::default();
            for (key, value) in fields.iter().filter(|(_, value)| !value.is_undefined()) {
                object.insert(key.as_str().into(), inner(value)?);
            }
            object.into()
        }
        _ => return Err(EvaluationError::Unsupported),
    })
}

/// A whole number in the range of 64 bits is one in JSON too; AWS gives text for what JSON has no number for.
fn number_json(number: f64) -> Json {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if number.fract() == 0.0 && (-LIMIT..LIMIT).contains(&number) {
        #[expect(clippy::cast_possible_truncation, reason = "whole and in range")]
        return Json::from(number as i64);
    }
    match asl::Number::from_f64(number) {
        Some(number) => Json::Number(number),
        None if number.is_nan() => Json::from("NaN"),
        None if number > 0.0 => Json::from("Infinity"),
        None => Json::from("-Infinity"),
    }
}

/// What may still be built.
struct Budget(usize);

impl Budget {
    fn spend(&mut self, bytes: usize) -> Result<(), EvaluationError> {
        self.0 = self.0.checked_sub(bytes).ok_or(EvaluationError::Memory)?;
        Ok(())
    }
}

/// The bytes a value holds without what is in it.
fn own_size(value: &JValue) -> usize {
    match value {
        JValue::String(text) => text.len(),
        JValue::Array(_) => 0,
        JValue::Object(fields) => fields.keys().map(String::len).sum(),
        _ => 8,
    }
}

/// Refuses a value that holds more than an evaluation may. A value that is shared counts at every place where it
/// stands: printing and comparing go there as often.
pub(crate) fn check_size(value: &JValue) -> Result<(), EvaluationError> {
    let mut budget = Budget(MEMORY);
    // An empty array has no bytes, but looking at it takes time.
    let mut looks = Budget(2 * MEMORY / 8);
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        budget.spend(own_size(value))?;
        looks.spend(1)?;
        match value {
            JValue::Array(items) => open.extend(items.iter()),
            JValue::Object(fields) => open.extend(fields.values()),
            _ => {}
        }
    }
    Ok(())
}
