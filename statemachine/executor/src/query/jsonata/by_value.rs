//! Functions of ours that are handed on, as in `$map(texts, $parse)`.
//!
//! Who calls a function that was handed to it gives it as many arguments as it takes, and the engine knows that of its
//! own functions only; and their arguments cannot be checked beforehand. So a function of the language is handed on,
//! which calls ours, under a name that no expression can spell.

use jsonata_core::ast::{AstNode, BinaryOp};
use jsonata_core::evaluator::Evaluator;
use jsonata_core::parser;
use jsonata_core::value::JValue;

use super::guard;
use super::tree::{any, children_mut};

/// A function that may be handed on.
#[derive(Debug)]
pub(crate) struct ByValue {
    pub(crate) name: &'static str,
    pub(crate) renamed: &'static str,
    parameters: &'static str,
}

const fn by_value(name: &'static str, renamed: &'static str, parameters: &'static str) -> ByValue {
    ByValue {
        name,
        renamed,
        parameters,
    }
}

static ALL: [ByValue; 16] = [
    by_value("base64decode", "base64decode value", "$a"),
    by_value("base64encode", "base64encode value", "$a"),
    by_value("clone", "clone value", "$a"),
    by_value("distinct", "distinct value", "$a"),
    by_value("formatInteger", "formatInteger value", "$a, $b"),
    by_value("hash", "hash value", "$a, $b"),
    by_value("join", "join value", "$a, $b"),
    by_value("millis", "millis value", ""),
    by_value("now", "now value", ""),
    by_value("pad", "pad value", "$a, $b, $c"),
    by_value("parse", "parse value", "$a"),
    by_value("partition", "partition value", "$a, $b"),
    by_value("random", "random value", "$a"),
    by_value("replace", "replace value", "$a, $b, $c, $d"),
    by_value("shuffle", "shuffle value", "$a"),
    by_value("uuid", "uuid value", ""),
];

/// Renames the functions that `tree` hands on, unless it binds the name itself, and tells which they are.
pub(crate) fn rename(tree: &mut AstNode) -> Vec<&'static ByValue> {
    let is_used = |function: &&ByValue| {
        let name = function.name;
        any(
            tree,
            &|node| matches!(node, AstNode::Variable(variable) if variable == name),
        ) && !any(tree, &|node| binds(node, name))
    };
    let used: Vec<&ByValue> = ALL.iter().filter(is_used).collect();
    for function in &used {
        rename_one(tree, function);
    }
    used
}

impl ByValue {
    /// The function that is handed on.
    pub(crate) fn value(&self) -> JValue {
        let source = format!("function({0}) {{ ${1}({0}) }}", self.parameters, self.name);
        let value = parser::parse(&source).ok().and_then(|mut tree| {
            guard::insert(&mut tree);
            Evaluator::new().evaluate(&tree, &JValue::Undefined).ok()
        });
        value.unwrap_or(JValue::Undefined)
    }
}

fn binds(node: &AstNode, name: &str) -> bool {
    match node {
        AstNode::Binary {
            op: BinaryOp::ColonEqual,
            lhs,
            ..
        } => **lhs == AstNode::variable(name),
        AstNode::Lambda { params, .. } => params.iter().any(|param| param == name),
        _ => false,
    }
}

fn rename_one(node: &mut AstNode, function: &ByValue) {
    match node {
        AstNode::Variable(name) if name == function.name => function.renamed.clone_into(name),
        other => children_mut(other)
            .into_iter()
            .for_each(|child| rename_one(child, function)),
    }
}
