//! Which function, operator or values an error is about.

use jsonata_core::ast::{AstNode, BinaryOp};
use jsonata_core::value::JValue;

use crate::query::jsonata::guard::{call, is_known};
use crate::query::jsonata::tree::children_mut;

/// Host functions; their names hold a space, so that no expression can spell them.
pub(crate) const BLAME_CALL: &str = "blame call";
pub(crate) const BLAME_LEFT: &str = "blame left";
pub(crate) const BLAME_RIGHT: &str = "blame right";

/// What was being done when an error came up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Blame {
    /// The function that was about to be called.
    pub(crate) function: Option<String>,
    /// The comparison that was about to be made.
    pub(crate) operator: Option<String>,
    /// Its operands.
    pub(crate) operands: Option<(JValue, JValue)>,
}

/// `tree` with calls that note what is done next: around the last argument of each call, which is evaluated right before
/// it, and around the operands of comparisons.
pub(crate) fn blaming(tree: &AstNode) -> AstNode {
    let mut tree = tree.clone();
    note(&mut tree);
    tree
}

fn note(node: &mut AstNode) {
    for child in children_mut(node) {
        note(child);
    }
    match node {
        AstNode::Function { name, args, .. } if !name.contains(' ') => {
            let name = named(name, args.last());
            match args.last_mut() {
                Some(AstNode::Placeholder) => {}
                Some(last) => take(last, |last| call(BLAME_CALL, vec![last, name])),
                None => take(node, |node| {
                    AstNode::Block(vec![call(BLAME_CALL, vec![AstNode::Null, name]), node])
                }),
            }
        }
        AstNode::Binary { op, lhs, rhs } => {
            let Some(operator) = comparison(*op) else { return };
            take(lhs, |lhs| call(BLAME_LEFT, vec![lhs]));
            take(rhs, |rhs| call(BLAME_RIGHT, vec![rhs, AstNode::string(operator)]));
        }
        _ => {}
    }
}

/// The builtin that is called, or handed on, as in `$map(items, $uppercase)`: it is the one that does not take its
/// argument. Functions of the expression's own have no name in messages.
fn named(name: &str, last: Option<&AstNode>) -> AstNode {
    match last {
        Some(AstNode::Variable(callback)) if is_known(callback) => {
            AstNode::string(callback.split(' ').next().unwrap_or_default())
        }
        _ if is_known(name) => AstNode::string(name),
        _ => AstNode::Null,
    }
}

fn comparison(operator: BinaryOp) -> Option<&'static str> {
    match operator {
        BinaryOp::LessThan => Some("<"),
        BinaryOp::LessThanOrEqual => Some("<="),
        BinaryOp::GreaterThan => Some(">"),
        BinaryOp::GreaterThanOrEqual => Some(">="),
        _ => None,
    }
}

fn take(node: &mut AstNode, change: impl FnOnce(AstNode) -> AstNode) {
    let inner = std::mem::replace(node, AstNode::Null);
    *node = change(inner);
}
