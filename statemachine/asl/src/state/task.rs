use super::{Next, RetryAndCatch};
use crate::{Dynamic, Path, Resource, Template};

/// Calls something.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// What is called.
    pub resource: Resource,
    /// `Parameters` or `Arguments`: what it is called with; without it the effective input.
    pub arguments: Option<Template>,
    /// `ResultSelector`
    pub result_selector: Option<Template>,
    /// `ResultPath`: a Reference Path; nothing where it is null and the result is discarded. Without the field it is `$`.
    pub result_path: Option<Path>,
    /// `TimeoutSeconds(Path)`
    pub timeout_seconds: Option<Dynamic<u64>>,
    /// `HeartbeatSeconds(Path)`
    pub heartbeat_seconds: Option<Dynamic<u64>>,
    /// `Credentials`
    pub credentials: Option<Template>,
    /// `Retry` and `Catch`
    pub on_error: RetryAndCatch,
    /// `Next` or `End`
    pub next: Next,
}
