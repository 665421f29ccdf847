//! Which fields there may be, in which query language, and which there must be.

use crate::QueryLanguage;
use crate::parse::{Fields, Value, did_you_mean};

/// Fields, by the query language they may be used in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowed {
    pub(crate) always: &'static [&'static str],
    pub(crate) jsonpath: &'static [&'static str],
    pub(crate) jsonata: &'static [&'static str],
}

impl Allowed {
    /// No field.
    pub(crate) const NONE: Allowed = Allowed {
        always: &[],
        jsonpath: &[],
        jsonata: &[],
    };
}

/// Refuses what is not in `allowed`.
pub(crate) fn check(fields: &Fields<'_>, allowed: &[Allowed]) {
    for value in fields.iter() {
        let is_in = |group: fn(&Allowed) -> &'static [&'static str]| {
            allowed.iter().any(|allowed| group(allowed).contains(&value.name))
        };
        match fields.scope.language {
            _ if is_in(|allowed| allowed.always) => {}
            QueryLanguage::JsonPath if is_in(|allowed| allowed.jsonpath) => {}
            QueryLanguage::Jsonata if is_in(|allowed| allowed.jsonata) => {}
            QueryLanguage::Jsonata if is_in(|allowed| allowed.jsonpath) => {
                refuse_language(&value, "JSONata", "JSONPath")
            }
            QueryLanguage::JsonPath if is_in(|allowed| allowed.jsonata) => {
                refuse_language(&value, "JSONPath", "JSONata")
            }
            _ => refuse_unknown(&value, allowed),
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
    let all = |allowed: &Allowed| {
        [allowed.always, allowed.jsonpath, allowed.jsonata]
            .into_iter()
            .flatten()
            .copied()
    };
    let known = allowed.iter().flat_map(all);
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
