//! Calls put into an expression before it is evaluated, so that it cannot build more than an evaluation may.
//!
//! The engine looks at the clock and counts levels between steps of an expression, and counts the items of sequences. It
//! does not see how large a text or a value becomes that is doubled again and again, and a single step over such a value
//! may take longer than any limit. So sizes are checked where values are put together.
//!
//! A check is itself a level of evaluation, and AWS allows few: it stands around an operand only where no function of
//! the expression's own is called below, which is where recursion would go on.

use jsonata_core::ast::{AstNode, BinaryOp};

use super::functions::is_sound;
use super::tree::{any, children_mut};

/// Host functions; their names hold a space, so that no expression can spell them.
pub(crate) const SIZE: &str = "check size";
pub(crate) const BUILT: &str = "count built";
pub(crate) const INTEGER_VALUE: &str = "integer value";
pub(crate) const INTEGER_PICTURE: &str = "integer picture";
pub(crate) const REPLACE_TEXT: &str = "replace text";
pub(crate) const REPLACE_PATTERN: &str = "replace pattern";
pub(crate) const REPLACE_WITH: &str = "replace with";
pub(crate) const RANGE_START: &str = "range start";
pub(crate) const RANGE_END: &str = "range end";
pub(crate) const PAD_ARGUMENT: &str = "pad argument";
pub(crate) const DATE_PICTURE: &str = "date picture";
pub(crate) const MILLIS: &str = "current millis";
pub(crate) const PATTERN_MATCH: &str = "pattern match";
pub(crate) const PATTERN_NEXT: &str = "pattern next";
pub(crate) const PATTERN_CONTAINS: &str = "pattern contains";
pub(crate) const PATTERN_SPLIT: &str = "pattern split";
pub(crate) const BASE64_ENCODED: &str = "base64 encoded";
pub(crate) const BASE64_TO_DECODE: &str = "base64 to decode";
pub(crate) const AS_OF_NOW: &str = "as of now";

/// Puts the checks in.
pub(crate) fn insert(tree: &mut AstNode) {
    let mode = Mode {
        repeats: any(tree, &repeats),
        iterates: any(tree, &iterates),
    };
    guard(tree, mode);
}

#[derive(Clone, Copy)]
struct Mode {
    /// Values may be fed back into what made them: through a variable, a function of the expression's own, or `$reduce`.
    repeats: bool,
    /// Something is done for each item of a sequence.
    iterates: bool,
}

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

fn iterates(node: &AstNode) -> bool {
    match node {
        AstNode::Lambda { .. } | AstNode::ObjectTransform { .. } | AstNode::Transform { .. } => true,
        AstNode::Path { steps } => steps.iter().skip(1).any(|step| !matches!(step.node, AstNode::Name(_))),
        _ => false,
    }
}

fn guard(node: &mut AstNode, mode: Mode) {
    for child in children_mut(node) {
        guard(child, mode);
    }
    keep_written(node);
    operands(node, mode);
    adapt(node);
    if mode.iterates && grows(node) && !calls_own_function(node) {
        wrap(node, BUILT);
    }
}

/// Takes checks away from where the engine looks at how something is written: an array in an array is kept whole, and
/// `~>` gives its left side to the call on its right.
fn keep_written(node: &mut AstNode) {
    match node {
        AstNode::Array(items) | AstNode::ArrayGroup(items) => {
            items.iter_mut().for_each(|item| unwrap(item, BUILT, is_constructor))
        }
        AstNode::Binary {
            op: BinaryOp::ChainPipe,
            rhs,
            ..
        } => unwrap(rhs, BUILT, |_| true),
        _ => {}
    }
}

/// Checks what a node puts together.
fn operands(node: &mut AstNode, mode: Mode) {
    match node {
        AstNode::Binary {
            op: BinaryOp::Range,
            lhs,
            rhs,
        } => {
            wrap(lhs, RANGE_START);
            wrap(rhs, RANGE_END);
        }
        AstNode::Binary { op, lhs, rhs } if joins(*op) && !(is_scalar(lhs) && is_scalar(rhs)) => {
            check(lhs, mode.repeats);
            check(rhs, mode.repeats);
        }
        AstNode::Binary { op, lhs, rhs } if compares(*op) && !is_scalar(lhs) && !is_scalar(rhs) => {
            check(lhs, mode.repeats);
        }
        AstNode::Function { name, args, .. } => arguments(name, args, mode),
        AstNode::Array(nodes) if mode.repeats => nodes.iter_mut().for_each(|node| check(node, true)),
        AstNode::Call { args: nodes, .. } if mode.repeats => nodes.iter_mut().for_each(|node| check(node, true)),
        AstNode::Object(pairs) if mode.repeats => pairs.iter_mut().for_each(|(_, value)| check(value, true)),
        _ => {}
    }
}

