//! How Java, which AWS is written in, names and prints values.

use asl::Json;

/// The Java class of `value`.
pub(super) fn class(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "java.lang.Boolean",
        Json::Number(number) if number.is_f64() => "java.lang.Double",
        Json::Number(number) if number.as_i64().is_some_and(|value| i32::try_from(value).is_ok()) => {
            "java.lang.Integer"
        }
        Json::Number(_) => "java.lang.Long",
        Json::String(_) => "java.lang.String",
        Json::Array(_) => "java.util.ArrayList",
        Json::Object(_) => "java.util.LinkedHashMap",
    }
}

/// `value` as Java prints collections: `{a=1, b=[2, null]}`.
pub(super) fn text(value: &Json) -> String {
    let mut text = String::new();
    write_text(value, &mut text);
    text
}

fn write_text(value: &Json, text: &mut String) {
    match value {
        Json::String(string) => *text += string,
        Json::Array(array) => {
            *text += "[";
            for (index, item) in array.items().iter().enumerate() {
                *text += if index == 0 { "" } else { ", " };
                write_text(item, text);
            }
            *text += "]";
        }
        Json::Object(object) => {
            *text += "{";
            for (index, (key, value)) in object.iter().enumerate() {
                text.extend([if index == 0 { "" } else { ", " }, key, "="]);
                write_text(value, text);
            }
            *text += "}";
        }
        Json::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(float) => *text += &double(float),
            None => *text += &number.to_string(),
        },
        Json::Bool(_) | Json::Null => *text += &value.to_string(),
    }
}

/// `value` as `Double.toString` prints it: `1.0`, `0.001`, `1.0E10`.
///
/// <https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/lang/Double.html#toString(double)>
pub(super) fn double(value: f64) -> String {
    if value == 0.0 || (1e-3..1e7).contains(&value.abs()) {
        return format!("{value:?}");
    }
    let scientific = format!("{value:e}");
    match scientific.split_once('e') {
        Some((digits, exponent)) if digits.contains('.') => format!("{digits}E{exponent}"),
        Some((digit, exponent)) => format!("{digit}.0E{exponent}"),
        None => scientific,
    }
}
