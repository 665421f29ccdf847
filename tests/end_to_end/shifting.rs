use aws_sdk_cloudwatch::types::StateValue;
use serde_json::{Value, json};

use crate::account::Resources;
use crate::sandbox::Sandbox;

const ALARM: &str = "order-errors";

/// The order stack with an alarm that watches its deploys, deployed.
fn watched() -> Sandbox {
    let sandbox = Sandbox::new();
    let section = format!("[deploy]\nalarms = [\"{ALARM}\"]\n\n[logs]");
    sandbox.project.edit("stepwright.toml", "[logs]", &section);
    sandbox.account.set_alarm(ALARM, StateValue::Ok);
    sandbox.result(&["deploy", "--yes"]);
    sandbox
}

/// What a plan shows as drift.
fn drifted(sandbox: &Sandbox) -> Vec<String> {
    let plan = sandbox.result(&["plan"]);
    let changes = plan.get("changes").unwrap().as_array().unwrap().iter();
    let drifted = changes.filter(|change| change.get("drift") == Some(&json!(true)));
    drifted
        .map(|change| change.get("name").unwrap().as_str().unwrap().to_owned())
        .collect()
}

/// What the confirmation number of an order begins with, which tells the code that confirmed it.
fn prefix(sandbox: &Sandbox) -> String {
    let execution = sandbox.result(&["start", "--wait"]);
    let number = execution.pointer("/output/confirmation/confirmation_number").unwrap();
    number.as_str().unwrap().split('-').next().unwrap().to_owned()
}

fn live(sandbox: &Sandbox) -> Value {
    let status = sandbox.result(&["status"]);
    status.pointer("/stateMachines/0/live").unwrap().clone()
}

#[test]
#[ignore = "needs Python and the package registry"]
fn a_stack_lives_from_its_first_deploy_through_canary_rollback_and_drift_to_its_end() {
    let sandbox = watched();
    let nothing = sandbox.result(&["deploy", "--yes"]);
    assert_eq!(nothing["applied"], 0, "{nothing:#}");

    sandbox.project.change_confirmation_numbers();
    sandbox.result(&["deploy", "--yes", "--canary", "10%/2s"]);
    assert_eq!(live(&sandbox), json!([{"version": 2, "weight": 100}]));
    assert_eq!(prefix(&sandbox), "changed");

    let back = sandbox.result(&["rollback", "--yes"]);
    assert_eq!((&back["version"], &back["from"]), (&json!(1), &json!(2)), "{back:#}");
    assert_eq!(live(&sandbox), json!([{"version": 1, "weight": 100}]));
    // Which code runs now the emulator does not show: it runs the last definition wherever an alias leads.
    let again = sandbox.result(&["rollback", "--yes"]);
    assert_eq!(again["changed"], false, "{again:#}");

    let forward = sandbox.result(&["deploy", "--yes"]);
    assert_eq!(forward["applied"], 1, "{forward:#}");
    assert_eq!(live(&sandbox), json!([{"version": 2, "weight": 100}]));

    let status = sandbox.result(&["status"]);
    let alias = status.pointer("/stateMachines/0/alias").unwrap().as_str().unwrap();
    sandbox.account.set_timeout("order-dev-ConfirmOrderFunction", 99);
    sandbox.account.move_alias(alias, 1);
    assert_eq!(
        drifted(&sandbox),
        ["order-dev-ConfirmOrderFunction", "order-dev-OrderWorkflow:live"]
    );
    sandbox.result(&["deploy", "--yes"]);
    assert_eq!(live(&sandbox), json!([{"version": 2, "weight": 100}]));
    let plan = sandbox.stepwright(&["plan", "--detailed-exitcode"]);
    assert_eq!(plan.code, Some(0), "{plan}");

    sandbox.result(&["destroy", "--yes"]);
    // The alarm that is the test's own.
    let left = Resources {
        alarms: ["order-errors".to_owned()].into(),
        ..Resources::default()
    };
    assert_eq!(sandbox.account.resources(), left);
}

#[test]
#[ignore = "needs Python and the package registry"]
fn no_traffic_moves_while_an_alarm_is_raised() {
    let sandbox = watched();
    sandbox.project.change_confirmation_numbers();
    sandbox.account.set_alarm(ALARM, StateValue::Alarm);
    let deployed = sandbox.account.resources();
    let refused = sandbox.stepwright(&["deploy", "--yes", "--linear", "50%/1s"]);
    assert_eq!(refused.code, Some(6), "{refused}");
    assert!(refused.stderr.contains("alarm `order-errors` is in ALARM"), "{refused}");
    assert_eq!(sandbox.account.resources(), deployed);
    assert_eq!(live(&sandbox), json!([{"version": 1, "weight": 100}]));
}
