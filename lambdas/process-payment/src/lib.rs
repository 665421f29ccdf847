//! Charges an order, once.
//!
//! There is no provider behind it: tokens decide how a payment ends, as the test tokens of payment providers do.

use order::{AmountOverflow, ErrorType, Order, Payment, Product, derived_id};
use serde::{Deserialize, Serialize};

/// An order and the product it is for.
#[derive(Clone, Debug, Deserialize)]
pub struct Request {
    /// The order.
    pub order: Order,
    /// What is ordered.
    pub product: Product,
}

/// The order, paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Response {
    /// The order, without the token it was paid with.
    pub order: Order,
    /// The product as it came.
    pub product: Product,
    /// The payment.
    pub payment: Payment,
}

impl AsRef<Order> for Response {
    fn as_ref(&self) -> &Order {
        &self.order
    }
}

/// Why the order is not paid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The price is more than can be counted.
    #[error(transparent)]
    AmountOverflow(#[from] AmountOverflow),
    /// The provider refuses; trying again is no use.
    #[error("the payment of order `{order_id}` was declined")]
    PaymentDeclined {
        /// The order.
        order_id: String,
    },
    /// The provider does not answer; trying again may help.
    #[error("the payment provider is not available for order `{order_id}`")]
    PaymentUnavailable {
        /// The order.
        order_id: String,
    },
}

impl ErrorType for Error {
    fn error_type(&self) -> &'static str {
        match self {
            Error::AmountOverflow(error) => error.error_type(),
            Error::PaymentDeclined { .. } => "PaymentDeclined",
            Error::PaymentUnavailable { .. } => "PaymentUnavailable",
        }
    }
}

/// Pays for an order: quantity times unit price. The payment id is derived from the order_id, so that a repeated call
/// gives the same payment. The token `tok_declined` is declined, with `tok_unavailable` the provider is not available; with
/// any other token and with none the payment succeeds.
///
/// # Errors
/// [`Error::AmountOverflow`], [`Error::PaymentDeclined`], [`Error::PaymentUnavailable`]
pub fn handle(request: &Request) -> Result<Response, Error> {
    let Request { order, product } = request;
    let amount = product.unit_price.times(order.quantity)?;
    let order_id = order.order_id.clone();
    match order.payment.as_ref().map(|method| method.token.as_str()) {
        Some("tok_declined") => Err(Error::PaymentDeclined { order_id }),
        Some("tok_unavailable") => Err(Error::PaymentUnavailable { order_id }),
        _ => Ok(Response {
            order: Order {
                payment: None,
                ..order.clone()
            },
            product: product.clone(),
            payment: Payment {
                payment_id: derived_id("pay", &order_id),
                amount,
            },
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json, to_value};

    use super::*;

    fn request(unit_price: u64, payment: Value) -> Value {
        json!({
            "order": {"order_id": "order-1001", "customer_id": "c-1", "product_id": "123", "quantity": 5, "payment": payment},
            "product": {"product_id": "123", "name": "A", "unit_price": {"minor_units": unit_price, "currency": "EUR"}, "stock": 9},
        })
    }

    fn outcome(request: Value) -> Result<Response, Error> {
        handle(&from_value(request).unwrap())
    }

    #[test]
    fn a_payment_is_added_and_the_token_is_gone() {
        for payment in [json!(null), json!({"token": "tok_visa"})] {
            let response = outcome(request(2499, payment)).unwrap();
            let mut expected = request(2499, json!(null));
            expected["order"].as_object_mut().unwrap().remove("payment");
            expected["payment"] =
                json!({"payment_id": "pay-3542956731c975d1", "amount": {"minor_units": 12495, "currency": "EUR"}});
            assert_eq!(to_value(response).unwrap(), expected);
        }
    }

    #[test]
    fn a_payment_that_is_not_made_says_why() {
        for (unit_price, token, error_type, message) in [
            (
                1,
                "tok_declined",
                "PaymentDeclined",
                "the payment of order `order-1001` was declined",
            ),
            (
                1,
                "tok_unavailable",
                "PaymentUnavailable",
                "the payment provider is not available for order `order-1001`",
            ),
            (
                u64::MAX,
                "tok_visa",
                "AmountOverflow",
                "5 times 18446744073709551615 minor units of EUR is more than can be paid at once",
            ),
        ] {
            let error = outcome(request(unit_price, json!({ "token": token }))).unwrap_err();
            assert_eq!((error.error_type(), error.to_string().as_str()), (error_type, message));
        }
    }

    #[test]
    fn a_repeated_call_gives_the_same_payment_and_another_order_another() {
        let again = request(2499, json!(null));
        let mut other = again.clone();
        other["order"]["order_id"] = json!("order-1002");
        let payment = outcome(again.clone()).unwrap().payment;
        assert_eq!(outcome(again).unwrap().payment, payment);
        assert_ne!(outcome(other).unwrap().payment.payment_id, payment.payment_id);
    }
}
