use insta::assert_snapshot;

use super::Stack;

#[test]
fn a_plan_shows_what_deploy_would_do_and_only_reads() {
    let stack = Stack::new();
    assert_snapshot!(stack.run(&["plan"]));
    assert_eq!(stack.mutations(), ["GetCallerIdentity"; 0]);
}

#[test]
fn a_plan_for_programs() {
    assert_snapshot!(Stack::new().run(&["plan", "--output", "json", "--quiet"]));
}

#[test]
fn changes_are_told_by_the_exit_code_if_asked_for() {
    let stack = Stack::new();
    let code = |arguments: &[&str]| stack.stepwright(arguments).run().code;
    assert_eq!(code(&["plan"]), Some(0));
    assert_eq!(code(&["plan", "--detailed-exitcode"]), Some(7));
    let stack = stack.deployed();
    assert_snapshot!(stack.run(&["plan", "--detailed-exitcode"]));
}

#[test]
fn a_change_is_shown_by_its_properties() {
    let changed = super::CONFIGURATION
        .replace("memory = 256", "memory = 512")
        .replace("info", "debug");
    let stack = Stack::new().deployed().file("stepwright.toml", &changed);
    assert_snapshot!(stack.run(&["plan"]));
}

#[test]
fn who_changes_the_stack_meanwhile_is_told() {
    let stack = Stack::new().deployed();
    super::orphans::locked(&stack, "dev", &jiff::Timestamp::now().to_string());
    assert_snapshot!(stack.run(&["plan", "--quiet"]));
}
