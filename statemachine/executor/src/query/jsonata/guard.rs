//! Calls put into an expression before it is evaluated, so that it cannot build more than an evaluation may.
//!
//! The engine looks at the clock and counts levels between steps of an expression, and counts the items of sequences. It
//! does not see how large a text or a value becomes that is doubled again and again, and a single step over such a value
//! may take longer than any limit. So sizes are checked where values are put together.
//!
//! A check is itself a level of evaluation, and AWS allows few: it stands around an operand only where no function of
//! the expression's own is called below, which is where recursion would go on.

use jsonata_core::ast::{AstNode, BinaryOp};

use super::tree::{any, children_mut};

/// Host functions; their names hold a space, so that no expression can spell them.
pub(crate) const SIZE: &str = "check size";
pub(crate) const RANGE_START: &str = "range start";
pub(crate) const RANGE_END: &str = "range end";
pub(crate) const PAD_ARGUMENT: &str = "pad argument";
pub(crate) const MILLIS: &str = "current millis";
pub(crate) const AS_OF_NOW: &str = "as of now";

pub(crate) fn insert(tree: &mut AstNode) {
    let repeats = any(tree, &repeats);
    guard(tree, repeats);
}

/// Whether values may be fed back into what made them: through a variable, a function of the expression's own, or
/// `$reduce`. A function written as the argument of `$map` and its kin runs once for each item, no more.
fn repeats(node: &AstNode) -> bool {
    match node {
        AstNode::Binary {
            op: BinaryOp::ColonEqual,
            ..
        }
        | AstNode::Call { .. } => true,
        AstNode::Function { name, .. } => name == "reduce",
        _ => false,
    }
}

fn guard(node: &mut AstNode, repeats: bool) {
    for child in children_mut(node) {
        guard(child, repeats);
    }
    match node {
        AstNode::Binary {
            op: BinaryOp::Range,
            lhs,
            rhs,
        } => {
            wrap(lhs, RANGE_START);
            wrap(rhs, RANGE_END);
        }
        AstNode::Binary {
            op: BinaryOp::Concatenate | BinaryOp::Equal | BinaryOp::NotEqual,
            lhs,
            rhs,
        } if !is_scalar(lhs) && !is_scalar(rhs) => {
            check(lhs, repeats);
            check(rhs, repeats);
        }
        AstNode::Binary {
            op: BinaryOp::Concatenate,
            lhs,
            rhs,
        } => {
            check(lhs, repeats);
            check(rhs, repeats);
        }
        AstNode::Function { name, args, .. } if name == "pad" => {
            args.iter_mut().for_each(|arg| wrap(arg, PAD_ARGUMENT));
        }
        // The engine's `$now` takes no picture.
        AstNode::Function { name, args, .. } if name == "now" && !args.is_empty() => {
            "fromMillis".clone_into(name);
            args.insert(0, call(MILLIS, Vec::new()));
        }
        // What a picture leaves out is taken from the present, which the engine asks the machine for.
        AstNode::Function { name, args, .. } if name == "toMillis" => {
            if let Some(picture) = args.get(1).and_then(without_year) {
                let inner = std::mem::replace(node, AstNode::Null);
                *node = call(AS_OF_NOW, vec![inner, picture]);
            }
        }
        AstNode::Function { name, args, .. } if name == "string" => {
            args.iter_mut().take(1).for_each(|arg| check(arg, repeats));
        }
        AstNode::Array(items) if repeats => items.iter_mut().for_each(|item| check(item, true)),
        AstNode::Object(pairs) if repeats => pairs.iter_mut().for_each(|(_, value)| check(value, true)),
        AstNode::Function { name, args, .. } if repeats && !is_known(name) => {
            args.iter_mut().for_each(|arg| check(arg, true));
        }
        AstNode::Call { args, .. } if repeats => args.iter_mut().for_each(|arg| check(arg, true)),
        _ => {}
    }
}

/// Puts a check of its size around a value, or around what it is made of where a function is called on the way.
fn check(node: &mut AstNode, leaves: bool) {
    match node {
        AstNode::Conditional {
            then_branch,
            else_branch,
            ..
        } => {
            check(then_branch, leaves);
            if let Some(branch) = else_branch {
                check(branch, leaves);
            }
        }
        AstNode::Block(nodes) => nodes.iter_mut().rev().take(1).for_each(|last| check(last, leaves)),
        _ if is_scalar(node) || is_constructor(node) || calls_own_function(node) => {}
        _ if leaves || any(node, &|node| matches!(node, AstNode::Function { .. })) => wrap(node, SIZE),
        _ => {}
    }
}

