use insta::assert_snapshot;

use crate::support::Workspace;

#[test]
fn help_says_what_there_is() {
    assert_snapshot!(Workspace::empty().stepwright(&["--help"]).run());
}

#[test]
fn build_help_has_an_example() {
    assert_snapshot!(Workspace::empty().stepwright(&["build", "--help"]).run());
}

#[test]
fn usage_errors_exit_2() {
    assert_snapshot!(Workspace::empty().stepwright(&["biuld"]).run());
}
