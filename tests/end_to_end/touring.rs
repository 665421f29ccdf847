use std::process::Command;

use crate::readme;
use crate::sandbox::Sandbox;

/// The commands of the README that need AWS; the others are run by the integration tests.
const ON_AWS: [&str; 6] = ["plan", "deploy", "start", "status", "destroy", "orphans"];

#[test]
#[ignore = "needs Python and the package registry"]
fn the_tour_of_the_readme_can_be_gone_from_plan_to_destroy() {
    let sandbox = Sandbox::new();
    let commands = readme::commands();
    let tour = commands.iter().filter(|shown| ON_AWS.contains(&shown.subcommand()));
    let mut seen = Vec::new();
    for shown in tour {
        let mut words = words(&shown.command);
        if ["deploy", "destroy"].contains(&shown.subcommand()) {
            words.push("--yes".to_owned());
        }
        let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
        let outcome = sandbox.stepwright(&words);
        assert_eq!(outcome.code, Some(0), "{}\n{outcome}", shown.command);
        seen.push(shown.subcommand());
    }
    assert_eq!(seen, ON_AWS);
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
