//! Comparing values as the corpus says: placeholders match anything, JSON text is parsed.

use serde_json::Value;

const ANYTHING: [&str; 7] = [
    "timestamp",
    "datetime",
    "RequestId",
    "X-Amzn-Trace-Id",
    "x-amz-crc32",
    "x-amzn-RequestId",
    "date",
];

/// Whether `actual` is what `expected` describes.
pub(crate) fn matches(expected: &Value, actual: &Value, wildcards: &[String]) -> bool {
    match (expected, actual) {
        (Value::String(text), actual) if is_wildcard(text, wildcards) => !actual.is_null() || text != "date",
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, value)| b.get(key).is_some_and(|other| matches(value, other, wildcards)))
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| matches(a, b, wildcards))
        }
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::String(a), Value::String(b)) => a == b || text_matches(a, b) || json_matches(a, b, wildcards),
        (_, Value::String(text)) => parsed(text).is_some_and(|actual| matches(expected, &actual, wildcards)),
        _ => expected == actual,
    }
}

fn is_wildcard(text: &str, wildcards: &[String]) -> bool {
    ANYTHING.contains(&text) || wildcards.iter().any(|word| word == text) || is_placeholder(text)
}

fn is_placeholder(text: &str) -> bool {
    text.len() > 2 && text.starts_with('<') && text.ends_with('>') && !text[1..text.len() - 1].contains(['<', '>'])
}

fn json_matches(a: &str, b: &str, wildcards: &[String]) -> bool {
    match (parsed(a), parsed(b)) {
        (Some(a), Some(b)) => matches(&a, &b, wildcards),
        _ => false,
    }
}

fn parsed(text: &str) -> Option<Value> {
    let value: Value = serde_json::from_str(text).ok()?;
    (!value.is_string() || text.starts_with('"')).then_some(value)
}

/// A text with `<...>` and `date` in it.
fn text_matches(expected: &str, actual: &str) -> bool {
    let literals = literals(expected);
    let [first, middle @ .., last] = literals.as_slice() else {
        return false;
    };
    let Some(mut rest) = actual.strip_prefix(first.as_str()) else {
        return false;
    };
    for literal in middle {
        let Some(at) = rest.find(literal.as_str()) else {
            return false;
        };
        rest = &rest[at + literal.len()..];
    }
    rest.ends_with(last.as_str())
}

/// The fixed parts of a text around its placeholders, which may be nested; at least two where there is a placeholder.
fn literals(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_u32;
    for letter in text.chars() {
        match letter {
            '<' => {
                depth += 1;
                if depth == 1 {
                    parts.push(String::new());
                }
            }
            '>' if depth > 0 => depth -= 1,
            other if depth == 0 => parts.last_mut().into_iter().for_each(|part| part.push(other)),
            _ => {}
        }
    }
    parts
}
