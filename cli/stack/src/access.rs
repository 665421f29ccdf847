//! Whether policies allow a request, decided as IAM does.
//!
//! What cannot be decided here is never guessed: an operator, a policy variable or a context key that nobody knows makes
//! the answer [`Decision::Unclear`], unless the rest of the policies decides anyway.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>

mod condition;
mod pattern;

use std::collections::BTreeMap;

use asl::Json;

use condition::condition;
pub(crate) use pattern::Pattern;

/// What somebody wants to do.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The names of whoever asks, where a policy says whom it is about: a trust policy or a resource's policy. A service
    /// may have a global name and one of its region.
    pub principals: &'a [&'a str],
    /// The action, such as `logs:PutLogEvents`.
    pub action: &'a str,
    /// The ARN it acts on; `*` where the action knows no resources.
    pub resource: &'a str,
    /// What else is known of it.
    pub context: &'a Context,
}

/// The context keys of a request with their values.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// The values by key, such as `aws:SourceArn`. IAM does not look at the case of keys, and no more does this.
    pub values: BTreeMap<String, Vec<String>>,
    /// What is so of all other keys.
    pub others: Others,
}

/// What is so of the context keys that a [`Context`] does not name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Others {
    /// The request does not have them.
    #[default]
    Absent,
    /// It may have them, with values that nobody here knows.
    Unknown,
}

/// What policies say of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// A statement allows it, and none denies it.
    Allowed,
    /// A statement denies it.
    Denied,
    /// No statement allows it.
    NotAllowed,
    /// It depends on what is not known here.
    Unclear,
}

/// What `policies` together say of `request`, as those of one role do.
#[must_use]
pub fn decide<'a>(policies: impl IntoIterator<Item = &'a Json>, request: &Request<'_>) -> Decision {
    let mut allowed = Truth::No;
    let mut denied = Truth::No;
    for policy in policies {
        if policy.get("Statement").is_none() {
            allowed = allowed.or(Truth::Unknown);
        }
        for statement in items(policy.get("Statement")) {
            let applies = applies(statement, request);
            match statement.get("Effect").and_then(Json::as_str) {
                Some("Allow") => allowed = allowed.or(applies),
                Some("Deny") => denied = denied.or(applies),
                _ => allowed = allowed.or(Truth::Unknown),
            }
        }
    }
    match (denied, allowed) {
        (Truth::Yes, _) => Decision::Denied,
        (_, Truth::No) => Decision::NotAllowed,
        (Truth::No, Truth::Yes) => Decision::Allowed,
        _ => Decision::Unclear,
    }
}

/// The logic of IAM with one value more: what is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Truth {
    Yes,
    No,
    Unknown,
}

impl Truth {
    fn or(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::Yes, _) | (_, Truth::Yes) => Truth::Yes,
            (Truth::No, Truth::No) => Truth::No,
            _ => Truth::Unknown,
        }
    }

    fn and(self, other: Truth) -> Truth {
        self.not().or(other.not()).not()
    }

    fn not(self) -> Truth {
        match self {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            Truth::Unknown => Truth::Unknown,
        }
    }

    fn any(truths: impl IntoIterator<Item = Truth>) -> Truth {
        truths.into_iter().fold(Truth::No, Truth::or)
    }

    fn all(truths: impl IntoIterator<Item = Truth>) -> Truth {
        truths.into_iter().fold(Truth::Yes, Truth::and)
    }
}

impl From<bool> for Truth {
    fn from(truth: bool) -> Truth {
        if truth { Truth::Yes } else { Truth::No }
    }
}

/// Whether a statement is about `request`.
fn applies(statement: &Json, request: &Request<'_>) -> Truth {
    let parts = [
        principal(statement, request),
        action(statement, request),
        resource(statement, request),
    ];
    // A condition that cannot be understood does not matter where the statement is about something else.
    match Truth::all(parts) {
        Truth::No => Truth::No,
        parts => parts.and(condition(statement.get("Condition"), request.context)),
    }
}

/// A policy of a role or a user names nobody: it is about whoever has it.
fn principal(statement: &Json, request: &Request<'_>) -> Truth {
    if statement.get("NotPrincipal").is_some() {
        return Truth::Unknown;
    }
    let Some(principal) = statement.get("Principal") else {
        return Truth::Yes;
    };
    let everybody = |name: &str| name == "*";
    if let Some(name) = principal.as_str() {
        return Truth::from(everybody(name));
    }
    let kinds = principal.as_object().into_iter().flat_map(|kinds| kinds.iter());
    let mut names = kinds.flat_map(|(kind, names)| texts(Some(names)).into_iter().map(move |name| (&**kind, name)));
    Truth::from(names.any(|(kind, name)| (kind == "AWS" && everybody(name)) || request.principals.contains(&name)))
}

/// The names of actions are the same in any case.
fn action(statement: &Json, request: &Request<'_>) -> Truth {
    let asked = request.action.to_ascii_lowercase();
    let names = |key: &str| {
        let patterns = texts(statement.get(key)).into_iter().map(str::to_ascii_lowercase);
        Truth::any(patterns.map(|pattern| Pattern::plain(&pattern).fits(&asked).into()))
    };
    match statement.get("NotAction") {
        Some(_) => names("NotAction").not(),
        None => names("Action"),
    }
}

/// A trust policy names no resource: it is about the role that has it.
fn resource(statement: &Json, request: &Request<'_>) -> Truth {
    let names = |key: &str| {
        let patterns = texts(statement.get(key));
        Truth::any(
            patterns
                .into_iter()
                .map(|text| match Pattern::new(text, request.context) {
                    Some(pattern) => pattern.fits(request.resource).into(),
                    None => Truth::Unknown,
                }),
        )
    };
    match (statement.get("NotResource"), statement.get("Resource")) {
        (Some(_), _) => names("NotResource").not(),
        (None, Some(_)) => names("Resource"),
        (None, None) => Truth::Yes,
    }
}

/// The items of an array, or the one that stands without.
fn items(json: Option<&Json>) -> &[Json] {
    match json {
        Some(json) => json.as_array().unwrap_or(std::slice::from_ref(json)),
        None => &[],
    }
}

fn texts(json: Option<&Json>) -> Vec<&str> {
    items(json).iter().filter_map(Json::as_str).collect()
}

#[cfg(test)]
mod tests;
