//! Regular expressions, which JSONata takes from JavaScript and the engine from the `regex` crate.
//!
//! A pattern for which that crate finds the same is put into its words. Any other becomes a matcher, as JSONata calls a
//! function that stands for a regular expression, around a host function of ours.

use jsonata_core::ast::AstNode;
use jsonata_core::parser;

use super::compile::CompileError;
use super::contain::contained;
use super::functions::encoded_pattern;
use super::guard::{PATTERN_CONTAINS, PATTERN_MATCH, PATTERN_NEXT, PATTERN_SPLIT};
use super::tree::children_mut;
use crate::query::regex;

/// `$a` and `$b` stand for host functions.
const MATCHER: &str = "function($text, $from) {(
    $find := function($text, $from, $first) {(
        $found := $a($text, $from, $first);
        $found ? $b($found, function() { $find($text, $found.end, false) })
    )};
    $find($text, $from, true)
)}";

/// Puts the regular expressions of `node` into words of the engine.
///
/// # Errors
/// A regular expression that is none.
pub(super) fn adapt(node: &mut AstNode) -> Result<(), CompileError> {
    if let AstNode::Function { name, args, .. } = node {
        takes_pattern(name, args)?;
    }
    if let AstNode::Regex { pattern, flags } = node {
        match regex::to_rust(pattern, flags).map_err(|error| invalid(pattern, &error))? {
            Some(rust) => {
                *pattern = rust;
                flags.clear();
            }
            None => *node = matcher(pattern, flags)?,
        }
        return Ok(());
    }
    children_mut(node).into_iter().try_for_each(adapt)
}

/// The engine's `$contains` and `$split` take no matchers.
fn takes_pattern(name: &mut String, arguments: &mut [AstNode]) -> Result<(), CompileError> {
    let ours = match name.as_str() {
        "contains" => PATTERN_CONTAINS,
        "split" => PATTERN_SPLIT,
        _ => return Ok(()),
    };
    for argument in arguments {
        if let AstNode::Regex { pattern, flags } = argument
            && regex::to_rust(pattern, flags)
                .map_err(|error| invalid(pattern, &error))?
                .is_none()
        {
            *argument = AstNode::String(encoded_pattern(pattern, flags));
            ours.clone_into(name);
        }
    }
    Ok(())
}

fn matcher(pattern: &str, flags: &str) -> Result<AstNode, CompileError> {
    let parsed = contained(|| parser::parse(MATCHER)).and_then(Result::ok);
    let mut tree = parsed.ok_or_else(|| CompileError::Invalid {
        code: "S0201".to_owned(),
        message: "The expression cannot be read".to_owned(),
    })?;
    name_functions(&mut tree, &encoded_pattern(pattern, flags));
    Ok(tree)
}

fn name_functions(node: &mut AstNode, pattern: &str) {
    if let AstNode::Function { name, args, is_builtin } = node {
        match name.as_str() {
            "a" => {
                PATTERN_MATCH.clone_into(name);
                args.insert(0, AstNode::String(pattern.to_owned()));
                *is_builtin = true;
            }
            "b" => {
                PATTERN_NEXT.clone_into(name);
                *is_builtin = true;
            }
            _ => {}
        }
    }
    children_mut(node)
        .into_iter()
        .for_each(|child| name_functions(child, pattern));
}

/// JSONata leaves it to JavaScript to say what is wrong.
fn invalid(pattern: &str, error: &regex::Invalid) -> CompileError {
    CompileError::Invalid {
        code: "SyntaxError".to_owned(),
        message: format!("Invalid regular expression: /{pattern}/: {error}"),
    }
}
