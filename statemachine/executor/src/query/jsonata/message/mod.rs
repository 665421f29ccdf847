//! The engine's errors in the words of JSONata's reference implementation, which are AWS's.
//!
//! The engine has the codes, but words of its own, which leave out what the reference names: the function, the operator,
//! the values. [`Blame`] finds that out by evaluating once more.

mod blame;
mod runtime;
mod syntax;

use jsonata_core::evaluator::EvaluatorError;

use super::error::EvaluationError;

pub(crate) use blame::{BLAME_CALL, BLAME_LEFT, BLAME_RIGHT, Blame, blaming};
pub(crate) use syntax::{no_function, of_parser};

/// The engine's error as an error of ours, in the engine's words.
pub(crate) fn classify(error: &EvaluatorError) -> EvaluationError {
    let text = error.message();
    let Some(start) = code_start(text) else {
        return EvaluationError::Internal(text.to_owned());
    };
    let (code, message) = text.split_at(start).1.split_at(5);
    match code {
        "D1011" | "U1001" => EvaluationError::Depth,
        "D1012" => EvaluationError::Time,
        "D2014" | "D2015" => EvaluationError::Memory,
        _ => EvaluationError::Thrown {
            code: code.to_owned(),
            message: message.trim_start_matches(':').trim_start().to_owned(),
        },
    }
}

/// An error in the reference's words.
pub(crate) fn reword(error: EvaluationError, blame: &Blame) -> EvaluationError {
    match error {
        EvaluationError::Thrown { code, message } => {
            let message = runtime::message(&code, message, blame);
            EvaluationError::Thrown { code, message }
        }
        other => other,
    }
}

/// Whether the reference names something in the message of `code` that the engine leaves out.
pub(crate) fn needs_blame(error: &EvaluationError) -> bool {
    let EvaluationError::Thrown { code, .. } = error else {
        return false;
    };
    matches!(code.as_str(), "T0410" | "T0411" | "T0412" | "T2009" | "T2010" | "T2007")
}

/// Where a code such as `T1006:` begins: at the front, or behind a few words of the engine's.
fn code_start(text: &str) -> Option<usize> {
    text.as_bytes().windows(6).position(|window| match window {
        [kind, digits @ .., b':'] => kind.is_ascii_uppercase() && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    })
}
