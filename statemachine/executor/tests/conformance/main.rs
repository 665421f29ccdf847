//! Runs the execution cases recorded on AWS and compares status, output, error and every history event.
//!
//! The cases lie in `$CONFORMANCE_DIR`, by default `../shared/conformance` seen from the repository root.

#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test reads its cases, fails by panicking and prints its table"
)]

mod case;
mod compare;
mod history;
mod report;
mod runner;

use std::path::{Path, PathBuf};

use report::{Outcome, Report};

#[test]
fn executions_match_what_was_recorded_on_aws() {
    let Some(directory) = cases_directory() else {
        println!("conformance cases are not here: none was run");
        return;
    };
    let mut report = Report::default();
    for path in case::files(&directory) {
        let case = case::read(&path);
        let outcome = match runner::not_run(&case) {
            Some(why) => Outcome::NotRun(why),
            None => runner::run(&case),
        };
        report.add(case, outcome);
    }
    report.print_table();
    report.write(&repository_root().join("target/conformance.json"));
    let known = std::fs::read_to_string(repository_root().join("statemachine/executor/tests/known-differences.md"));
    let unexpected = report.failures_outside(&known.unwrap_or_default());
    assert!(
        unexpected.is_empty(),
        "{} cases differ:\n{}",
        unexpected.len(),
        unexpected.join("\n")
    );
}

fn cases_directory() -> Option<PathBuf> {
    let given = std::env::var_os("CONFORMANCE_DIR").map(PathBuf::from);
    let directory = given.unwrap_or_else(|| repository_root().join("../shared/conformance"));
    directory.is_dir().then_some(directory)
}

fn repository_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