fn wrap(node: &mut AstNode, name: &str) {
    if matches!(node, AstNode::Placeholder) {
        return;
    }
    let inner = std::mem::replace(node, AstNode::Null);
    *node = call(name, vec![inner]);
}

/// A call of a host function.
pub(crate) fn call(name: &str, args: Vec<AstNode>) -> AstNode {
    AstNode::Function {
        name: name.to_owned(),
        args,
        is_builtin: true,
    }
}

fn without_year(picture: &AstNode) -> Option<AstNode> {
    match picture {
        AstNode::String(text) if text.contains("[Y") || text.contains("[X") => None,
        AstNode::String(_) | AstNode::Variable(_) => Some(picture.clone()),
        _ => None,
    }
}

/// Whether the value is a number, boolean, null, short text or function, or has been checked.
fn is_scalar(node: &AstNode) -> bool {
    match node {
        AstNode::String(_)
        | AstNode::Number(_)
        | AstNode::Boolean(_)
        | AstNode::Null
        | AstNode::Placeholder
        | AstNode::Regex { .. }
        | AstNode::Unary { .. }
        | AstNode::Lambda { .. }
        | AstNode::Transform { .. } => true,
        AstNode::Binary { op, .. } => !matches!(
            op,
            BinaryOp::Concatenate | BinaryOp::ColonEqual | BinaryOp::ChainPipe | BinaryOp::Coalesce | BinaryOp::Default
        ),
        AstNode::Function { name, .. } => SCALAR_FUNCTIONS.contains(&name.as_str()),
        _ => false,
    }
}

const SCALAR_FUNCTIONS: [&str; 32] = [
    "abs",
    "average",
    "boolean",
    "ceil",
    "contains",
    "count",
    "exists",
    "floor",
    "formatBase",
    "formatInteger",
    "formatNumber",
    "fromMillis",
    "hash",
    "length",
    "max",
    "millis",
    "min",
    "not",
    "now",
    "number",
    "parseInteger",
    "power",
    "random",
    "round",
    "sqrt",
    "sum",
    "toMillis",
    "type",
    "uuid",
    SIZE,
    PAD_ARGUMENT,
    AS_OF_NOW,
];

/// An array in an array is kept whole because it is written as one, so it must go on being one.
fn is_constructor(node: &AstNode) -> bool {
    match node {
        AstNode::Array(_) | AstNode::Object(_) => true,
        AstNode::Path { steps } => steps.first().is_some_and(|step| is_constructor(&step.node)),
        _ => false,
    }
}

fn calls_own_function(node: &AstNode) -> bool {
    any(node, &|node| match node {
        AstNode::Function { name, .. } => !is_known(name),
        AstNode::Call { .. } | AstNode::Lambda { .. } => true,
        AstNode::Binary { op, .. } => *op == BinaryOp::ChainPipe,
        _ => false,
    })
}

/// Whether a name is a builtin's, which calls nothing of the expression's own unless it is given to it.
pub(crate) fn is_known(name: &str) -> bool {
    BUILTINS.binary_search(&name).is_ok() || name.contains(' ')
}

const BUILTINS: [&str; 69] = [
    "abs",
    "append",
    "assert",
    "average",
    "base64decode",
    "base64encode",
    "boolean",
    "ceil",
    "clone",
    "contains",
    "count",
    "decodeUrl",
    "decodeUrlComponent",
    "distinct",
    "each",
    "encodeUrl",
    "encodeUrlComponent",
    "error",
    "exists",
    "filter",
    "floor",
    "formatBase",
    "formatInteger",
    "formatNumber",
    "fromMillis",
    "hash",
    "join",
    "keys",
    "length",
    "lookup",
    "lowercase",
    "map",
    "match",
    "max",
    "merge",
    "millis",
    "min",
    "not",
    "now",
    "number",
    "pad",
    "parse",
    "parseInteger",
    "partition",
    "power",
    "random",
    "range",
    "reduce",
    "replace",
    "reverse",
    "round",
    "shuffle",
    "sift",
    "single",
    "sort",
    "split",
    "spread",
    "sqrt",
    "string",
    "substring",
    "substringAfter",
    "substringBefore",
    "sum",
    "toMillis",
    "trim",
    "type",
    "uppercase",
    "uuid",
    "zip",
];
