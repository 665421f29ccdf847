use std::sync::Arc;

use jsonata_core::ast::{AstNode, BinaryOp};
use jsonata_core::parser;

use super::by_value::{self, ByValue};
use super::contain::contained;
use super::functions::HostFunction;
use super::path::PlainPath;
use super::references::{References, references};
use super::{functions, guard, message, patterns, tree};

/// An expression that has been read. It is plain data: `Send`, `Sync`, and the same for every execution.
#[derive(Clone, Debug)]
pub(crate) struct Compiled {
    references: References,
    pub(crate) plain: Option<PlainPath>,
    pub(crate) by_value: Vec<&'static ByValue>,
    /// The functions of ours that it calls.
    pub(crate) functions: Vec<HostFunction>,
    pub(crate) tree: AstNode,
}

impl Compiled {
    /// What the expression refers to.
    #[must_use]
    pub(crate) fn references(&self) -> &References {
        &self.references
    }
}

/// Why AWS refuses an expression when a state machine is created. Printed, it is AWS's message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CompileError {
    /// It does not parse: `INVALID_JSONATA_EXPRESSION`.
    #[error("{message}")]
    Invalid {
        /// JSONata's own code, which AWS does not show.
        code: String,
        /// The message of the code.
        message: String,
    },
    /// It refers to the input document by a name: `UNSUPPORTED_JSONATA_EXPRESSION`.
    #[error("Reference to '{0}' at the top level is not supported.")]
    TopLevel(Arc<str>),
    /// It refers to the input document by `$$`: `UNSUPPORTED_JSONATA_EXPRESSION`.
    #[error("Reference to '$$' is not supported.")]
    Root,
    /// It refers to a field of `$states` that is not there where it stands: `UNSUPPORTED_JSONATA_EXPRESSION`.
    #[error("Reference to '$states.{0}' is not supported in this field.")]
    Absent(&'static str),
}

impl CompileError {
    /// The code of AWS's diagnostic.
    #[must_use]
    pub(crate) fn code(&self) -> &'static str {
        match self {
            CompileError::Invalid { .. } => "INVALID_JSONATA_EXPRESSION",
            CompileError::TopLevel(_) | CompileError::Root | CompileError::Absent(_) => {
                "UNSUPPORTED_JSONATA_EXPRESSION"
            }
        }
    }
}

/// Reads the text between `{%` and `%}`.
///
/// # Errors
/// What AWS refuses when a state machine is created, one error for each reference it does not support.
pub(crate) fn compile(source: &str) -> Result<Compiled, Vec<CompileError>> {
    let compiled = parse(source).map_err(|error| vec![error])?;
    let errors: Vec<CompileError> = compiled.references.top_level.iter().map(unsupported).collect();
    if errors.is_empty() { Ok(compiled) } else { Err(errors) }
}

/// [`compile`] without the restrictions of Step Functions.
pub(crate) fn parse(source: &str) -> Result<Compiled, CompileError> {
    let unreadable = || CompileError::Invalid {
        code: "S0201".to_owned(),
        message: "The expression cannot be read".to_owned(),
    };
    let mut tree = match contained(|| parser::parse(source)).ok_or_else(unreadable)? {
        Ok(tree) => tree,
        Err(error) if message::no_function(&error) => guard::call("no function", Vec::new()),
        Err(error) => {
            let (code, message) = message::of_parser(&error, source);
            return Err(CompileError::Invalid { code, message });
        }
    };
    if let Some(operator) = newer_operator(&tree) {
        return Err(CompileError::Invalid {
            code: "S0211".to_owned(),
            message: format!("The symbol \"{operator}\" cannot be used as a unary operator"),
        });
    }
    let references = references(&tree);
    let plain = PlainPath::of(&tree);
    let by_value = by_value::rename(&mut tree);
    guard::insert(&mut tree);
    patterns::adapt(&mut tree)?;
    Ok(Compiled {
        functions: functions::called(&tree, &references, &by_value),
        references,
        plain,
        by_value,
        tree,
    })
}

fn unsupported(name: &Arc<str>) -> CompileError {
    match &**name {
        "$$" => CompileError::Root,
        _ => CompileError::TopLevel(name.clone()),
    }
}

/// The second symbol of an operator that came after JSONata 2.0.6: there `a ?? b` and `a ?: b` are conditionals whose
/// second operand begins with `?` or `:`.
fn newer_operator(node: &AstNode) -> Option<char> {
    match node {
        AstNode::Binary {
            op: BinaryOp::Coalesce, ..
        } => Some('?'),
        AstNode::Binary {
            op: BinaryOp::Default, ..
        } => Some(':'),
        other => tree::children(other).into_iter().find_map(newer_operator),
    }
}
