//! The answer of each function is a request to the next, as the tutorial's definition chains them: whole outputs, as JSON.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail the test")]

use std::fmt::Debug;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, from_str, from_value, json, to_value};

fn call<Request, Response, Error>(request: Value, handle: impl Fn(&Request) -> Result<Response, Error>) -> Value
where
    Request: DeserializeOwned,
    Response: Serialize,
    Error: Debug,
{
    to_value(handle(&from_value(request).unwrap()).unwrap()).unwrap()
}

fn confirmed(input: Value) -> Value {
    let catalogue = check_inventory::Catalogue::load(None).unwrap();
    let validated = call(input, |request| validate_order::handle(request, "1"));
    let checked = call(validated, |request| check_inventory::handle(request, &catalogue));
    let paid = call(checked, process_payment::handle);
    call(paid, confirm_order::handle)
}

#[test]
fn the_bundled_order_is_confirmed() {
    let input = from_str(include_str!("../../../statemachine/order.json")).unwrap();
    assert_eq!(
        confirmed(input),
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
    );
}

#[test]
fn the_least_an_order_says_is_enough() {
    let confirmation = confirmed(json!({"order": {"product_id": "123", "quantity": 5}}));
    assert_eq!(
        confirmation["order"],
        json!({"order_id": "order-1", "customer_id": "guest", "product_id": "123", "quantity": 5})
    );
}

#[test]
fn a_free_sample_costs_nothing() {
    let confirmation = confirmed(json!({"order": {"product_id": "sample", "quantity": 1000}}));
    assert_eq!(confirmation["total"], json!({"minor_units": 0, "currency": "EUR"}));
}
