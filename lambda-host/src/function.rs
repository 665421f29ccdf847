//! A function as the host runs it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use crate::error::HostError;
use crate::exchange::fits_header;
use crate::variables;

/// The longest timeout of a function.
pub(crate) const TIMEOUT_LIMIT: Duration = Duration::from_secs(15 * 60);

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

/// Whether the service would take the function.
pub(crate) fn check(function: &Function) -> Result<(), HostError> {
    for (name, value) in &function.environment {
        let reason = if variables::is_reserved(name) {
            "Lambda sets it itself"
        } else if !variables::is_valid(name, value) {
            "a name is a letter and then letters, digits and underscores, a value has no NUL character"
        } else {
            continue;
        };
        return Err(HostError::Variable {
            function: function.logical_name.clone(),
            name: name.clone(),
            reason,
        });
    }
    if function.timeout > TIMEOUT_LIMIT {
        return Err(HostError::Timeout {
            function: function.logical_name.clone(),
            timeout: function.timeout,
        });
    }
    if !fits_header(&function.arn) {
        return Err(HostError::Arn {
            function: function.logical_name.clone(),
            arn: function.arn.clone(),
        });
    }
    Ok(())
}
