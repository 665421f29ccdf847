//! Our own cases of the language, one rule each: `README.md` beside this file says how they are written.

#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test reads its cases and fails by panicking"
)]

mod case;
mod compare;
mod run;

use std::path::{Path, PathBuf};

#[test]
fn every_rule_holds() {
    let (mut count, mut broken) = (0, Vec::new());
    for path in files() {
        for case in case::read(&path) {
            count += 1;
            let differences = check(&case);
            if !differences.is_empty() {
                let area = path.file_stem().unwrap_or_default().display();
                broken.push(format!("{area}: {}\n  {}", case.rule, differences.join("\n  ")));
            }
        }
    }
    assert!(
        broken.is_empty(),
        "{} of {count} rules are broken:\n{}",
        broken.len(),
        broken.join("\n")
    );
    assert!(count >= 150, "only {count} cases were found");
}

/// What differs from what the rule says.
fn check(case: &case::Case) -> Vec<String> {
    match run::run(case) {
        Ok(run) => compare::differences(case, &run),
        Err(problem) if case.refused.as_ref().is_some_and(|code| problem.starts_with(code)) => Vec::new(),
        Err(problem) => vec![problem],
    }
}

fn files() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let entries = std::fs::read_dir(&directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files
}
