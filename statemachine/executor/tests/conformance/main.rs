//! Runs the execution cases recorded on AWS and compares status, output, error and every history event.
//!
//! The cases lie in `$CONFORMANCE_DIR`, by default `../shared/conformance` seen from the repository root.

#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test reads its cases and fails by panicking"
)]

mod case;
mod compare;
mod history;
mod report;
mod runner;
mod stop;
mod threads;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use report::{Outcome, Report};

#[test]
fn executions_match_what_was_recorded_on_aws() {
    let given = std::env::var_os("CONFORMANCE_DIR").map(PathBuf::from);
    let directory = given.unwrap_or_else(|| repository_root().join("../shared/conformance"));
    if !directory.is_dir() {
        return say(&format!(
            "no conformance case was run: {} is not there",
            directory.display()
        ));
    }
    let mut report = Report::default();
    for path in case::files(&directory) {
        let case = case::read(&path);
        let outcome = match runner::not_run(&case) {
            Some(why) => Outcome::NotRun(why),
            None => runner::run(&case),
        };
        report.add(case, outcome);
    }
    say(&report.to_string());
    report.write(&repository_root().join("target/conformance.json"));
    let known = std::fs::read_to_string(repository_root().join("statemachine/executor/tests/known-differences.md"));
    let surprises = report.surprises(&case_ids(&known.unwrap_or_default()));
    assert!(
        surprises.is_empty(),
        "{} cases differ:\n{}",
        surprises.len(),
        surprises.join("\n")
    );
}

/// The ids in the list of known differences: what begins an entry, in backticks.
fn case_ids(known: &str) -> BTreeSet<&str> {
    let entries = known.lines().filter_map(|line| line.strip_prefix("- `"));
    entries.filter_map(|entry| entry.split('`').next()).collect()
}

/// To the terminal, also where the test passes.
fn say(text: &str) {
    writeln!(std::io::stdout(), "{}", text.trim_end()).unwrap_or_else(|error| panic!("{error}"));
}

fn repository_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
