//! Comparing values as the corpus says: placeholders match anything, the same numbered one the same thing within a case.

use std::cell::RefCell;
use std::collections::BTreeMap;

use regex_lite::{Regex, escape};
use serde_json::Value;

const ANYTHING: [&str; 6] = [
    "timestamp",
    "datetime",
    "RequestId",
    "X-Amzn-Trace-Id",
    "x-amz-crc32",
    "x-amzn-RequestId",
];
const TIMESTAMP: &str = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)";

/// What one case's placeholders stand for.
pub(crate) struct Comparison<'a> {
    wildcards: &'a [String],
    placeholder: Regex,
    timestamp: Regex,
    bound: RefCell<BTreeMap<String, Value>>,
}

#[expect(clippy::expect_used, reason = "the patterns are constant")]
impl<'a> Comparison<'a> {
    pub(crate) fn new(wildcards: &'a [String]) -> Comparison<'a> {
        let placeholder = r"<(?:<[\w-]+>|[\w-])+(?::\d+)?>|\bdate\b";
        Comparison {
            wildcards,
            placeholder: Regex::new(placeholder).expect("a pattern"),
            timestamp: Regex::new(&format!("^{TIMESTAMP}$")).expect("a pattern"),
            bound: RefCell::default(),
        }
    }
}

impl Comparison<'_> {
    /// Whether `actual` is what `expected` describes. Text is compared as text.
    pub(crate) fn matches(&self, expected: &Value, actual: &Value) -> bool {
        match (expected, actual) {
            (Value::String(text), _) if self.is_wildcard(text) => true,
            (Value::Object(a), Value::Object(b)) => {
                a.len() == b.len()
                    && a.iter()
                        .all(|(key, value)| b.get(key).is_some_and(|other| self.matches(value, other)))
            }
            (Value::Array(a), Value::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.matches(a, b))
            }
            (Value::String(a), Value::String(b)) => a == b || self.text_matches(a, b),
            (Value::String(a), b) => self.is_placeholder(a) && self.binds(a, b),
            _ => expected == actual,
        }
    }

    /// [`Comparison::matches`] for what is JSON text on AWS: the recorder parsed some of it.
    pub(crate) fn payload_matches(&self, expected: &Value, actual: &Value) -> bool {
        if self.matches(expected, actual) {
            return true;
        }
        match (parsed(expected), parsed(actual)) {
            (None, None) => false,
            (a, b) => self.matches(a.as_ref().unwrap_or(expected), b.as_ref().unwrap_or(actual)),
        }
    }

    /// `attempt`, forgetting what it bound where it fails.
    pub(crate) fn attempt(&self, attempt: impl FnOnce() -> bool) -> bool {
        let before = self.bound.borrow().clone();
        let succeeded = attempt();
        if !succeeded {
            self.bound.replace(before);
        }
        succeeded
    }

    fn is_wildcard(&self, text: &str) -> bool {
        ANYTHING.contains(&text) || self.wildcards.iter().any(|word| word == text)
    }

    fn is_placeholder(&self, text: &str) -> bool {
        let found = self.placeholder.find(text);
        found.is_some_and(|found| found.as_str() == text && text != "date")
    }

    /// A text with placeholders in it.
    fn text_matches(&self, expected: &str, actual: &str) -> bool {
        let mut pattern = "(?s)^".to_owned();
        let mut end = 0;
        let names: Vec<&str> = self
            .placeholder
            .find_iter(expected)
            .map(|found| found.as_str())
            .collect();
        for found in self.placeholder.find_iter(expected) {
            pattern += &escape(&expected[end..found.start()]);
            pattern += match found.as_str() {
                "date" => "(.*?)",
                _ => "(.+?)",
            };
            end = found.end();
        }
        pattern += &escape(&expected[end..]);
        let Ok(pattern) = Regex::new(&(pattern + "$")) else {
            return false;
        };
        let Some(captures) = pattern.captures(actual) else {
            return false;
        };
        let texts = captures.iter().skip(1).flatten().map(|text| text.as_str());
        names.iter().zip(texts).all(|(name, text)| match *name {
            "date" => text == "date" || self.timestamp.is_match(text),
            name => self.binds(name, &Value::from(text)),
        })
    }

    /// Whether the placeholder may stand for `value`. What a mock holds comes out as it is.
    fn binds(&self, placeholder: &str, value: &Value) -> bool {
        let numbered = placeholder.trim_end_matches('>').rsplit_once(':').is_some();
        if !numbered || value == placeholder {
            return true;
        }
        let mut bound = self.bound.borrow_mut();
        bound.entry(placeholder.to_owned()).or_insert_with(|| value.clone()) == value
    }
}

fn parsed(value: &Value) -> Option<Value> {
    serde_json::from_str(value.as_str()?).ok()
}
