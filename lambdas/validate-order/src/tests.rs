use order::{ErrorType, Order};
use proptest::prelude::*;
use serde_json::{Value, from_value, json, to_value};

use super::{Error, Request, Response, handle};

const INVOCATION: &str = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";

fn outcome(request: Value) -> Result<Response, Error> {
    handle(&from_value(request).unwrap(), INVOCATION)
}

#[test]
fn a_valid_order_is_normalised() {
    for (order, expected) in [
        (
            json!({"product_id": "123", "quantity": 5}),
            json!({"order_id": format!("order-{INVOCATION}"), "customer_id": "guest", "product_id": "123", "quantity": 5}),
        ),
        (
            json!({"order_id": "o-1", "customer_id": "c-1", "product_id": "123", "quantity": 5.0, "payment": {"token": "tok_visa"}}),
            json!({"order_id": "o-1", "customer_id": "c-1", "product_id": "123", "quantity": 5, "payment": {"token": "tok_visa"}}),
        ),
        (
            json!({"order_id": " ", "customer_id": "", "product_id": " 123\n", "quantity": 1000, "payment": null, "gift": true}),
            json!({"order_id": format!("order-{INVOCATION}"), "customer_id": "guest", "product_id": "123", "quantity": 1000}),
        ),
    ] {
        let response = outcome(json!({ "order": order })).unwrap();
        assert_eq!(to_value(response).unwrap(), json!({ "order": expected }));
    }
}

#[test]
fn what_is_wrong_is_named_all_at_once() {
    for (request, problems) in [
        (json!([]), "`input` must be an object with an `order`, not `[]`"),
        (json!(null), "`input` is missing"),
        (json!({}), "`order` is missing"),
        (json!({"order": "123"}), "`order` must be an object, not `\"123\"`"),
        (json!({"order": {}}), "`product_id` is missing; `quantity` is missing"),
        (json!({"order": {"product_id": "123"}}), "`quantity` is missing"),
        (
            json!({"order": {"product_id": " ", "quantity": "5"}}),
            "`product_id` must be a text that is not empty, not `\" \"`; \
             `quantity` must be a whole number from 1 to 1000, not `\"5\"`",
        ),
        (
            json!({"order": {"product_id": 123, "quantity": -1, "order_id": 7, "customer_id": [], "payment": {"token": ""}}}),
            "`product_id` must be a text that is not empty, not `123`; \
             `quantity` must be a whole number from 1 to 1000, not `-1`; \
             `order_id` must be a text, not `7`; \
             `customer_id` must be a text, not `[]`; \
             `payment.token` must be a text that is not empty, not `\"\"`",
        ),
        (
            json!({"order": {"product_id": null, "quantity": null, "payment": "tok_visa"}}),
            "`product_id` is missing; `quantity` is missing; `payment` must be an object with a `token`, not `\"tok_visa\"`",
        ),
        (
            json!({"order": {"product_id": "123", "quantity": 1e9, "payment": {}}}),
            "`quantity` must be a whole number from 1 to 1000, not `1000000000.0`; `payment.token` is missing",
        ),
        (
            json!({"order": "ü".repeat(1000)}),
            &format!("`order` must be an object, not `\"{}...`", "ü".repeat(39)),
        ),
    ] {
        let error = outcome(request).unwrap_err();
        assert_eq!(error.error_type(), "InvalidOrder");
        assert_eq!(error.to_string(), format!("Invalid order format: {problems}"));
    }
}

#[test]
fn equal_orders_of_two_invocations_are_two_orders() {
    let request: Request = from_value(json!({"order": {"product_id": "123", "quantity": 5}})).unwrap();
    let order_id = |invocation| handle(&request, invocation).unwrap().order.order_id;
    assert_ne!(order_id("a"), order_id("b"));
    assert_eq!(order_id("a"), order_id("a"));
}

proptest! {
    #[test]
    fn a_quantity_is_a_whole_number_from_1_to_1000(quantity in prop_oneof![-2000_f64..2000.0, (-2000_i32..2000).prop_map(f64::from)]) {
        let valid = quantity.fract() == 0.0 && (1.0..=1000.0).contains(&quantity);
        let outcome = outcome(json!({"order": {"product_id": "123", "quantity": quantity}}));
        prop_assert_eq!(outcome.is_ok(), valid);
    }

    #[test]
    fn a_normalised_order_stays_as_it_is(product_id in "\\PC*[a-z]", quantity in 1..=1000, token in prop::option::of("[a-z_]+")) {
        let payment = token.map(|token| json!({ "token": token }));
        let order: Order = outcome(json!({"order": {"product_id": product_id, "quantity": quantity, "payment": payment}})).unwrap().order;
        prop_assert_eq!(outcome(json!({ "order": order })).unwrap().order, order);
    }
}
