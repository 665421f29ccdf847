//! A place in the definition: reads typed values and reports what is not as it should be.

use std::ops::RangeInclusive;
use std::sync::Arc;

use indexmap::IndexSet;

use super::{Content, Field, Node, Problems, Span};
use crate::{Diagnostic, MachineType, QueryLanguage};

/// What holds for everything below a place.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) problems: &'a Problems,
    pub(crate) machine_type: MachineType,
    /// The language of states that do not say otherwise.
    pub(crate) machine_language: QueryLanguage,
    /// The language here.
    pub(crate) language: QueryLanguage,
    /// The states a transition may lead to.
    pub(crate) siblings: &'a IndexSet<Arc<str>>,
}

/// The fields of an object.
#[derive(Clone)]
pub(crate) struct Fields<'a> {
    entries: &'a [Field],
    /// What a diagnostic about a missing field points to.
    pub(crate) span: Span,
    pub(crate) location: String,
    pub(crate) scope: Scope<'a>,
}

/// The value of a field, or an item of an array.
#[derive(Clone)]
pub(crate) struct Value<'a> {
    pub(crate) node: &'a Node,
    /// The field, also for items.
    pub(crate) name: &'a str,
    /// The key in the text.
    pub(crate) name_span: Span,
    pub(crate) location: String,
    pub(crate) scope: Scope<'a>,
}

impl<'a> Fields<'a> {
    /// The fields of the definition itself.
    pub(super) fn root(node: &'a Node, scope: Scope<'a>) -> Option<Fields<'a>> {
        let value = Value {
            node,
            name: "",
            name_span: node.span.start..node.span.start + 1,
            location: String::new(),
            scope,
        };
        value.fields()
    }

    pub(crate) fn get(&self, name: &str) -> Option<Value<'a>> {
        let field = self.entries.iter().find(|field| &*field.name == name)?;
        Some(self.value(field))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|field| &*field.name == name)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Value<'a>> {
        self.entries.iter().map(|field| self.value(field))
    }

    pub(crate) fn entries(&self) -> &'a [Field] {
        self.entries
    }

    /// The same in another scope.
    pub(crate) fn within(&self, scope: Scope<'a>) -> Fields<'a> {
        Fields { scope, ..self.clone() }
    }

    /// Reports what is wrong with the object as a whole.
    pub(crate) fn refuse(&self, message: impl Into<String>) {
        self.scope.problems.add(self.error("SCHEMA_VALIDATION_FAILED", message));
    }

    pub(crate) fn error(&self, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, display(&self.location), message).at(self.span.clone())
    }

    fn value(&self, field: &'a Field) -> Value<'a> {
        Value {
            node: &field.value,
            name: &field.name,
            name_span: field.name_span.clone(),
            location: format!("{}/{}", self.location, field.name),
            scope: self.scope,
        }
    }
}

impl<'a> Value<'a> {
    pub(crate) fn fields(&self) -> Option<Fields<'a>> {
        self.as_fields().or_else(|| self.expected("Object"))
    }

    /// The items of an array.
    pub(crate) fn items(&self) -> Option<Vec<Value<'a>>> {
        self.as_items().or_else(|| self.expected("Array"))
    }

    /// Like [`Value::fields`], without a word where it is something else.
    pub(crate) fn as_fields(&self) -> Option<Fields<'a>> {
        let Content::Object(entries) = &self.node.content else {
            return None;
        };
        Some(Fields {
            entries,
            span: self.name_span.clone(),
            location: self.location.clone(),
            scope: self.scope,
        })
    }

    /// Like [`Value::items`], without a word where it is something else.
    pub(crate) fn as_items(&self) -> Option<Vec<Value<'a>>> {
        let Content::Array(items) = &self.node.content else {
            return None;
        };
        let item = |(index, node): (usize, &'a Node)| Value {
            node,
            name: self.name,
            name_span: node.span.start..(node.span.start + 1).min(node.span.end),
            location: format!("{}[{index}]", self.location),
            scope: self.scope,
        };
        Some(items.iter().enumerate().map(item).collect())
    }

    /// The items of an array that must have some.
    pub(crate) fn some_items(&self) -> Option<Vec<Value<'a>>> {
        let items = self.items()?;
        if items.is_empty() {
            return self.refuse("value cannot be empty");
        }
        Some(items)
    }

    pub(crate) fn text(&self) -> Option<Arc<str>> {
        match self.node.as_text() {
            Some(text) => Some(Arc::clone(text)),
            None => self.expected("String"),
        }
    }

    pub(crate) fn boolean(&self) -> Option<bool> {
        match self.node.content {
            Content::Bool(value) => Some(value),
            _ => self.expected("Boolean"),
        }
    }

    pub(crate) fn integer(&self, range: &RangeInclusive<u64>) -> Option<u64> {
        let Content::Number(number) = &self.node.content else {
            return self.expected("Integer");
        };
        if let Some(value) = number.as_u64() {
            return self.in_range(value, range);
        }
        match number.as_f64() {
            Some(value) if value < 0.0 => self.below(range.start()),
            _ => self.expected("Integer"),
        }
    }

    pub(crate) fn float(&self, range: &RangeInclusive<f64>) -> Option<f64> {
        let Content::Number(number) = &self.node.content else {
            return self.expected("Number");
        };
        self.in_range(number.as_f64()?, range)
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self.node.content, Content::Null)
    }

    /// Reports what is wrong with the value.
    pub(crate) fn refuse<T>(&self, message: impl Into<String>) -> Option<T> {
        self.report(self.error("SCHEMA_VALIDATION_FAILED", message))
    }

    /// Reports `problem`.
    pub(crate) fn report<T>(&self, problem: Diagnostic) -> Option<T> {
        self.scope.problems.add(problem);
        None
    }

    pub(crate) fn error(&self, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, display(&self.location), message).at(self.node.span.clone())
    }

    /// Reports what is wrong with the field being there at all.
    pub(crate) fn refuse_name(&self, message: impl Into<String>, help: Option<String>) {
        let mut problem = self
            .error("SCHEMA_VALIDATION_FAILED", message)
            .at(self.name_span.clone());
        problem.help = help;
        self.scope.problems.add(problem);
    }

    fn expected<T>(&self, what: &str) -> Option<T> {
        self.refuse(format!("expected value of type {what}"))
    }

    fn in_range<T: PartialOrd + std::fmt::Display>(&self, value: T, range: &RangeInclusive<T>) -> Option<T> {
        if value < *range.start() {
            return self.below(range.start());
        }
        if value > *range.end() {
            return self.refuse(format!("maximum value is {}", range.end()));
        }
        Some(value)
    }

    fn below<T>(&self, minimum: &impl std::fmt::Display) -> Option<T> {
        self.refuse(format!("minimum value is {minimum}"))
    }
}

/// The location of the definition itself is `/`.
fn display(location: &str) -> &str {
    if location.is_empty() { "/" } else { location }
}
