//! Deploying, updating and destroying against AWS in this process.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests stop at the first surprise"
)]

mod deploying;
mod destroying;
mod double;
mod failing;
mod functions;
mod roles;
mod stack_under_test;
mod state_machines;
