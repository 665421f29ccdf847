//! Which fields there may be, in which query language, and which there must be.

use crate::QueryLanguage;
use crate::parse::{Fields, Value, did_you_mean};

/// Fields and when they may be used.
pub(crate) type Allowed = &'static [(&'static str, Use)];

/// When a field may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    Always,
    JsonPath,
    Jsonata,
}

/// Refuses what is not in `allowed`.
pub(crate) fn check(fields: &Fields<'_>, allowed: &[Allowed]) {
    for value in fields.iter() {
        let known = allowed.iter().copied().flatten().find(|(name, _)| *name == value.name);
        match (known, fields.scope.language) {
            (Some((_, Use::JsonPath)), QueryLanguage::Jsonata) => refuse_language(&value, "JSONata", "JSONPath"),
            (Some((_, Use::Jsonata)), QueryLanguage::JsonPath) => refuse_language(&value, "JSONPath", "JSONata"),
            (Some(_), _) => {}
            (None, _) => refuse_unknown(&value, allowed),
        }
    }
}

/// Refuses the lack of any of `names`, in one diagnostic.
pub(crate) fn require(fields: &Fields<'_>, names: &[&str]) {
    let missing: Vec<&str> = names.iter().copied().filter(|name| !fields.has(name)).collect();
    if !missing.is_empty() {
        fields.refuse(format!("these fields are required: [{}]", missing.join(", ")));
    }
}

fn refuse_unknown(value: &Value<'_>, allowed: &[Allowed]) {
    let known = allowed.iter().copied().flatten().map(|(name, _)| *name);
    let message = format!("field `{}` is not supported", value.name);
    value.refuse_name(message, did_you_mean(value.name, known));
}

fn refuse_language(value: &Value<'_>, language: &str, needed: &str) {
    let message = format!(
        "the QueryLanguage is set to `{language}`, but field `{}` is only supported for the `{needed}` QueryLanguage",
        value.name
    );
    value.refuse_name(message, None);
}
