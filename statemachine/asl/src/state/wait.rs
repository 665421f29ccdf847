use std::sync::Arc;

use super::Next;
use crate::Dynamic;

/// Lets time pass.
#[derive(Clone, Debug, PartialEq)]
pub struct Wait {
    /// How long, or until when.
    pub wait_for: WaitFor,
    /// `Next` or `End`
    pub next: Next,
}

/// How long a Wait takes.
#[derive(Clone, Debug, PartialEq)]
pub enum WaitFor {
    /// `Seconds` or `SecondsPath`
    Seconds(Dynamic<u64>),
    /// `Timestamp` or `TimestampPath`
    Timestamp(Dynamic<Arc<str>>),
}
