//! Deploying, updating and destroying against AWS in this process.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests stop at the first surprise"
)]

mod alarms;
mod client;
mod commands;
mod deploying;
mod destroying;
mod double;
mod failing;
mod shifting;
mod functions;
mod pages;
mod rolling_back;
mod roles;
mod server;
mod stack_under_test;
mod state_machines;
mod versions;
#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "each test binary uses a part of it")]
mod support;
