use super::Next;
use crate::{Json, Path, Template};

/// Passes its input on, or a fixed result.
#[derive(Clone, Debug, PartialEq)]
pub struct Pass {
    /// `Result`: static
    pub result: Option<Json>,
    /// `Parameters`
    pub parameters: Option<Template>,
    /// `ResultPath`: a Reference Path; nothing where it is null. Without the field it is `$`.
    pub result_path: Option<Path>,
    /// `Next` or `End`
    pub next: Next,
}
