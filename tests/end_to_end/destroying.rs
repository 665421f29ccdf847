use crate::account::Resources;
use crate::sandbox::Sandbox;

#[test]
#[ignore = "needs Python and the package registry"]
fn destroy_leaves_no_role_function_state_machine_or_log_group() {
    let sandbox = Sandbox::new();
    sandbox.result(&["deploy", "--yes"]);
    sandbox.result(&["start", "--wait"]);
    sandbox.result(&["destroy", "--yes"]);
    assert_eq!(sandbox.account.resources(), Resources::default());
}

#[test]
#[ignore = "needs Python and the package registry"]
fn a_stack_that_was_destroyed_can_be_deployed_again() {
    let sandbox = Sandbox::new();
    sandbox.result(&["deploy", "--yes"]);
    sandbox.result(&["destroy", "--yes"]);
    sandbox.result(&["deploy", "--yes"]);
    let execution = sandbox.result(&["start", "--wait"]);
    assert_eq!(execution["status"], "SUCCEEDED", "{execution:#}");
}

#[test]
#[ignore = "needs Python and the package registry"]
fn a_destroy_that_is_killed_is_finished_by_the_next() {
    let sandbox = Sandbox::new();
    sandbox.result(&["deploy", "--yes"]);
    let ended = sandbox.stepwright_killed_after(1, &["destroy", "--yes"]);
    assert!(ended.is_none());
    assert_ne!(sandbox.account.resources(), Resources::default());
    sandbox.result(&["destroy", "--yes"]);
    assert_eq!(sandbox.account.resources(), Resources::default());
}

#[test]
#[ignore = "needs Python and the package registry"]
fn destroying_one_stage_leaves_the_other() {
    let sandbox = Sandbox::new();
    sandbox.result(&["deploy", "--yes", "--stage", "prod"]);
    let prod = sandbox.account.resources();
    sandbox.result(&["deploy", "--yes", "--stage", "dev"]);
    sandbox.result(&["destroy", "--yes", "--stage", "dev"]);
    assert_eq!(sandbox.account.resources(), prod);
    let execution = sandbox.result(&["start", "--wait", "--stage", "prod"]);
    assert_eq!(execution["status"], "SUCCEEDED", "{execution:#}");
}
