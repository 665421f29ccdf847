use serde_json::{Value, json};

use crate::emulator::AccessKey;
use crate::sandbox::{Outcome, Sandbox};

/// A state machine whose executions do not end while a test looks at them.
const SLOW: &str = r#"{
  "StartAt": "Wait",
  "States": { "Wait": { "Type": "Wait", "Seconds": 3600, "End": true } }
}"#;

/// Runs the program as somebody who may do everything: who deploys need not be who watches.
fn stepwright(sandbox: &Sandbox, arguments: &[&str]) -> Outcome {
    sandbox.stepwright_as(&AccessKey::root(), arguments)
}

/// The result of a command that goes well.
#[track_caller]
fn result(sandbox: &Sandbox, arguments: &[&str]) -> Value {
    let outcome = stepwright(sandbox, &[arguments, &["--output", "json"]].concat());
    assert_eq!(outcome.code, Some(0), "{outcome}");
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}\n{outcome}"))
}

fn lines<'a>(text: &'a str, sign: &str) -> Vec<&'a str> {
    let states = text.lines().filter_map(|line| line.strip_prefix(sign));
    states.filter_map(|line| line.split_whitespace().next()).collect()
}

#[test]
#[ignore = "needs Python and the package registry"]
fn an_execution_is_told_while_it_happens_and_can_be_looked_at_afterwards() {
    let sandbox = Sandbox::new();
    result(&sandbox, &["deploy", "--yes"]);
    let input = r#"{"order": {"product_id": "123", "quantity": 5}}"#;
    let told = stepwright(&sandbox, &["start", "--wait", "--name", "first", "--input", input]);
    assert_eq!(told.code, Some(0), "{told}");
    let states = [
        "ReceiveOrder",
        "ValidateOrder",
        "CheckInventory",
        "IsPaymentDue",
        "ProcessPayment",
    ];
    assert!(lines(&told.stderr, "✓ ").starts_with(&states), "{told}");
    assert!(told.stderr.contains("\nSUCCEEDED after "), "{told}");

    let history = stepwright(&sandbox, &["history", "first"]);
    assert_eq!(
        lines(&history.stdout, "✓ "),
        lines(&told.stderr, "✓ "),
        "{history}\n{told}"
    );
    let events = result(&sandbox, &["history", "fir"]);
    let last = events["events"].as_array().unwrap().last().unwrap();
    assert_eq!(last["type"], "ExecutionSucceeded", "{events:#}");

    let sold_out = r#"{"order": {"product_id": "125", "quantity": 5}}"#;
    let failed = stepwright(&sandbox, &["start", "--wait", "--name", "second", "--input", sold_out]);
    assert_eq!(failed.code, Some(4), "{failed}");
    assert!(failed.stderr.contains("OutOfStock"), "{failed}");
    let names = |arguments: &[&str]| {
        let listed = result(&sandbox, &[&["executions"], arguments].concat());
        let names = listed["executions"].as_array().unwrap().iter();
        names.map(|execution| execution["name"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&[]), ["second", "first"]);
    assert_eq!(names(&["--status", "FAILED"]), ["second"]);
    assert_eq!(names(&["--limit", "1"]), ["second"]);

    let logs = stepwright(&sandbox, &["logs", "--function", "ConfirmOrderFunction"]);
    assert_eq!(logs.code, Some(0), "{logs}");
    assert!(logs.stdout.contains("ConfirmOrderFunction | "), "{logs}");
    let none = stepwright(&sandbox, &["logs", "--filter", "there-is-nothing-of-the-kind"]);
    assert_eq!((none.code, none.stdout.as_str()), (Some(0), ""), "{none}");
}

#[test]
#[ignore = "needs Python and the package registry"]
fn what_goes_on_is_stopped() {
    let sandbox = Sandbox::new();
    let machine = "[machines.Slow]\ndefinition = \"slow.asl.json\"\n\n[logs]";
    sandbox.project.edit("stepwright.toml", "[logs]", machine);
    sandbox.project.write("slow.asl.json".as_ref(), SLOW.as_bytes());
    result(&sandbox, &["deploy", "--yes"]);
    result(&sandbox, &["start", "Slow", "--name", "slow", "--input", "{}"]);
    // The emulator takes a moment to enter the first state.
    let under_way = (0..50).map(|_| stepwright(&sandbox, &["history", "slow"]));
    let under_way = under_way
        .into_iter()
        .find(|history| history.stdout.contains(", in Wait"));
    assert!(under_way.unwrap().stdout.starts_with("RUNNING for"));
    let stopped = result(&sandbox, &["stop", "slow", "--error", "Wrong", "--cause", "not meant"]);
    assert_eq!(stopped["stopped"], true, "{stopped:#}");
    let again = result(&sandbox, &["stop", "slow"]);
    assert_eq!(
        (&again["stopped"], &again["status"]),
        (&json!(false), &json!("ABORTED")),
        "{again:#}"
    );
    let listed: Value = result(&sandbox, &["executions", "Slow", "--status", "ABORTED"]);
    assert_eq!(listed["executions"][0]["name"], "slow", "{listed:#}");
}
