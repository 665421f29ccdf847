use std::collections::BTreeSet;
use std::sync::Arc;

use asl::Json;

use crate::Scope;
use crate::reference::FunctionReference;

/// A definition whose functions are named without a version. A state machine gets it with the versions that were
/// published for it, which are known only after they were.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    json: Json,
    arn_prefix: String,
    functions: BTreeSet<String>,
}

impl Definition {
    /// A definition with its placeholders filled. An ARN or a `FunctionName` that names one of the `functions` by its
    /// logical name means the deployed one.
    #[must_use]
    pub fn new(json: &Json, scope: &Scope, functions: &[&str]) -> Definition {
        let arn_prefix = scope.function_arn_prefix();
        let json = rewrite(&with_arns(json, scope, functions), &arn_prefix, |function| {
            let is_ours = functions.contains(&function.name);
            is_ours.then(|| function.called(&scope.name(function.name)))
        });
        let ours: BTreeSet<String> = functions.iter().map(|logical| scope.name(logical)).collect();
        let named = named_functions(&json, &arn_prefix).into_iter().map(|(name, _)| name);
        Definition {
            functions: named.filter(|name| ours.contains(name)).collect(),
            json,
            arn_prefix,
        }
    }

    /// The deployed names of the stack's functions that it names, with or without a version.
    #[must_use]
    pub fn functions(&self) -> &BTreeSet<String> {
        &self.functions
    }

    /// The definition as it stands, functions without a version.
    #[must_use]
    pub fn unversioned(&self) -> &Json {
        &self.json
    }

    /// The definition with every function of the stack at its version; nothing when a version is not known yet. A
    /// function whose ARN has a qualifier already keeps it.
    pub fn at_versions(&self, version_of: impl Fn(&str) -> Option<u64>) -> Option<Json> {
        let known: Option<Vec<(&String, u64)>> = self
            .functions
            .iter()
            .map(|name| Some((name, version_of(name)?)))
            .collect();
        let known = known?;
        Some(rewrite(&self.json, &self.arn_prefix, |function| {
            let (name, version) = known.iter().find(|(name, _)| *name == function.name)?;
            function.qualifier.is_none().then(|| format!("{name}:{version}"))
        }))
    }
}

/// A function as a Lambda ARN names it.
pub(crate) struct NamedFunction<'a> {
    pub(crate) name: &'a str,
    /// What is behind the colon after the name, as far as it could be a name itself.
    pub(crate) qualifier: Option<&'a str>,
}

impl NamedFunction<'_> {
    /// The same function by another name.
    fn called(&self, name: &str) -> String {
        match self.qualifier {
            Some(qualifier) => format!("{name}:{qualifier}"),
            None => name.to_owned(),
        }
    }
}

