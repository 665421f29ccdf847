use insta::assert_snapshot;

use super::{CONFIGURATION, Stack};

const QUICK: &str = r#"{ "StartAt": "Quick", "States": { "Quick": { "Type": "Pass", "End": true } } }"#;

/// A Standard state machine that calls functions, and an Express one.
fn with_two() -> Stack {
    let express = "\n[machines.Quick]\ndefinition = \"quick.asl.json\"\ntype = \"EXPRESS\"\n";
    Stack::new()
        .file("stepwright.toml", &(CONFIGURATION.to_owned() + express))
        .file("quick.asl.json", QUICK)
}

#[test]
fn standard_and_express_state_machines_make_one_stack() {
    let stack = with_two().deployed();
    assert_eq!(stack.stepwright(&["plan", "--detailed-exitcode"]).run().code, Some(0));
    assert_snapshot!(stack.run(&["status", "--quiet"]));
    assert_eq!(stack.stepwright(&["destroy", "--yes"]).run().code, Some(0));
    assert!(stack.run(&["status"]).contains("nothing is deployed"));
}

#[test]
fn one_of_several_state_machines_changes_alone() {
    let stack = with_two().deployed();
    let changed = QUICK.replace("\"Pass\"", "\"Succeed\"").replace(", \"End\": true", "");
    let stack = stack.file("quick.asl.json", &changed);
    assert_snapshot!(stack.run(&["plan", "--quiet"]));
}

#[test]
fn one_of_several_state_machines_goes_alone() {
    let stack = with_two().deployed();
    let stack = stack.file("stepwright.toml", CONFIGURATION);
    assert_snapshot!(stack.run(&["plan", "--quiet"]));
    assert_eq!(stack.stepwright(&["deploy", "--yes"]).run().code, Some(0));
    assert_eq!(stack.stepwright(&["plan", "--detailed-exitcode"]).run().code, Some(0));
}
