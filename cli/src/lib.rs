//! The `stepwright` command as a library, so that tests can reach what lies under the arguments.
//!
//! Only this crate knows clap, terminals, SDK configuration and exit codes. [`args`] ends at [`settings`]; commands
//! read plain values, report events and give one result; [`output`] alone writes to the terminal.

pub mod args;
pub mod aws;
mod commands;
mod declared;
pub mod definition;
pub mod diagnostics;
pub mod error;
mod history;
pub mod input;
pub mod interrupt;
mod offline;
pub mod output;
pub mod package;
pub mod settings;
mod since;

use std::{panic::AssertUnwindSafe, process::ExitCode};

use error::{Error, Exit};
use output::Output;

/// Runs one command to its end and gives the process's exit code.
#[must_use]
pub fn run(args: args::Args) -> ExitCode {
    let output = Output::new(&args.global);
    error::replace_panic_message(output.clone());
    let command = || {
        runtime()?.block_on(async {
            interrupt::listen()?;
            commands::dispatch(args, &output).await
        })
    };
    match std::panic::catch_unwind(AssertUnwindSafe(command)) {
        Ok(outcome) => output.finish(outcome).into(),
        Err(_) => Exit::Unexpected.into(),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, Error> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| Error::io("start the asynchronous runtime", source))
}
