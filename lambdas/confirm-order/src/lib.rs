//! Confirms an order.

use order::{AmountOverflow, ErrorType, Money, Order, Payment, Product, derived_id};
use serde::{Deserialize, Serialize};

/// An order with its product, paid unless it is free.
#[derive(Clone, Debug, Deserialize)]
pub struct Request {
    /// The order.
    pub order: Order,
    /// What is ordered.
    pub product: Product,
    /// The payment.
    pub payment: Option<Payment>,
}

/// The whole order, confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Response {
    /// What a customer asks about the order with; the same for the same order.
    pub confirmation_number: String,
    /// The order as it came.
    pub order: Order,
    /// The product as it came.
    pub product: Product,
    /// The payment as it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment: Option<Payment>,
    /// What the order costs.
    pub total: Money,
}

impl AsRef<Order> for Response {
    fn as_ref(&self) -> &Order {
        &self.order
    }
}

/// Why the order cannot be confirmed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The price is more than can be counted.
    #[error(transparent)]
    AmountOverflow(#[from] AmountOverflow),
    /// It costs something and nothing was paid.
    #[error("order `{order_id}` costs {total} and is not paid")]
    PaymentMissing {
        /// The order.
        order_id: String,
        /// What it costs.
        total: Money,
    },
    /// Something else was paid than it costs.
    #[error("order `{order_id}` costs {total}, and {paid} were paid")]
    PaymentMismatch {
        /// The order.
        order_id: String,
        /// What it costs.
        total: Money,
        /// What was paid.
        paid: Money,
    },
}

impl ErrorType for Error {
    fn error_type(&self) -> &'static str {
        match self {
            Error::AmountOverflow(error) => error.error_type(),
            Error::PaymentMissing { .. } => "PaymentMissing",
            Error::PaymentMismatch { .. } => "PaymentMismatch",
        }
    }
}

/// Confirms an order that is paid, or free.
///
/// # Errors
/// [`Error::AmountOverflow`], [`Error::PaymentMissing`], [`Error::PaymentMismatch`]
pub fn handle(request: &Request) -> Result<Response, Error> {
    let Request {
        order,
        product,
        payment,
    } = request.clone();
    let total = product.unit_price.times(order.quantity)?;
    check_paid(&order, payment.as_ref(), &total)?;
    Ok(Response {
        confirmation_number: derived_id("conf", &order.order_id),
        order,
        product,
        payment,
        total,
    })
}

fn check_paid(order: &Order, payment: Option<&Payment>, total: &Money) -> Result<(), Error> {
    match payment {
        Some(payment) if payment.amount != *total => Err(Error::PaymentMismatch {
            order_id: order.order_id.clone(),
            total: total.clone(),
            paid: payment.amount.clone(),
        }),
        None if total.minor_units > 0 => Err(Error::PaymentMissing {
            order_id: order.order_id.clone(),
            total: total.clone(),
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json, to_value};

    use super::*;

    fn request(unit_price: u64, paid: Option<u64>) -> Value {
        let mut request = json!({
            "order": {"order_id": "order-1001", "customer_id": "c-1", "product_id": "123", "quantity": 5},
            "product": {"product_id": "123", "name": "A", "unit_price": {"minor_units": unit_price, "currency": "EUR"}, "stock": 9},
        });
        if let Some(paid) = paid {
            request["payment"] = json!({"payment_id": "pay-1", "amount": {"minor_units": paid, "currency": "EUR"}});
        }
        request
    }

    fn outcome(request: Value) -> Result<Response, Error> {
        handle(&from_value(request).unwrap())
    }

    #[test]
    fn a_paid_or_free_order_is_confirmed_with_all_there_is_about_it() {
        for (unit_price, paid) in [(2499, Some(12495)), (0, Some(0)), (0, None)] {
            let mut expected = request(unit_price, paid);
            expected["confirmation_number"] = json!("conf-1502bc2bd72c8517");
            expected["total"] = json!({"minor_units": unit_price * 5, "currency": "EUR"});
            let response = outcome(request(unit_price, paid)).unwrap();
            assert_eq!(to_value(response).unwrap(), expected);
        }
    }

    #[test]
    fn an_order_that_is_not_paid_in_full_says_so() {
        for (unit_price, paid, error_type, message) in [
            (
                1,
                None,
                "PaymentMissing",
                "order `order-1001` costs 5 minor units of EUR and is not paid",
            ),
            (
                2,
                Some(9),
                "PaymentMismatch",
                "order `order-1001` costs 10 minor units of EUR, and 9 minor units of EUR were paid",
            ),
            (
                u64::MAX,
                None,
                "AmountOverflow",
                "5 times 18446744073709551615 minor units of EUR is more than can be paid at once",
            ),
        ] {
            let error = outcome(request(unit_price, paid)).unwrap_err();
            assert_eq!((error.error_type(), error.to_string().as_str()), (error_type, message));
        }
    }
}
