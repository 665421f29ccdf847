use std::sync::Arc;

use crate::Dynamic;

/// Ends the execution, or the branch, with an error.
#[derive(Clone, Debug, PartialEq)]
pub struct Fail {
    /// `Error` or `ErrorPath`
    pub error: Option<Dynamic<Arc<str>>>,
    /// `Cause` or `CausePath`
    pub cause: Option<Dynamic<Arc<str>>>,
}
