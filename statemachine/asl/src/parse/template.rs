//! `Parameters`, `Arguments`, `Output` and their like. AWS locates what is wrong in a template at the field that holds
//! it; the bytes are those of the very place.

use std::collections::HashSet;
use std::sync::Arc;

use super::expression::{jsonata_in, parse_path_or_call};
use super::{Content, Field, Fields, Node, Value};
use crate::validate::{self, likely_paths};
use crate::{Expression, Json, QueryLanguage, Template};

/// The template in field `name`.
pub(super) fn template(fields: &Fields<'_>, name: &str) -> Option<Template> {
    let value = fields.get(name)?;
    let template = read(value.node, &value);
    Some(template)
}

/// The variables that `Assign` sets.
pub(super) fn assign(fields: &Fields<'_>) -> Vec<(Arc<str>, Template)> {
    let Some(value) = fields.get("Assign") else {
        return Vec::new();
    };
    let Some(variables) = value.fields() else {
        return Vec::new();
    };
    let entries = object(variables.entries(), &value);
    for (entry, (name, _)) in variables.iter().zip(&entries) {
        validate::variable_names::check(name, &entry);
    }
    entries
}

fn read(node: &Node, whole: &Value<'_>) -> Template {
    match &node.content {
        Content::String(text) if whole.scope.language == QueryLanguage::Jsonata => jsonata_in(text).map_or_else(
            || Template::Literal(Json::String(Arc::clone(text))),
            |jsonata| Template::Expression(Expression::Jsonata(jsonata)),
        ),
        Content::Array(items) => array(items.iter().map(|item| read(item, whole)).collect()),
        Content::Object(fields) => literal_if_all_are(object(fields, whole)),
        _ => Template::Literal(node.to_json()),
    }
}

fn array(items: Vec<Template>) -> Template {
    match items.iter().map(as_literal).collect::<Option<Vec<Json>>>() {
        Some(literals) => Template::Literal(Json::array(literals)),
        None => Template::Array(items),
    }
}

fn literal_if_all_are(entries: Vec<(Arc<str>, Template)>) -> Template {
    let literal = |(name, value): &(Arc<str>, Template)| Some((Arc::clone(name), as_literal(value)?));
    match entries.iter().map(literal).collect::<Option<Vec<_>>>() {
        Some(literals) => Template::Literal(Json::object(literals)),
        None => Template::Object(entries),
    }
}

fn as_literal(template: &Template) -> Option<Json> {
    match template {
        Template::Literal(json) => Some(json.clone()),
        _ => None,
    }
}

fn object(fields: &[Field], whole: &Value<'_>) -> Vec<(Arc<str>, Template)> {
    let mut names = HashSet::new();
    let mut entries = Vec::with_capacity(fields.len());
    for field in fields {
        let (name, value) = entry(field, whole);
        if !names.insert(Arc::clone(&name)) {
            let message = format!("the field `{name}` is given twice, as `{name}` and as `{name}.$`");
            let problem = whole.error("SCHEMA_VALIDATION_FAILED", message);
            whole.report::<()>(problem.at(field.name_span.clone()));
        }
        entries.push((name, value));
    }
    entries
}

fn entry(field: &Field, whole: &Value<'_>) -> (Arc<str>, Template) {
    let dynamic = match whole.scope.language {
        QueryLanguage::JsonPath => field.name.strip_suffix(".$"),
        QueryLanguage::Jsonata => None,
    };
    let Some(name) = dynamic else {
        likely_paths::check_field(field, whole);
        return (Arc::clone(&field.name), read(&field.value, whole));
    };
    (
        Arc::from(name),
        expression(field, whole).unwrap_or(Template::Literal(Json::Null)),
    )
}

fn expression(field: &Field, whole: &Value<'_>) -> Option<Template> {
    let mut problem = whole
        .error(
            "SCHEMA_VALIDATION_FAILED",
            format!(
                "the value for the field `{}` must be a valid JSONPath or a valid intrinsic function call",
                field.name
            ),
        )
        .at(field.value.span.clone());
    if let Some(text) = field.value.as_text() {
        match parse_path_or_call(text) {
            Ok(expression) => return Some(Template::Expression(expression)),
            Err(error) => problem.help = Some(error.to_string()),
        }
    }
    whole.report(problem)
}
