use std::sync::Arc;

use asl::{Comparison, Dynamic, Expression, Json, JsonPathRule, Number, Path, Template, Test};

use super::fields::{Field, Naming};

/// Fields in the making, with templates taken apart: each value in them is a field of its own.
pub(super) struct Values<'a> {
    naming: Naming<'a>,
    fields: Vec<Field>,
}

impl<'a> Values<'a> {
    pub(super) fn new(naming: Naming<'a>) -> Values<'a> {
        Values {
            naming,
            fields: Vec::new(),
        }
    }

    pub(super) fn into_fields(self) -> Vec<Field> {
        self.fields
    }

    pub(super) fn add(&mut self, name: &str, value: Json) {
        let value = match value.as_str() {
            Some(text) => Json::from(self.naming.short(text)),
            None => value,
        };
        self.fields.push(Field {
            name: name.to_owned(),
            value,
        });
    }

    pub(super) fn add_if(&mut self, name: &str, value: Option<Json>) {
        if let Some(value) = value {
            self.add(name, value);
        }
    }

    /// A path, of which nothing means `null`.
    pub(super) fn add_path(&mut self, name: &str, path: Option<&Path>) {
        self.add(name, path.map_or(Json::Null, |path| Json::from(Arc::clone(&path.text))));
    }

    pub(super) fn add_dynamic<T: Clone + Into<Json>>(&mut self, name: &str, value: Option<&Dynamic<T>>) {
        if let Some(value) = value {
            let (suffix, value) = dynamic(value);
            self.add(&format!("{name}{suffix}"), value);
        }
    }

    pub(super) fn add_assign(&mut self, variables: &[(Arc<str>, Template)]) {
        for (variable, value) in variables {
            self.add_template(&format!("Assign.{variable}"), Some(value));
        }
    }

    pub(super) fn add_template(&mut self, name: &str, value: Option<&Template>) {
        match value {
            None => {}
            Some(Template::Object(fields)) if !fields.is_empty() => {
                for (key, value) in fields {
                    self.add_template(&format!("{name}.{key}"), Some(value));
                }
            }
            Some(Template::Literal(json)) => self.add_literal(name, json),
            Some(Template::Expression(expression)) => {
                let suffix = if is_jsonata(expression) { "" } else { ".$" };
                self.add(&format!("{name}{suffix}"), written(expression));
            }
            Some(other) => self.add(name, template(other)),
        }
    }

    fn add_literal(&mut self, name: &str, json: &Json) {
        match json.as_object().filter(|object| !object.is_empty()) {
            Some(object) => {
                for (key, value) in object.iter() {
                    self.add_literal(&format!("{name}.{key}"), value);
                }
            }
            None => self.add(name, json.clone()),
        }
    }
}

/// A value that may be an expression, and what the name of its field ends with.
pub(super) fn dynamic<T: Clone + Into<Json>>(value: &Dynamic<T>) -> (&'static str, Json) {
    match value {
        Dynamic::Literal(literal) => ("", literal.clone().into()),
        Dynamic::Expression(expression) if is_jsonata(expression) => ("", written(expression)),
        Dynamic::Expression(expression) => ("Path", written(expression)),
    }
}

/// A template as JSON, expressions as they are written.
pub(super) fn template(value: &Template) -> Json {
    match value {
        Template::Literal(json) => json.clone(),
        Template::Expression(expression) => written(expression),
        Template::Array(items) => Json::array(items.iter().map(template).collect()),
        Template::Object(fields) => Json::object(fields.iter().map(|(key, value)| match value {
            Template::Expression(expression) if !is_jsonata(expression) => {
                (Arc::from(format!("{key}.$")), written(expression))
            }
            value => (Arc::clone(key), template(value)),
        })),
    }
}

/// A number; one that is none is told in words.
pub(super) fn number(value: f64) -> Json {
    Number::from_f64(value).map_or_else(|| Json::from(value.to_string()), Json::Number)
}

/// When a rule of a Choice applies.
pub(super) fn condition(test: &Test) -> String {
    match test {
        Test::JsonPath(rule) => path_rule(rule),
        Test::Condition(condition) => super::fields::shown(&dynamic(condition).1),
    }
}

fn path_rule(rule: &JsonPathRule) -> String {
    let joined = |rules: &[JsonPathRule], word: &str| {
        let rules: Vec<String> = rules.iter().map(path_rule).collect();
        format!("({})", rules.join(word))
    };
    match rule {
        JsonPathRule::And(rules) => joined(rules, " and "),
        JsonPathRule::Or(rules) => joined(rules, " or "),
        JsonPathRule::Not(rule) => format!("not ({})", path_rule(rule)),
        JsonPathRule::Test { variable, comparison } => {
            let (name, (suffix, value)) = comparison_parts(comparison);
            format!("{} {name}{suffix} {value}", variable.text)
        }
    }
}

/// The operator and what it compares with.
fn comparison_parts(comparison: &Comparison) -> (&'static str, (&'static str, Json)) {
    let flag = |value: &bool| ("", Json::from(*value));
    match comparison {
        Comparison::StringEquals(value) => ("StringEquals", dynamic(value)),
        Comparison::StringLessThan(value) => ("StringLessThan", dynamic(value)),
        Comparison::StringGreaterThan(value) => ("StringGreaterThan", dynamic(value)),
        Comparison::StringLessThanEquals(value) => ("StringLessThanEquals", dynamic(value)),
        Comparison::StringGreaterThanEquals(value) => ("StringGreaterThanEquals", dynamic(value)),
        Comparison::StringMatches(pattern) => ("StringMatches", ("", Json::from(Arc::clone(pattern)))),
        Comparison::NumericEquals(value) => ("NumericEquals", dynamic(value)),
        Comparison::NumericLessThan(value) => ("NumericLessThan", dynamic(value)),
        Comparison::NumericGreaterThan(value) => ("NumericGreaterThan", dynamic(value)),
        Comparison::NumericLessThanEquals(value) => ("NumericLessThanEquals", dynamic(value)),
        Comparison::NumericGreaterThanEquals(value) => ("NumericGreaterThanEquals", dynamic(value)),
        Comparison::TimestampEquals(value) => ("TimestampEquals", dynamic(value)),
        Comparison::TimestampLessThan(value) => ("TimestampLessThan", dynamic(value)),
        Comparison::TimestampGreaterThan(value) => ("TimestampGreaterThan", dynamic(value)),
        Comparison::TimestampLessThanEquals(value) => ("TimestampLessThanEquals", dynamic(value)),
        Comparison::TimestampGreaterThanEquals(value) => ("TimestampGreaterThanEquals", dynamic(value)),
        Comparison::BooleanEquals(value) => ("BooleanEquals", dynamic(value)),
        Comparison::IsNull(value) => ("IsNull", flag(value)),
        Comparison::IsPresent(value) => ("IsPresent", flag(value)),
        Comparison::IsNumeric(value) => ("IsNumeric", flag(value)),
        Comparison::IsString(value) => ("IsString", flag(value)),
        Comparison::IsBoolean(value) => ("IsBoolean", flag(value)),
        Comparison::IsTimestamp(value) => ("IsTimestamp", flag(value)),
    }
}

fn is_jsonata(expression: &Expression) -> bool {
    matches!(expression, Expression::Jsonata(_))
}

fn written(expression: &Expression) -> Json {
    match expression {
        Expression::Jsonata(jsonata) => Json::from(format!("{{% {} %}}", jsonata.source.trim())),
        other => Json::from(Arc::clone(other.text())),
    }
}