/// Replaces the functions behind `arn_prefix`, with their qualifiers, wherever `replacement` has something.
pub(crate) fn rewrite(
    json: &Json,
    arn_prefix: &str,
    replacement: impl Fn(&NamedFunction<'_>) -> Option<String>,
) -> Json {
    map_strings(json, &|text: &str| rewrite_text(text, arn_prefix, &replacement))
}

/// The functions behind `arn_prefix`, each with its qualifier.
pub(crate) fn named_functions(json: &Json, arn_prefix: &str) -> Vec<(String, Option<String>)> {
    let found = std::cell::RefCell::new(Vec::new());
    rewrite(json, arn_prefix, |function| {
        let qualifier = function.qualifier.map(str::to_owned);
        found.borrow_mut().push((function.name.to_owned(), qualifier));
        None
    });
    found.into_inner()
}

fn rewrite_text(
    text: &str,
    arn_prefix: &str,
    replacement: impl Fn(&NamedFunction<'_>) -> Option<String>,
) -> Option<String> {
    let mut written = String::new();
    let mut changed = false;
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(arn_prefix) {
        let (name, behind) = split_name(behind);
        let (qualifier, after) = match behind.strip_prefix(':').map(split_name) {
            Some((qualifier, after)) => (Some(qualifier), after),
            None => (None, behind),
        };
        let function = NamedFunction { name, qualifier };
        let new = replacement(&function);
        changed |= new.is_some();
        written.push_str(before);
        written.push_str(arn_prefix);
        written.push_str(&new.unwrap_or_else(|| function.called(name)));
        rest = after;
    }
    written.push_str(rest);
    changed.then_some(written)
}

/// The same with the ARN wherever a Task invokes one of `functions` by its name: only an ARN is seen anywhere else.
fn with_arns(json: &Json, scope: &Scope, functions: &[&str]) -> Json {
    let object = match json {
        Json::Object(object) => object,
        Json::Array(array) => {
            let items = array.items().iter().map(|item| with_arns(item, scope, functions));
            return Json::array(items.collect());
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => return json.clone(),
    };
    let resource = object.get("Resource").and_then(Json::as_str).unwrap_or_default();
    let invokes = resource.contains(":states:") && resource.contains(":lambda:invoke");
    Json::object(object.iter().map(|(key, value)| {
        let value = match &**key {
            "Parameters" | "Arguments" if invokes => with_function_arn(value, scope, functions),
            _ => with_arns(value, scope, functions),
        };
        (Arc::clone(key), value)
    }))
}

fn with_function_arn(arguments: &Json, scope: &Scope, functions: &[&str]) -> Json {
    let arn = |text: &str| {
        let reference = FunctionReference::new(text, scope);
        let arn = scope.function_arn(&reference.of_workspace(scope, functions)?);
        Some(match reference.qualifier {
            Some(qualifier) => format!("{arn}:{qualifier}"),
            None => arn,
        })
    };
    let Json::Object(object) = arguments else {
        return arguments.clone();
    };
    Json::object(object.iter().map(|(key, value)| {
        let arn = value.as_str().filter(|_| &**key == "FunctionName").and_then(arn);
        (Arc::clone(key), arn.map_or_else(|| value.clone(), Json::from))
    }))
}

/// The functions whose ARNs begin with `arn_prefix` and that stand in a definition, with their versions where it names
/// one.
pub(crate) fn references(json: &Json, arn_prefix: &str) -> BTreeSet<(String, Option<u64>)> {
    let named = named_functions(json, arn_prefix).into_iter();
    named
        .map(|(name, qualifier)| (name, qualifier.and_then(|qualifier| qualifier.parse().ok())))
        .collect()
}

fn split_name(text: &str) -> (&str, &str) {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let end = text.find(|c| !is_name(c)).unwrap_or(text.len());
    text.split_at(end)
}

fn map_strings(json: &Json, map: &impl Fn(&str) -> Option<String>) -> Json {
    match json {
        Json::String(text) => map(text).map_or_else(|| json.clone(), Json::from),
        Json::Array(array) => Json::array(array.items().iter().map(|item| map_strings(item, map)).collect()),
        Json::Object(object) => Json::object(
            object
                .iter()
                .map(|(key, value)| (Arc::clone(key), map_strings(value, map))),
        ),
        Json::Null | Json::Bool(_) | Json::Number(_) => json.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, unversioned: &str, at_version_7: &str) {
        let text = text.replace("ARN", "arn:aws:lambda:us-east-1:123456789012:function");
        let definition = Definition::new(&Json::from(text), &Scope::of_tests(), &["A", "B"]);
        let short = |json: &Json| {
            let text = json.as_str().unwrap();
            text.replace("arn:aws:lambda:us-east-1:123456789012:function", "ARN")
        };
        assert_eq!(short(definition.unversioned()), unversioned);
        assert_eq!(short(&definition.at_versions(|_| Some(7)).unwrap()), at_version_7);
    }

    #[test]
    fn names_versions_of_its_own_functions_only() {
        check("ARN:order-dev-A", "ARN:order-dev-A", "ARN:order-dev-A:7");
        check("ARN:A", "ARN:order-dev-A", "ARN:order-dev-A:7");
        check("ARN:A:3", "ARN:order-dev-A:3", "ARN:order-dev-A:3");
        check("ARN:Other", "ARN:Other", "ARN:Other");
        check("ARN:order-dev-AB", "ARN:order-dev-AB", "ARN:order-dev-AB");
        check(
            "{% 'ARN:A' & 'ARN:B:$LATEST' %}",
            "{% 'ARN:order-dev-A' & 'ARN:order-dev-B:$LATEST' %}",
            "{% 'ARN:order-dev-A:7' & 'ARN:order-dev-B:$LATEST' %}",
        );
    }

    #[test]
    fn a_function_invoked_by_its_name_is_at_its_version_too() {
        let task = |name: &str| {
            let arguments = Json::object([("FunctionName", Json::from(name)), ("Payload", Json::from("B"))]);
            Json::object([
                ("Resource", Json::from("arn:aws:states:::lambda:invoke")),
                ("Parameters", arguments),
            ])
        };
        let arn = "arn:aws:lambda:us-east-1:123456789012:function:order-dev-A";
        let at_version =
            |name: &str| Definition::new(&task(name), &Scope::of_tests(), &["A", "B"]).at_versions(|_| Some(7));
        for name in ["A", "order-dev-A", "123456789012:function:A"] {
            assert_eq!(at_version(name), Some(task(&format!("{arn}:7"))), "{name}");
        }
        assert_eq!(at_version("A:$LATEST"), Some(task(&format!("{arn}:$LATEST"))));
        assert_eq!(at_version("Other"), Some(task("Other")));
    }

    #[test]
    fn is_not_known_before_every_version_is() {
        let text = "arn:aws:lambda:us-east-1:123456789012:function:A";
        let definition = Definition::new(&Json::from(text), &Scope::of_tests(), &["A"]);
        assert_eq!(definition.at_versions(|_| None), None);
    }
}
