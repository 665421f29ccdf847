//! What can be wrong with functions and with calls.

use std::io;
use std::time::Duration;

use crate::function::TIMEOUT_LIMIT;
use crate::host::REQUEST_LIMIT;
use crate::limits::ACCOUNT_CONCURRENCY;

/// Why functions cannot be hosted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// Two functions have the same logical name.
    #[error("the function `{0}` is there twice")]
    DuplicateFunction(String),
    /// The service would refuse the variable.
    #[error("the function `{function}` cannot have the environment variable `{name}`: {reason}")]
    Variable {
        /// The logical name.
        function: String,
        /// The variable's name.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The service would refuse the timeout.
    #[error("the function `{function}` has a timeout of {} seconds; at most {} are allowed", timeout.as_secs_f64(), TIMEOUT_LIMIT.as_secs())]
    Timeout {
        /// The logical name.
        function: String,
        /// The timeout.
        timeout: Duration,
    },
    /// A setting that is handed to the function in an HTTP header has characters that do not fit.
    #[error("the ARN `{arn}` of the function `{function}` has characters that an ARN cannot have")]
    Arn {
        /// The logical name.
        function: String,
        /// The ARN.
        arn: String,
    },
}

/// Why a call came to no answer of the function: an error of the Invoke API.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvokeError {
    /// `ResourceNotFoundException`.
    #[error("there is no function `{function}`; known are {known:?}")]
    UnknownFunction {
        /// The name in the call.
        function: String,
        /// The logical names there are.
        known: Vec<String>,
    },
    /// `RequestTooLargeException`.
    #[error("the payload for `{function}` has {size} bytes; at most {REQUEST_LIMIT} are allowed")]
    RequestTooLarge {
        /// The logical name.
        function: String,
        /// The payload's size in bytes.
        size: usize,
    },
    /// `TooManyRequestsException`.
    #[error("too many calls at the same time, one of them of `{function}`; at most {ACCOUNT_CONCURRENCY} can run")]
    TooManyRequests {
        /// The logical name.
        function: String,
    },
    /// Part of the context has characters that do not fit in an HTTP header.
    #[error("the {0} has characters that it cannot have")]
    Context(&'static str),
    /// `ServiceException`: this machine could not start an environment.
    #[error("cannot start an execution environment for `{function}`: {source}")]
    Start {
        /// The logical name.
        function: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// The host was shut down before the function answered.
    #[error("the Lambda host was shut down")]
    ShutDown,
}
