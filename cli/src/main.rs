//! The `stepwright` command: parse, dispatch, exit code.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    stepwright::run(stepwright::args::Args::parse())
}
