//! Paths of plain names, such as `$states.input.order.id`: most expressions are no more than that, and need neither the
//! engine nor a conversion.

use std::sync::Arc;

use asl::Json;
use jsonata_core::ast::{AstNode, PathStep};

/// `$root.name.name`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PlainPath {
    pub(crate) root: Arc<str>,
    pub(crate) names: Vec<Arc<str>>,
}

/// What a plain path leads to.
pub(crate) enum Found<'a> {
    Value(&'a Json),
    Nothing,
    /// A path through an array maps over its items; the engine knows how.
    ThroughArray,
}

impl PlainPath {
    pub(crate) fn of(node: &AstNode) -> Option<PlainPath> {
        match node {
            AstNode::Variable(root) if !root.is_empty() => Some(PlainPath {
                root: root.as_str().into(),
                names: Vec::new(),
            }),
            AstNode::Path { steps } => {
                let (first, rest) = steps.split_first()?;
                let root = match (&first.node, is_plain(first)) {
                    (AstNode::Variable(root), true) if !root.is_empty() => root.as_str().into(),
                    _ => return None,
                };
                let names = rest.iter().map(plain_name).collect::<Option<Vec<_>>>()?;
                Some(PlainPath { root, names })
            }
            _ => None,
        }
    }
}

fn plain_name(step: &PathStep) -> Option<Arc<str>> {
    match &step.node {
        AstNode::Name(name) if is_plain(step) => Some(name.as_str().into()),
        _ => None,
    }
}

fn is_plain(step: &PathStep) -> bool {
    step.stages.is_empty() && step.focus.is_none() && step.index_var.is_none() && step.ancestor_label.is_none()
}

/// The value at `names` in `root`.
pub(crate) fn follow<'a>(root: &'a Json, names: &[Arc<str>]) -> Found<'a> {
    let mut value = root;
    for name in names {
        value = match value {
            Json::Array(_) => return Found::ThroughArray,
            other => match other.get(name) {
                Some(next) => next,
                None => return Found::Nothing,
            },
        };
    }
    Found::Value(value)
}
