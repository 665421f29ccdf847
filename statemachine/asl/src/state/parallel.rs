use super::{Next, RetryAndCatch};
use crate::{Flow, Path, Template};

/// Runs branches side by side; the result is the array of their outputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Parallel {
    /// At least one.
    pub branches: Vec<Flow>,
    /// `Parameters` or `Arguments`: the input of every branch.
    pub arguments: Option<Template>,
    /// `ResultSelector`
    pub result_selector: Option<Template>,
    /// `ResultPath`: a Reference Path; nothing where it is null. Without the field it is `$`.
    pub result_path: Option<Path>,
    /// `Retry` and `Catch`
    pub on_error: RetryAndCatch,
    /// `Next` or `End`
    pub next: Next,
}
