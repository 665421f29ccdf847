use std::process::Command;

use crate::emulator::AccessKey;
use crate::readme::{self, Shown};
use crate::sandbox::{Outcome, Sandbox};
use crate::timeless::timeless;

/// The commands of the README that need AWS, in its order; the others are run by the integration tests.
const ON_AWS: [&str; 12] = [
    "plan",
    "deploy",
    "start",
    "status",
    "start",
    "executions",
    "history",
    "logs",
    "deploy",
    "rollback",
    "destroy",
    "orphans",
];

/// Those of them that execute or look. Who deploys need not be allowed to.
const LOOKING: [&str; 5] = ["start", "status", "executions", "history", "logs"];

/// The emulator's account, and the one that the README shows.
const ACCOUNTS: [&str; 2] = ["000000000000", "123456789012"];

#[test]
#[ignore = "needs Python and the package registry"]
fn the_tour_of_the_readme_goes_from_plan_to_destroy_as_it_is_shown() {
    let sandbox = Sandbox::new();
    let commands = readme::commands();
    let tour = commands.iter().filter(|shown| ON_AWS.contains(&shown.subcommand()));
    let mut seen = Vec::new();
    for shown in tour {
        let mut words = words(&shown.command);
        if ["deploy", "rollback", "destroy"].contains(&shown.subcommand()) {
            words.push("--yes".to_owned());
        }
        if seen.contains(&"deploy") && shown.subcommand() == "deploy" {
            sandbox.project.change_confirmation_numbers();
        }
        let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
        let outcome = match LOOKING.contains(&shown.subcommand()) {
            true => sandbox.stepwright_as(&AccessKey::root(), &words),
            false => sandbox.stepwright(&words),
        };
        assert_eq!(outcome.code, Some(0), "{}\n{outcome}", shown.command);
        check_lines(shown, &outcome);
        seen.push(shown.subcommand());
    }
    assert_eq!(seen, ON_AWS);
}

/// Each line that the README shows is printed.
#[track_caller]
fn check_lines(shown: &Shown, outcome: &Outcome) {
    let [emulated, documented] = ACCOUNTS;
    let printed = timeless(&format!("{}{}", outcome.stderr, outcome.stdout)).replace(emulated, documented);
    let printed: Vec<&str> = printed.lines().collect();
    for line in shown.lines.iter().filter(|line| !["", "..."].contains(&line.trim())) {
        let mut line = timeless(line);
        if shown.subcommand() == "executions" {
            // The emulator does not tell which version an execution runs.
            line = line.replace("version 1  ", "");
        }
        assert!(
            printed.contains(&line.as_str()),
            "{}: no line `{line}`\n{outcome}",
            shown.command
        );
    }
}

/// The words of a line as a shell splits them.
fn words(line: &str) -> Vec<String> {
    let output = Command::new("sh")
        .args(["-c", &format!("printf '%s\\n' {line}")])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}
