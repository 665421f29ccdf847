use insta::assert_snapshot;

use super::Stack;

/// Versions 1 and 2 were live.
fn second() -> Stack {
    Stack::new().deployed().changed("two").deployed()
}

#[test]
fn going_back_shows_the_plan_and_what_is_live_again() {
    let stack = second();
    assert_snapshot!(stack.run(&["rollback", "--yes"]));
    assert_eq!(stack.mutations(), ["UpdateStateMachineAlias"]);
    assert_snapshot!(stack.run(&["rollback", "--yes"]));
    assert_snapshot!(stack.run(&["plan"]));
}

#[test]
fn going_back_for_programs() {
    let stack = second();
    let arguments = [
        "rollback", "Workflow", "--to", "1", "--yes", "--quiet", "--output", "json",
    ];
    assert_snapshot!(stack.run(&arguments));
    assert_snapshot!(stack.run(&["rollback", "--to", "1", "--quiet"]));
}

#[test]
fn nothing_changes_without_a_yes() {
    let stack = second();
    assert_snapshot!(stack.run(&["rollback", "--quiet"]));
    assert_eq!(stack.mutations(), [""; 0]);
}

#[test]
fn what_is_not_deployed_has_nothing_to_go_back_to() {
    assert_snapshot!(Stack::new().run(&["rollback", "--quiet", "--yes"]));
}
