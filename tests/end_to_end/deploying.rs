use serde_json::{Value, json};

use crate::sandbox::Sandbox;

#[test]
#[ignore = "needs Python and the package registry"]
fn a_second_deploy_changes_nothing() {
    let sandbox = Sandbox::new();
    sandbox.result(&["deploy", "--yes"]);
    let deployed = sandbox.account.resources();
    let again = sandbox.result(&["deploy", "--yes"]);
    assert_eq!(again["applied"], 0, "{again:#}");
    assert_eq!(sandbox.account.resources(), deployed);
}

#[test]
#[ignore = "needs Python and the package registry"]
fn a_changed_lambda_is_live_after_the_next_deploy() {
    let sandbox = Sandbox::new();
    sandbox.result(&["deploy", "--yes"]);
    let before = sandbox.result(&["start", "--wait"]);
    sandbox.project.change_confirmation_numbers();
    sandbox.result(&["deploy", "--yes"]);
    let after = sandbox.result(&["start", "--wait"]);
    let prefix = |execution: &Value| {
        let number = execution["output"]["confirmation"]["confirmation_number"].as_str();
        number.unwrap().split('-').next().unwrap().to_owned()
    };
    assert_eq!([prefix(&before), prefix(&after)], ["conf", "changed"]);
    let status = sandbox.result(&["status"]);
    assert_eq!(
        status["stateMachines"][0]["live"],
        json!([{"version": 2, "weight": 100}]),
        "{status:#}"
    );
    assert_eq!(
        versions(&status),
        [
            ("order-dev-CheckInventoryFunction", 1),
            ("order-dev-ConfirmOrderFunction", 2),
            ("order-dev-ProcessPaymentFunction", 1),
            ("order-dev-ValidateOrderFunction", 1)
        ]
    );
}

#[test]
#[ignore = "needs Python and the package registry"]
fn a_plan_tells_of_a_changed_lambda_and_changes_nothing() {
    let sandbox = Sandbox::new();
    sandbox.result(&["deploy", "--yes"]);
    let deployed = sandbox.account.resources();
    let unchanged = sandbox.stepwright(&["plan", "--detailed-exitcode"]);
    assert_eq!(unchanged.code, Some(0), "{unchanged}");
    sandbox.project.change_confirmation_numbers();
    let changed = sandbox.stepwright(&["plan", "--detailed-exitcode"]);
    assert_eq!(changed.code, Some(7), "{changed}");
    assert!(changed.stdout.contains("order-dev-ConfirmOrderFunction"), "{changed}");
    assert!(!changed.stdout.contains("order-dev-ValidateOrderFunction"), "{changed}");
    assert_eq!(sandbox.account.resources(), deployed);
}

#[test]
#[ignore = "needs Python and the package registry"]
fn a_deploy_that_is_killed_again_and_again_converges() {
    let sandbox = Sandbox::new();
    let killed_after_three = || sandbox.stepwright_killed_after(3, &["deploy", "--yes"]);
    assert!(killed_after_three().is_none());
    let finished = (0..50).find_map(|_| killed_after_three()).unwrap();
    assert_eq!(finished.code, Some(0), "{finished}");
    let again = sandbox.result(&["deploy", "--yes"]);
    assert_eq!(again["applied"], 0, "{again:#}");
    let execution = sandbox.result(&["start", "--wait"]);
    assert_eq!(execution["status"], "SUCCEEDED", "{execution:#}");
}

/// The functions' names and newest versions.
fn versions(status: &Value) -> Vec<(&str, u64)> {
    let functions = status["functions"].as_array().unwrap().iter();
    functions
        .map(|function| {
            (
                function["name"].as_str().unwrap(),
                function["version"].as_u64().unwrap(),
            )
        })
        .collect()
}
