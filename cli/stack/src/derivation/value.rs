//! What a definition tells about the value of a parameter.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use asl::path::Segment;
use asl::{Argument, Expression, Intrinsic, IntrinsicFunction, Json, Path, Root, StateKind, StateMachine, Template};

use super::jsonata;
use crate::calls::visit;

/// What is known of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// There is none.
    Absent,
    /// It is this text.
    Text(String),
    /// It begins with this text, and the rest is known at run time.
    Prefix {
        start: String,
        /// The expression that gives it.
        expression: String,
    },
    /// This expression gives it at run time.
    AtRunTime(String),
    /// It is a part of the state's input.
    Input,
}

/// What is the same in all executions.
#[derive(Debug, Default)]
pub(super) struct Constants {
    /// The ARN of the state machine itself.
    machine_arn: String,
    /// The values of the variables that are only ever given texts.
    variables: BTreeMap<Arc<str>, BTreeSet<String>>,
}

impl Constants {
    /// Those of a state machine.
    pub(super) fn new(machine: &StateMachine, machine_arn: String) -> Constants {
        let mut variables: BTreeMap<Arc<str>, Option<BTreeSet<String>>> = BTreeMap::new();
        let mut assign = |all: &[(Arc<str>, Template)]| {
            for (name, template) in all {
                let known = variables
                    .entry(Arc::clone(name))
                    .or_insert_with(|| Some(BTreeSet::new()));
                match (text_of(template), &mut *known) {
                    (Some(text), Some(texts)) => drop(texts.insert(text)),
                    _ => *known = None,
                }
            }
        };
        visit(&machine.flow, &mut |state| {
            assign(&state.assign);
            if let StateKind::Choice(choice) = &state.kind {
                choice.rules.iter().for_each(|rule| assign(&rule.assign));
            }
            let catchers = state
                .kind
                .on_error()
                .into_iter()
                .flat_map(|on_error| &on_error.catchers);
            catchers.for_each(|catcher| assign(&catcher.assign));
        });
        let known = variables.into_iter().filter_map(|(name, texts)| Some((name, texts?)));
        Constants {
            machine_arn,
            variables: known.collect(),
        }
    }

    /// The values at `path` of the parameters of a call: names with `.` between, `[]` behind one for all items of an array,
    /// `*` for all names of an object. Without parameters the call takes the state's input.
    pub(super) fn values(&self, parameters: Option<&Template>, path: &str) -> Vec<Value> {
        let Some(parameters) = parameters else {
            return vec![Value::Input];
        };
        let mut values = Vec::new();
        let steps: Vec<&str> = path.split('.').collect();
        self.walk(parameters, &steps, &mut values);
        if values.is_empty() {
            values.push(Value::Absent);
        }
        values
    }

    fn walk(&self, template: &Template, steps: &[&str], values: &mut Vec<Value>) {
        if let Template::Expression(expression) = template {
            let found = if steps.is_empty() {
                self.expression(expression)
            } else {
                vec![at_run_time(expression)]
            };
            values.extend(found);
            return;
        }
        let Some((step, rest)) = steps.split_first() else {
            values.push(leaf(template));
            return;
        };
        if *step == "*" {
            values.extend(keys(template).into_iter().map(Value::Text));
            return;
        }
        let name = step.trim_end_matches("[]");
        let Some(inside) = field(template, name) else {
            values.push(Value::Absent);
            return;
        };
        if name == *step {
            return self.walk(&inside, rest, values);
        }
        match &inside {
            Template::Array(items) => items.iter().for_each(|item| self.walk(item, rest, values)),
            Template::Literal(Json::Array(array)) => {
                let items = array.items().iter().cloned().map(Template::Literal);
                items.for_each(|item| self.walk(&item, rest, values));
            }
            Template::Expression(expression) => values.push(at_run_time(expression)),
            Template::Literal(_) | Template::Object(_) => values.push(Value::Absent),
        }
    }

