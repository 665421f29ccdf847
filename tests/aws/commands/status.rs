use insta::assert_snapshot;

use super::Stack;
use crate::double::Kind;

#[test]
fn nothing_is_there() {
    assert_snapshot!(Stack::new().run(&["status"]));
}

#[test]
fn what_is_there() {
    let stack = Stack::new().deployed();
    stack.stepwright(&["start", "--name", "first"]).run();
    assert_snapshot!(without_times(&stack.run(&["status"])));
    assert_snapshot!(without_times(&stack.run(&["status", "--output", "json", "--quiet"])));
}

fn without_times(text: &str) -> String {
    let is_time = |word: &str| word.len() >= 20 && word.ends_with('Z') && word.starts_with("20");
    let words = text.split_inclusive([' ', '"']).map(|word| {
        let bare = word.trim_end_matches([' ', '"']);
        if is_time(bare) {
            word.replace(bare, "[TIME]")
        } else {
            word.to_owned()
        }
    });
    words.collect()
}

#[test]
fn what_a_deploy_that_failed_has_left() {
    let stack = Stack::new();
    stack.fail("CreateRole", 99, Kind::Refused(403, "AccessDenied", "no"));
    stack.stepwright(&["deploy", "--yes"]).run();
    assert_snapshot!(stack.run(&["status", "--quiet"]));
}

#[test]
fn functions_are_shown_at_the_versions_that_are_live() {
    let stack = Stack::new().deployed().changed("two").deployed();
    let outcome = stack.stepwright(&["rollback", "--yes"]).run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert_snapshot!(stack.run(&["status", "--quiet"]));
}

#[test]
fn who_changes_the_stack_is_told() {
    let stack = Stack::new().deployed();
    super::orphans::locked(&stack, "dev", &jiff::Timestamp::now().to_string());
    let outcome = stack.stepwright(&["status"]).run();
    let line = "is being changed: alice@laptop runs `destroy` (process 1) since 2026-01-01T00:00:00Z";
    assert!(outcome.stdout.contains(line), "{outcome}");
}
