//! Deploying, updating and destroying against AWS in this process.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests stop at the first surprise"
)]

mod alarms;
mod authorization;
mod buckets;
mod client;
mod commands;
mod crashing;
mod deletions;
mod deploying;
mod destroying;
mod double;
mod drifting;
mod executions;
mod failing;
mod figures;
mod functions;
mod locking;
mod log_groups;
mod logs;
mod objects;
mod pacing;
mod pages;
mod past;
mod permissions;
mod propagating;
mod roles;
mod rolling_back;
mod rounds;
mod secrets;
mod server;
mod shifting;
mod stack_under_test;
mod state_machines;
#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "each test binary uses a part of it")]
mod support;
mod times;
mod versions;
mod watching;
mod wire;
