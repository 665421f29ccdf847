//! Runs executions on this machine: the executor in virtual time, over the packaged functions.
//!
//! This layer decides nothing about the language. It finds the function a Task means, makes the call through the Lambda
//! host, and gives the answer the shape that Step Functions gives it.

mod described;
mod functions;
mod lambda;
mod progress;
mod recording;
mod surroundings;

pub(crate) use described::Described;
pub(crate) use functions::{Needed, Targets, check};
pub(crate) use progress::{Progress, message, milliseconds, shown};
pub(crate) use recording::{Recording, ShownHistory};
pub(crate) use surroundings::Offline;

/// The account of executions that run nowhere: the one AWS's own documentation uses.
pub(crate) const ACCOUNT: &str = "123456789012";
/// Their region, unless the arguments name one.
pub(crate) const REGION: &str = "us-east-1";
