//! Everything a user can see, through the real binary. One module per command.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a failed test")]

mod help;
mod settings;
#[allow(dead_code, reason = "each test binary uses a part of it")]
mod support;
