//! What the README shows is what happens. The commands that need AWS are run by the end-to-end test.

use std::path::Path;

use crate::support::{
    readme::{self, Shown},
    shell, timeless,
};

const OFFLINE: [&str; 3] = ["run", "build", "policy"];
const ON_AWS: [&str; 10] = [
    "plan",
    "deploy",
    "start",
    "status",
    "executions",
    "history",
    "logs",
    "rollback",
    "destroy",
    "orphans",
];

#[test]
fn the_commands_of_the_readme_do_what_it_shows() {
    for shown in readme::commands() {
        assert!(
            OFFLINE.contains(&shown.subcommand()) || ON_AWS.contains(&shown.subcommand()),
            "nothing runs `{}`",
            shown.command
        );
        if OFFLINE.contains(&shown.subcommand()) {
            check(&shown);
        }
    }
}

fn check(shown: &Shown) {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap();
    let outcome = shell(&repository, &shown.command).timeless();
    let fails = shown.lines.iter().any(|line| line.starts_with("FAILED"));
    assert_eq!(
        outcome.code,
        Some(if fails { 4 } else { 0 }),
        "{}\n{outcome}",
        shown.command
    );
    let printed: Vec<&str> = outcome.stderr.lines().chain(outcome.stdout.lines()).collect();
    for line in shown.lines.iter().filter(|line| line.trim() != "...") {
        let line = timeless(line);
        assert!(
            printed.contains(&line.as_str()),
            "{}: no line `{line}`\n{outcome}",
            shown.command
        );
    }
}
