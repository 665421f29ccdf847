//! The host with real processes: every behaviour of a bootstrap and what the caller sees of it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

mod answers;
mod failures;
mod fixture;
mod lifecycle;
mod logs;
mod protocol;
