//! Walking the engine's syntax tree.

use jsonata_core::ast::{AstNode, PathStep, Stage};

/// What stands directly in `node`, the steps of a path with their predicates included.
pub(crate) fn children(node: &AstNode) -> Vec<&AstNode> {
    match node {
        AstNode::Path { steps } => steps.iter().flat_map(step_children).collect(),
        AstNode::Binary { lhs, rhs, .. } => vec![lhs, rhs],
        AstNode::Unary { operand: inner, .. } | AstNode::Lambda { body: inner, .. } => vec![inner],
        AstNode::FunctionApplication(inner) => vec![inner],
        AstNode::Function { args: nodes, .. }
        | AstNode::Array(nodes)
        | AstNode::ArrayGroup(nodes)
        | AstNode::Block(nodes) => nodes.iter().collect(),
        AstNode::Call { procedure, args } => std::iter::once(&**procedure).chain(args).collect(),
        AstNode::Object(pairs) => pairs.iter().flat_map(|(key, value)| [key, value]).collect(),
        AstNode::ObjectTransform { input, pattern } => std::iter::once(&**input)
            .chain(pattern.iter().flat_map(|(key, value)| [key, value]))
            .collect(),
        AstNode::Conditional {
            condition,
            then_branch,
            else_branch,
        } => [&**condition, then_branch]
            .into_iter()
            .chain(else_branch.as_deref())
            .collect(),
        AstNode::Sort { input, terms } => std::iter::once(&**input)
            .chain(terms.iter().map(|(term, _)| term))
            .collect(),
        AstNode::Transform {
            location,
            update,
            delete,
        } => [&**location, update].into_iter().chain(delete.as_deref()).collect(),
        _ => Vec::new(),
    }
}

fn step_children(step: &PathStep) -> impl Iterator<Item = &AstNode> {
    let filters = step.stages.iter().filter_map(|stage| match stage {
        Stage::Filter(filter) => Some(&**filter),
        _ => None,
    });
    std::iter::once(&step.node).chain(filters)
}

/// [`children`], to be changed.
pub(crate) fn children_mut(node: &mut AstNode) -> Vec<&mut AstNode> {
    match node {
        AstNode::Path { steps } => steps.iter_mut().flat_map(step_children_mut).collect(),
        AstNode::Binary { lhs, rhs, .. } => vec![lhs, rhs],
        AstNode::Unary { operand: inner, .. } | AstNode::Lambda { body: inner, .. } => vec![inner],
        AstNode::FunctionApplication(inner) => vec![inner],
        AstNode::Function { args: nodes, .. }
        | AstNode::Array(nodes)
        | AstNode::ArrayGroup(nodes)
        | AstNode::Block(nodes) => nodes.iter_mut().collect(),
        AstNode::Call { procedure, args } => std::iter::once(&mut **procedure).chain(args).collect(),
        AstNode::Object(pairs) => pairs.iter_mut().flat_map(|(key, value)| [key, value]).collect(),
        AstNode::ObjectTransform { input, pattern } => std::iter::once(&mut **input)
            .chain(pattern.iter_mut().flat_map(|(key, value)| [key, value]))
            .collect(),
        AstNode::Conditional {
            condition,
            then_branch,
            else_branch,
        } => [&mut **condition, then_branch]
            .into_iter()
            .chain(else_branch.as_deref_mut())
            .collect(),
        AstNode::Sort { input, terms } => std::iter::once(&mut **input)
            .chain(terms.iter_mut().map(|(term, _)| term))
            .collect(),
        AstNode::Transform {
            location,
            update,
            delete,
        } => [&mut **location, update]
            .into_iter()
            .chain(delete.as_deref_mut())
            .collect(),
        _ => Vec::new(),
    }
}

fn step_children_mut(step: &mut PathStep) -> impl Iterator<Item = &mut AstNode> {
    let filters = step.stages.iter_mut().filter_map(|stage| match stage {
        Stage::Filter(filter) => Some(&mut **filter),
        _ => None,
    });
    std::iter::once(&mut step.node).chain(filters)
}

/// Whether `holds` for `node` or anything in it.
pub(crate) fn any(node: &AstNode, holds: &dyn Fn(&AstNode) -> bool) -> bool {
    holds(node) || children(node).into_iter().any(|child| any(child, holds))
}
