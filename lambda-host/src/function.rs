//! A function as the host runs it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// One deployed function and the executable that stands in for it.
#[derive(Debug, Clone)]
pub struct Function {
    /// The deployed name.
    pub name: String,
    /// The name in the workspace, by which [`Host::invoke`](crate::Host::invoke) finds it.
    pub logical_name: String,
    /// The ARN the function is told it was invoked by.
    pub arn: String,
    /// The version, `$LATEST` unless one was published.
    pub version: String,
    /// The executable; its directory is `LAMBDA_TASK_ROOT` and the working directory.
    pub bootstrap: PathBuf,
    /// The handler setting, for `_HANDLER`.
    pub handler: String,
    /// The memory setting in MiB; the function is told, nothing limits it.
    pub memory_mib: u32,
    /// How long one invocation may take: at most 15 minutes.
    pub timeout: Duration,
    /// The function's own environment variables.
    pub environment: BTreeMap<String, String>,
}
