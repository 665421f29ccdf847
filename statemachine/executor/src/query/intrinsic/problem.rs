use std::sync::Arc;

use asl::{Intrinsic, IntrinsicFunction, Json};

use crate::data::PAYLOAD_LIMIT;
use crate::failure::StateError;
use crate::query::{PathError, Scope};

/// Why a call gives nothing, in AWS's words.
#[derive(Debug, thiserror::Error)]
pub(super) enum Problem {
    #[error("The JsonPath argument for the field '{path}' could not be found in the input '{input}'")]
    NotFound { path: Arc<str>, input: Json },
    #[error("Invalid arguments in States.{}", .0.name())]
    Arguments(IntrinsicFunction),
    #[error("Invalid template in States.Format: matching '{missing}' not found for '{brace}'")]
    Template { brace: char, missing: char },
    #[error(transparent)]
    Path(PathError),
    #[error("more than {PAYLOAD_LIMIT} bytes of text")]
    TooLarge,
}

impl Problem {
    /// The error of the whole field: AWS names the outermost call, whichever of the calls in it failed.
    pub(super) fn of_call(&self, outermost: &Intrinsic, scope: &Scope<'_>) -> StateError {
        match self {
            Problem::TooLarge => StateError::data_limit(&scope.context.state.name),
            problem => StateError::runtime(format!(
                "The function '{}' had the following error: {problem}",
                outermost.text
            )),
        }
    }
}

/// Refuses to make text of values that no payload holds: a short call can name the same large value many times.
pub(super) fn check_size(values: &[Json]) -> Result<(), Problem> {
    let bytes: usize = values.iter().map(Json::encoded_len).sum();
    if bytes > PAYLOAD_LIMIT {
        return Err(Problem::TooLarge);
    }
    Ok(())
}
