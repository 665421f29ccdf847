//! Runs executions of a state machine as a pure function of its events.
//!
//! An [`Execution`] takes an [`Event`] and the time and gives [`Command`]s: call this task, start that timer. What it
//! did is in its [`history`](Execution::history), with the types, ids and details of AWS's `GetExecutionHistory`. The
//! same definition, input, seed and events give the same history, byte for byte.
//!
//! This layer must not look at a clock, wait, spawn, read files or call anything: time is an argument, chance comes from
//! the seed, and whoever drives it ([`simulate`] for virtual time) carries the commands out.

mod branch;
mod chance;
mod command;
mod context;
mod data;
mod execution;
mod failure;
pub mod harness;
pub mod history;
pub mod mock;
mod program;
mod query;
mod retry;
pub mod services;
mod simulation;
mod states;
mod time;
mod variables;

pub use command::{Command, Event, FailedAt, TaskId, TaskRequest, TimerId};
pub use execution::{Execution, Outcome, Start, Status, Workflow};
pub use failure::Failure;
pub use history::{History, HistoryEvent};
pub use program::Program;
pub use query::{PathError, jsonata, jsonpath};
pub use simulation::{Answer, Awaited, IdleClock, Nested, Reply, Surroundings, simulate};
