//! Everything a user can see, through the real binary. One module per command.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper that fails is a failed test"
)]

mod build;
mod help;
mod settings;
mod support;
