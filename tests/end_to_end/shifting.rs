use aws_sdk_cloudwatch::types::StateValue;
use serde_json::{Value, json};

use crate::sandbox::Sandbox;

const CONFIRM_ORDER: &str = "lambdas/confirm-order/src/lib.rs";
const ALARM: &str = "order-errors";

/// The order stack with an alarm that watches its deploys, deployed.
fn watched() -> Sandbox {
    let sandbox = Sandbox::new();
    let section = format!("[deploy]\nalarms = [\"{ALARM}\"]\n\n[logs]");
    sandbox.project.edit("stepwright.toml", "[logs]", &section);
    sandbox.account.set_alarm(ALARM, StateValue::Ok);
    sandbox.result(&["deploy", "--yes"]);
    sandbox
        .project
        .edit(CONFIRM_ORDER, r#"derived_id("conf", "#, r#"derived_id("changed", "#);
    sandbox
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
fn an_update_with_a_canary_can_be_gone_back_from_and_forward_again() {
    let sandbox = watched();
    sandbox.result(&["deploy", "--yes", "--canary", "10%/2s"]);
    assert_eq!(live(&sandbox), json!([{"version": 2, "weight": 100}]));
    assert_eq!(prefix(&sandbox), "changed");

    let back = sandbox.result(&["rollback", "--yes"]);
    assert_eq!((&back["version"], &back["from"]), (&json!(1), &json!(2)), "{back:#}");
    assert_eq!(live(&sandbox), json!([{"version": 1, "weight": 100}]));
    // Which code runs now the emulator does not show: it runs the last definition wherever an alias leads.
    let nothing = sandbox.stepwright(&["rollback", "--yes"]);
    assert_eq!(nothing.code, Some(2), "{nothing}");

    let forward = sandbox.result(&["deploy", "--yes"]);
    assert_eq!(forward["applied"], 1, "{forward:#}");
    assert_eq!(live(&sandbox), json!([{"version": 2, "weight": 100}]));
}

#[test]
#[ignore = "needs Python and the package registry"]
fn no_traffic_moves_while_an_alarm_is_raised() {
    let sandbox = watched();
    sandbox.account.set_alarm(ALARM, StateValue::Alarm);
    let deployed = sandbox.account.resources();
    let refused = sandbox.stepwright(&["deploy", "--yes", "--linear", "50%/1s"]);
    assert_eq!(refused.code, Some(6), "{refused}");
    assert!(refused.stderr.contains("alarm `order-errors` is in ALARM"), "{refused}");
    assert_eq!(sandbox.account.resources(), deployed);
    assert_eq!(live(&sandbox), json!([{"version": 1, "weight": 100}]));
}
