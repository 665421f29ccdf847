use asl::{Json, Jsonata};

use super::{Location, Scope};
use crate::failure::StateError;

pub(crate) fn evaluate(jsonata: &Jsonata, _scope: &Scope<'_>, location: &Location<'_>) -> Result<Json, StateError> {
    Err(StateError::query_evaluation(
        &jsonata.source,
        Some(location.to_string()),
    ))
}
