//! What an expression refers to.

use std::collections::BTreeSet;
use std::sync::Arc;

use jsonata_core::ast::{AstNode, PathStep, Stage};

use super::tree::children;

/// A field of `$states`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum StatesField {
    /// `$states` as a whole, or looked into in a way that cannot be told beforehand.
    All,
    /// `input`
    Input,
    /// `result`
    Result,
    /// `errorOutput`
    ErrorOutput,
    /// `context`
    Context,
    /// Any other name.
    Unknown(Arc<str>),
}

/// What an expression refers to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct References {
    /// Fields of `$states`.
    pub(crate) states: BTreeSet<StatesField>,
    /// Names of variables without their `$`, those that the expression itself binds included, `states` not.
    pub(crate) variables: BTreeSet<Arc<str>>,
    /// References to the input document, which Step Functions does not have: names at the top level, `$`, `$$`.
    pub(crate) top_level: Vec<Arc<str>>,
}

pub(crate) fn references(node: &AstNode) -> References {
    let mut found = References::default();
    collect(node, Place::Top, &mut found);
    found
}

/// What a name would be looked up in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The input document.
    Top,
    /// The value that a step, predicate, sort term or group works on.
    Inside,
}

fn collect(node: &AstNode, place: Place, found: &mut References) {
    match node {
        AstNode::Name(name) => top_level(name, place, found),
        AstNode::Variable(name) if name.is_empty() => top_level("$", place, found),
        AstNode::ParentVariable(_) => push(&mut found.top_level, "$$"),
        AstNode::Wildcard => top_level("*", place, found),
        AstNode::Descendant => top_level("**", place, found),
        AstNode::Variable(name) if name == "$" => push(&mut found.top_level, "$$"),
        AstNode::Variable(name) if name == "states" => {
            found.states.insert(StatesField::All);
        }
        AstNode::Variable(name) => {
            found.variables.insert(name.as_str().into());
        }
        AstNode::Function { name, args, .. } => {
            found.variables.insert(name.as_str().into());
            args.iter().for_each(|arg| collect(arg, place, found));
        }
        AstNode::Path { steps } => path(steps, place, found),
        AstNode::ObjectTransform { input, pattern } => {
            collect(input, place, found);
            for (key, value) in pattern {
                collect(key, Place::Inside, found);
                collect(value, Place::Inside, found);
            }
        }
        AstNode::Sort { input, terms } => {
            collect(input, place, found);
            terms.iter().for_each(|(term, _)| collect(term, Place::Inside, found));
        }
        AstNode::Transform { .. } => children(node)
            .into_iter()
            .for_each(|child| collect(child, Place::Inside, found)),
        other => children(other)
            .into_iter()
            .for_each(|child| collect(child, place, found)),
    }
}

fn path(steps: &[PathStep], place: Place, found: &mut References) {
    let Some((first, rest)) = steps.split_first() else {
        return;
    };
    match (&first.node, rest.first().map(|step| &step.node)) {
        (AstNode::Variable(root), Some(AstNode::Name(field))) if root == "states" && first.stages.is_empty() => {
            found.states.insert(states_field(field));
        }
        (node, _) => collect(node, place, found),
    }
    for step in rest {
        collect(&step.node, Place::Inside, found);
    }
    for stage in steps.iter().flat_map(|step| &step.stages) {
        if let Stage::Filter(filter) = stage {
            collect(filter, Place::Inside, found);
        }
    }
}

fn states_field(name: &str) -> StatesField {
    match name {
        "input" => StatesField::Input,
        "result" => StatesField::Result,
        "errorOutput" => StatesField::ErrorOutput,
        "context" => StatesField::Context,
        other => StatesField::Unknown(other.into()),
    }
}

fn top_level(name: &str, place: Place, found: &mut References) {
    if place == Place::Top {
        push(&mut found.top_level, name);
    }
}

fn push(names: &mut Vec<Arc<str>>, name: &str) {
    if !names.iter().any(|known| &**known == name) {
        names.push(name.into());
    }
}
