use std::sync::Arc;

use super::Span;
use crate::{Json, json::Number};

/// A JSON value with its place in the text.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) content: Content,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    Null,
    Bool(bool),
    Number(Number),
    String(Arc<str>),
    Array(Vec<Node>),
    Object(Vec<Field>),
}

/// A field of an object.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: Arc<str>,
    pub(crate) name_span: Span,
    pub(crate) value: Node,
}

impl Node {
    pub(crate) fn to_json(&self) -> Json {
        match &self.content {
            Content::Null => Json::Null,
            Content::Bool(value) => Json::Bool(*value),
            Content::Number(number) => Json::Number(number.clone()),
            Content::String(text) => Json::String(Arc::clone(text)),
            Content::Array(items) => Json::array(items.iter().map(Node::to_json).collect()),
            Content::Object(fields) => Json::object(
                fields
                    .iter()
                    .map(|field| (Arc::clone(&field.name), field.value.to_json())),
            ),
        }
    }

    pub(crate) fn as_text(&self) -> Option<&Arc<str>> {
        match &self.content {
            Content::String(text) => Some(text),
            _ => None,
        }
    }
}

impl Field {
    /// The key and the value.
    pub(crate) fn span(&self) -> Span {
        self.name_span.start..self.value.span.end
    }
}
