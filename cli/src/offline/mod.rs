//! Runs executions on this machine: the executor in virtual time, over the packaged functions and the state machines of
//! the workspace.
//!
//! This layer decides nothing about the language. It finds what a Task means, makes the call, and gives the answer the
//! shape that Step Functions gives it.

mod described;
mod functions;
mod lambda;
mod machines;
mod nested;
mod permissions;
mod progress;
mod recording;
mod surroundings;

pub(crate) use described::Described;
pub(crate) use functions::Targets;
pub(crate) use machines::{Loaded, Machine, Machines, Mocked, Needed, Source, Workspace};
pub(crate) use recording::{Recording, ShownHistory};
pub(crate) use surroundings::{Offline, Shared};

/// The account of executions that run nowhere: the one AWS's own documentation uses.
pub(crate) const ACCOUNT: &str = "123456789012";
/// Their region, unless the arguments name one.
pub(crate) const REGION: &str = "us-east-1";
