//! AWS: connect, observe, apply, execute. The only code that calls the SDK.
//!
//! This layer decides nothing about a stack: what to do is in a [`stack::Plan`], what went wrong and whether to wait is
//! in [`stack::Retries`]. It must not print or ask; it reports [`Event`]s.

mod apply;
mod call;
mod cloud;
mod error;
mod event;
mod execution;
mod observe;
mod parallel;
mod validate;

pub use apply::{Artifacts, Outcome, apply};
pub use cloud::{Cloud, Identity, configuration};
pub use error::{CallError, Error};
pub use event::{Event, Sleep, Surroundings};
pub use execution::{Execution, ExecutionStatus, Start, describe, recent, start, wait};
pub use observe::observe;
pub use validate::validate;