fn arguments(name: &str, arguments: &mut [AstNode], mode: Mode) {
    match name {
        "pad" => arguments.iter_mut().for_each(|argument| wrap(argument, PAD_ARGUMENT)),
        "formatInteger" => {
            let checks = [INTEGER_VALUE, INTEGER_PICTURE];
            arguments
                .iter_mut()
                .zip(checks)
                .for_each(|(argument, name)| wrap(argument, name));
        }
        "replace" => {
            let checks = [REPLACE_TEXT, REPLACE_PATTERN, REPLACE_WITH];
            arguments
                .iter_mut()
                .zip(checks)
                .for_each(|(argument, name)| wrap(argument, name));
        }
        "string" => arguments
            .iter_mut()
            .take(1)
            .for_each(|argument| check(argument, mode.repeats)),
        name if mode.repeats && !is_known(name) => arguments.iter_mut().for_each(|argument| check(argument, true)),
        _ => {}
    }
}

/// What the engine has otherwise than Step Functions.
fn adapt(node: &mut AstNode) {
    adapt_pipe(node);
    let AstNode::Function { name, args, .. } = node else {
        return;
    };
    match name.as_str() {
        // The engine's `$now` takes no picture.
        "now" if !args.is_empty() => {
            "fromMillis".clone_into(name);
            args.insert(0, call(MILLIS, Vec::new()));
            date_picture(args);
        }
        "fromMillis" => date_picture(args),
        "base64encode" => wrap(node, BASE64_ENCODED),
        "base64decode" => args.iter_mut().for_each(|argument| wrap(argument, BASE64_TO_DECODE)),
        // What a picture leaves out is taken from the present, which the engine asks the machine for.
        "toMillis" => {
            let picture = args.get(1).and_then(without_year);
            date_picture(args);
            if let Some(picture) = picture {
                let inner = std::mem::replace(node, AstNode::Null);
                *node = call(AS_OF_NOW, vec![inner, picture]);
            }
        }
        _ => {}
    }
}

/// `~>` gives its left side to the call on its right, so that the call must stay one.
fn adapt_pipe(node: &mut AstNode) {
    let AstNode::Binary {
        op: BinaryOp::ChainPipe,
        lhs,
        rhs,
    } = node
    else {
        return;
    };
    let is_encoded = calls(rhs, BASE64_ENCODED) || calls(rhs, "base64encode");
    unwrap(rhs, BASE64_ENCODED, |_| true);
    if calls(rhs, "base64decode") {
        wrap(lhs, BASE64_TO_DECODE);
    }
    if is_encoded {
        wrap(node, BASE64_ENCODED);
    }
}

fn calls(node: &AstNode, function: &str) -> bool {
    matches!(node, AstNode::Function { name, .. } if name == function)
}

/// Checks the second argument, the picture of a date.
fn date_picture(arguments: &mut [AstNode]) {
    match arguments.get_mut(1) {
        Some(AstNode::String(picture)) if is_sound(picture) => {}
        Some(picture) => wrap(picture, DATE_PICTURE),
        None => {}
    }
}

fn joins(operator: BinaryOp) -> bool {
    operator == BinaryOp::Concatenate
}

fn compares(operator: BinaryOp) -> bool {
    matches!(operator, BinaryOp::Equal | BinaryOp::NotEqual)
}

/// Whether the value is new, and as large as what it is made of.
fn grows(node: &AstNode) -> bool {
    match node {
        AstNode::Binary {
            op: BinaryOp::ChainPipe,
            rhs,
            ..
        } => grows(rhs),
        AstNode::Binary { op, .. } => joins(*op),
        AstNode::Array(items) => items.iter().any(|item| !is_scalar(item) && !is_constructor(item)),
        AstNode::Function { name, .. } => GROWING_FUNCTIONS.contains(&name.as_str()),
        _ => false,
    }
}

const GROWING_FUNCTIONS: [&str; 22] = [
    "append",
    "base64decode",
    "base64encode",
    "distinct",
    "keys",
    "lowercase",
    "merge",
    "pad",
    "partition",
    "replace",
    "reverse",
    "shuffle",
    "sort",
    "split",
    "spread",
    "string",
    "substring",
    "substringAfter",
    "substringBefore",
    "trim",
    "uppercase",
    "zip",
];

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

fn unwrap(node: &mut AstNode, check: &str, from: impl Fn(&AstNode) -> bool) {
    if let AstNode::Function { name, args, .. } = node
        && name == check
        && args.first().is_some_and(from)
        && let Some(inner) = args.pop()
    {
        *node = inner;
    }
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
        AstNode::Call { .. } => true,
        AstNode::Binary {
            op: BinaryOp::ChainPipe,
            rhs,
            ..
        } => match &**rhs {
            AstNode::Function { .. } => false,
            AstNode::Variable(name) => !is_known(name),
            _ => true,
        },
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
