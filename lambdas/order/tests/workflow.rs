//! The order workflow over the handlers of its functions, and the contract between them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may fail the test")]

mod support;

use executor::harness::Run;
use serde_json::{Value, from_str, json};
use support::{FUNCTIONS, call, end, run};

const BUNDLED_ORDER: &str = include_str!("../../../statemachine/order.json");

fn no_trouble(_function: &str, _attempt: u64) -> Option<&'static str> {
    None
}

fn run_order(order: Value) -> Run {
    run(json!({ "order": order }), no_trouble)
}

fn confirmation() -> Value {
    json!({
        "confirmation_number": "conf-1502bc2bd72c8517",
        "order": {"order_id": "order-1001", "customer_id": "customer-42", "product_id": "123", "quantity": 5},
        "product": {
            "product_id": "123",
            "name": "Walnut desk organiser",
            "unit_price": {"minor_units": 2499, "currency": "EUR"},
            "stock": 400,
        },
        "payment": {"payment_id": "pay-3542956731c975d1", "amount": {"minor_units": 12495, "currency": "EUR"}},
        "total": {"minor_units": 12495, "currency": "EUR"},
    })
}

#[test]
fn the_answer_of_each_function_is_a_request_to_the_next() {
    let chain = |input| {
        FUNCTIONS
            .into_iter()
            .fold(input, |payload, function| call(function, payload, "1").unwrap())
    };
    assert_eq!(chain(from_str(BUNDLED_ORDER).unwrap()), confirmation());
    assert_eq!(
        chain(json!({"order": {"product_id": "123", "quantity": 5}}))["order"],
        json!({"order_id": "order-1", "customer_id": "guest", "product_id": "123", "quantity": 5})
    );
    let free = chain(json!({"order": {"product_id": "sample", "quantity": 1000}}));
    assert_eq!(free["total"], json!({"minor_units": 0, "currency": "EUR"}));
}

#[test]
fn the_bundled_order_is_confirmed() {
    let run = run(from_str(BUNDLED_ORDER).unwrap(), no_trouble);
    let notification = json!({
        "subject": "Your order is on its way",
        "customer_id": "customer-42",
        "order_id": "order-1001",
        "product": "Walnut desk organiser",
        "quantity": 5,
    });
    assert_eq!(
        end(&run),
        Ok(json!({"confirmation": confirmation(), "notification": notification}))
    );
    let states = run.visited();
    assert_eq!(
        states[..6],
        [
            "ReceiveOrder",
            "ValidateOrder",
            "CheckInventory",
            "IsPaymentDue",
            "ProcessPayment",
            "PlaceOrder"
        ]
    );
    assert_eq!(states.len(), 8);
}

#[test]
fn a_free_sample_is_confirmed_without_payment() {
    let run = run_order(json!({"product_id": "sample", "quantity": 1}));
    assert_eq!(end(&run).unwrap()["confirmation"].get("payment"), None);
    assert!(!run.visited().contains(&"ProcessPayment"));
}

#[test]
fn an_order_that_cannot_be_met_fails_with_the_error_of_the_function() {
    for (input, error, message) in [
        (
            json!({"order": {"product_id": "123"}}),
            "InvalidOrder",
            "Invalid order format: `quantity` is missing",
        ),
        (json!({}), "InvalidOrder", "Invalid order format: `order` is missing"),
        (
            json!([]),
            "InvalidOrder",
            "Invalid order format: `input` must be an object with an `order`, not `[]`",
        ),
        (
            json!({"order": {"product_id": "7", "quantity": 5}}),
            "UnknownProduct",
            "there is no product `7`",
        ),
        (
            json!({"order": {"product_id": "124", "quantity": 5}}),
            "OutOfStock",
            "not enough of product `124`: 5 requested, 3 available",
        ),
        (
            json!({"order": {"order_id": "o-1", "product_id": "123", "quantity": 5, "payment": {"token": "tok_declined"}}}),
            "PaymentDeclined",
            "the payment of order `o-1` was declined",
        ),
        (
            json!({"order": {"order_id": "o-1", "product_id": "123", "quantity": 5, "payment": {"token": "tok_unavailable"}}}),
            "PaymentUnavailable",
            "the payment provider is not available for order `o-1`",
        ),
    ] {
        let run = run(input.clone(), no_trouble);
        let cause = json!({"errorType": error, "errorMessage": message});
        assert_eq!(end(&run), Err((error, cause)), "{input}");
        assert!(run.visited().ends_with(&["HandleFailure", "OrderFailed"]), "{input}");
        let handled = run.output_of("HandleFailure").unwrap();
        let kept = if error == "InvalidOrder" {
            &handled["request"]
        } else {
            &handled
        };
        assert_eq!(kept.get("order").is_some(), input.get("order").is_some(), "{handled}");
        assert_eq!(handled["failure"]["error"], error);
    }
}

#[test]
fn a_provider_that_is_not_available_is_asked_again() {
    let order = json!({"product_id": "123", "quantity": 5, "payment": {"token": "tok_unavailable"}});
    assert_eq!(run_order(order).calls_of("ProcessPayment"), 6);
    let order = json!({"product_id": "123", "quantity": 5, "payment": {"token": "tok_declined"}});
    assert_eq!(run_order(order).calls_of("ProcessPayment"), 1);
}

#[test]
fn trouble_of_the_lambda_service_is_retried_in_every_task() {
    let run = run(from_str(BUNDLED_ORDER).unwrap(), |_, attempt| {
        (attempt < 4).then_some("Lambda.TooManyRequestsException")
    });
    assert_eq!(end(&run).unwrap()["confirmation"], confirmation());
    for state in ["ValidateOrder", "CheckInventory", "ProcessPayment", "ConfirmOrder"] {
        assert_eq!(run.calls_of(state), 4, "{state}");
    }
}

#[test]
fn a_crash_is_handled_wherever_it_happens_and_what_was_done_is_kept() {
    for (crashing, kept) in FUNCTIONS.into_iter().zip([
        ["request", "failure"].as_slice(),
        &["order", "failure"],
        &["order", "product", "failure"],
        &["order", "product", "payment", "failure"],
    ]) {
        let run = run(from_str(BUNDLED_ORDER).unwrap(), move |function, _| {
            (function == crashing).then_some("Runtime.ExitError")
        });
        assert_eq!(end(&run), Err(("Runtime.ExitError", json!(""))), "{crashing}");
        let handled = run.output_of("HandleFailure").unwrap();
        let members: Vec<&String> = handled.as_object().unwrap().keys().collect();
        assert_eq!(members, kept, "{crashing}");
    }
}
