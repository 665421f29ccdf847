use serde_json::{Value, json};

use crate::sandbox::Sandbox;

#[test]
#[ignore = "needs Python and the package registry"]
fn an_order_is_confirmed_by_the_deployed_functions() {
    let sandbox = Sandbox::new();
    sandbox.result(&["deploy", "--yes"]);
    let input = r#"{"order": {"product_id": "123", "quantity": 5}}"#;
    let execution = sandbox.result(&["start", "--wait", "--input", input]);
    assert_eq!(execution["status"], "SUCCEEDED", "{execution}");
    let confirmation = &execution["output"]["confirmation"];
    assert_eq!(confirmation["order"]["customer_id"], "guest", "{execution}");
    assert_eq!(
        confirmation["total"],
        json!({"minor_units": 5 * 2499, "currency": "EUR"}),
        "{execution}"
    );
    assert_eq!(confirmation["payment"]["amount"], confirmation["total"], "{execution}");
}

#[test]
#[ignore = "needs Python and the package registry"]
fn an_execution_that_fails_ends_with_its_error_and_exit_code_4() {
    let sandbox = Sandbox::new();
    sandbox.result(&["deploy", "--yes"]);
    let sold_out = r#"{"order": {"product_id": "125", "quantity": 5}}"#;
    let failed = sandbox.stepwright(&["start", "--wait", "--input", sold_out]);
    assert_eq!(failed.code, Some(4), "{failed}");
    let result: Value = serde_json::from_str(&failed.stdout).unwrap();
    assert_eq!(result["Error"], "OutOfStock", "{failed}");
}
