//! Variables that are parameters and secrets on AWS.

use insta::assert_snapshot;

use super::DO;
use crate::support::{Invocation, Workspace};

/// A workspace whose function ends at its start if a parameter says so.
fn workspace(more: &str) -> Workspace {
    let configuration = "stack = \"show\"\n\n[functions.Puppet]\npackage = \"puppet\"\n\
                         environment = { AT_START = { ssm = \"/at-start\" } }\n\n\
                         [machines.Show]\ndefinition = \"do.asl.json\"\n\n";
    Workspace::empty()
        .file("stepwright.toml", &(configuration.to_owned() + more))
        .file("Cargo.toml", "[workspace]\nmembers = [\"puppet\"]\nresolver = \"3\"\n")
        .package("puppet", include_str!("../fixtures/puppet.rs"))
        .file("do.asl.json", DO)
}

fn run(workspace: &Workspace) -> Invocation {
    workspace
        .stepwright(&["run", "--quiet", "--input", "\"echo\""])
        .quick_builds()
}

#[test]
fn a_parameter_without_a_value_for_runs_is_told() {
    assert_snapshot!(run(&workspace("")).run());
}

#[test]
fn a_parameter_has_its_value_from_the_environment_or_the_configuration() {
    let workspace = workspace("[run.environment]\nAT_START = \"go\"\n");
    let outcome = run(&workspace).run();
    assert_eq!(
        (outcome.code, outcome.stdout.as_str()),
        (Some(0), "\"echo\"\n"),
        "{outcome}"
    );
    let outcome = run(&workspace).env("AT_START", "exit").run();
    assert!(outcome.stdout.contains("Runtime.ExitError"), "{outcome}");
}
