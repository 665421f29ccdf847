//! Everything a user can see, through the real binary. One module per command.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a helper that fails is a failed test"
)]

mod build;
mod deployer;
mod enforcing;
mod help;
mod mocks;
mod nested;
mod policies;
mod readme;
mod run;
mod settings;
#[allow(dead_code, reason = "each test binary uses a part of it")]
mod support;
