//! The order workflow on MiniStack, an emulator of AWS that runs the functions' real bootstraps: the shipped binary, the
//! repository's own workspace, real builds, real calls.
//!
//! An emulator is lenient where AWS is not, so what it accepts proves little; what it refuses, and what it holds afterwards,
//! does. The tests are ignored by default: the first one installs MiniStack, which takes Python and the package registry.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "helpers of tests stop at the first surprise and show what the emulator said"
)]

mod account;
mod emulator;
mod project;
#[path = "../support/readme.rs"]
mod readme;
mod sandbox;
mod shifting;
#[path = "../support/timeless.rs"]
mod timeless;

mod deploying;
mod destroying;
mod executing;
mod orphans;
mod ownership;
mod touring;
mod watching;
