//! Runs the execution cases recorded on AWS and compares status, output, error and every history event.
//!
//! The cases lie in `$CONFORMANCE_DIR`, by default `../shared/conformance`; seen from the repository root.

#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test reads its cases and fails by panicking"
)]

mod case;
mod compare;
#[path = "../support/directories.rs"]
mod directories;
mod history;
mod report;
mod runner;
mod stop;
mod threads;

use std::collections::BTreeSet;
use std::io::Write;

use report::{Outcome, Report};

#[test]
fn executions_match_what_was_recorded_on_aws() {
    let Some(directory) = directories::given("CONFORMANCE_DIR", "../shared/conformance") else {
        return say("no conformance case was run: ../shared/conformance is not there");
    };
    let files = case::files(&directory);
    assert!(!files.is_empty(), "there is no case in {}", directory.display());
    let mut report = Report::default();
    for path in files {
        let case = case::read(&path);
        let outcome = match runner::not_run(&case) {
            Some(why) => Outcome::NotRun(why),
            None => runner::run(&case),
        };
        report.add(case, outcome);
    }
    say(&report.to_string());
    report.write(&directories::target().join("conformance.json"));
    let known = std::fs::read_to_string(
        directories::repository_root().join("statemachine/executor/tests/known-differences.md"),
    );
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