    fn expression(&self, expression: &Expression) -> Vec<Value> {
        match expression {
            Expression::Path(path) => self.path(path).unwrap_or_else(|| vec![at_run_time(expression)]),
            Expression::Intrinsic(call) => vec![self.format(call).unwrap_or_else(|| at_run_time(expression))],
            Expression::Jsonata(jsonata) => match jsonata::read(&jsonata.source) {
                jsonata::Read::Text(text) => vec![Value::Text(text)],
                jsonata::Read::Prefix(start) => vec![Value::Prefix {
                    start,
                    expression: expression.text().to_string(),
                }],
                jsonata::Read::Variable(name) => match self.variables.get(name.as_str()) {
                    Some(texts) => texts.iter().cloned().map(Value::Text).collect(),
                    None => vec![at_run_time(expression)],
                },
                jsonata::Read::Machine => vec![Value::Text(self.machine_arn.clone())],
                jsonata::Read::AtRunTime => vec![at_run_time(expression)],
            },
        }
    }

    fn path(&self, path: &Path) -> Option<Vec<Value>> {
        match (&path.root, path.segments.as_slice()) {
            (Root::Variable(name), []) => {
                let texts = self.variables.get(name)?;
                Some(texts.iter().cloned().map(Value::Text).collect())
            }
            (Root::Context, [Segment::Child(object), Segment::Child(id)])
                if &**object == "StateMachine" && &**id == "Id" =>
            {
                Some(vec![Value::Text(self.machine_arn.clone())])
            }
            _ => None,
        }
    }

    /// `States.Format` with a template that is written down, as far as its values are known.
    fn format(&self, call: &Intrinsic) -> Option<Value> {
        let (Argument::Text(template), arguments) = call.arguments.split_first()? else {
            return None;
        };
        if call.function != IntrinsicFunction::Format {
            return None;
        }
        let mut start = String::new();
        let mut arguments = arguments.iter();
        let mut characters = template.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '\\' => start.extend(characters.next()),
                '{' if characters.next_if_eq(&'}').is_some() => match self.argument(arguments.next()?) {
                    Some(text) => start.push_str(&text),
                    None => {
                        return Some(Value::Prefix {
                            start,
                            expression: call.text.to_string(),
                        });
                    }
                },
                character => start.push(character),
            }
        }
        Some(Value::Text(start))
    }

    fn argument(&self, argument: &Argument) -> Option<String> {
        match argument {
            Argument::Text(text) if !text.contains('\\') => Some(text.to_string()),
            Argument::Path(path) => match self.path(path)?.as_slice() {
                [Value::Text(text)] => Some(text.clone()),
                _ => None,
            },
            Argument::Call(call) => match self.format(call)? {
                Value::Text(text) => Some(text),
                _ => None,
            },
            Argument::Text(_) | Argument::Literal(_) => None,
        }
    }
}

fn at_run_time(expression: &Expression) -> Value {
    Value::AtRunTime(expression.text().to_string())
}

/// The text that a template always gives.
fn text_of(template: &Template) -> Option<String> {
    match template {
        Template::Literal(json) => json.as_str().map(str::to_owned),
        Template::Expression(Expression::Jsonata(jsonata)) => match jsonata::read(&jsonata.source) {
            jsonata::Read::Text(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

fn leaf(template: &Template) -> Value {
    match template {
        Template::Literal(Json::String(text)) => Value::Text(text.to_string()),
        Template::Literal(Json::Null) => Value::Absent,
        Template::Literal(json) => Value::Text(json.to_string()),
        Template::Expression(expression) => at_run_time(expression),
        Template::Object(_) | Template::Array(_) => Value::AtRunTime("an object that is put together".to_owned()),
    }
}

fn field(template: &Template, name: &str) -> Option<Template> {
    match template {
        Template::Literal(json) => json.get(name).cloned().map(Template::Literal),
        Template::Object(fields) => fields
            .iter()
            .find(|(key, _)| **key == *name)
            .map(|(_, value)| value.clone()),
        Template::Expression(_) | Template::Array(_) => None,
    }
}

fn keys(template: &Template) -> Vec<String> {
    match template {
        Template::Literal(json) => {
            let object = json.as_object().into_iter().flat_map(|object| object.iter());
            object.map(|(key, _)| key.to_string()).collect()
        }
        Template::Object(fields) => fields.iter().map(|(key, _)| key.to_string()).collect(),
        Template::Expression(_) | Template::Array(_) => Vec::new(),
    }
}
