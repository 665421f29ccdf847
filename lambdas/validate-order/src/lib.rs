//! Checks an order and gives it an order_id.
//!
//! What comes in is a person's or another program's idea of an order; what goes out is an [`Order`] that the other functions
//! need not doubt.

mod field;

use order::{ErrorType, GUEST, Order, PaymentMethod, Quantity};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use field::Field;
pub use field::Problem;

/// The input of the workflow as it came: `{"order": {...}}` if all is well.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct Request(pub Value);

/// The order, normalised: no space around texts, the quantity an integer, an order_id and a customer_id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Response {
    /// The order.
    pub order: Order,
}

impl AsRef<Order> for Response {
    fn as_ref(&self) -> &Order {
        &self.order
    }
}

/// Why there is no order.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The request is not an order; every problem of it.
    #[error("Invalid order format: {}", .0.iter().map(Problem::to_string).collect::<Vec<_>>().join("; "))]
    InvalidOrder(Vec<Problem>),
}

impl ErrorType for Error {
    fn error_type(&self) -> &'static str {
        match self {
            Error::InvalidOrder(_) => "InvalidOrder",
        }
    }
}

/// Reads the order of a request.
///
/// An order without an order_id gets one from the id of the invocation. It does not follow from the content: two equal orders
/// are two orders. A caller that retries gets another id, which does no harm: nothing has happened to the order before this
/// function answers, and only one answer is used. A customer who may send an order twice gives it an order_id.
///
/// # Errors
/// [`Error::InvalidOrder`]
pub fn handle(request: &Request, invocation_id: &str) -> Result<Response, Error> {
    let order = members(&request.0)
        .map_err(|problem| vec![problem])
        .and_then(|members| read(members, invocation_id));
    match order {
        Ok(order) => Ok(Response { order }),
        Err(problems) => Err(Error::InvalidOrder(problems)),
    }
}

fn members(request: &Value) -> Result<&Map<String, Value>, Problem> {
    let input = Field::new("input", Some(request)).required("an object with an `order`", Value::as_object)?;
    Field::new("order", input.get("order")).required("an object", Value::as_object)
}

fn read(members: &Map<String, Value>, invocation_id: &str) -> Result<Order, Vec<Problem>> {
    let field = |name| Field::new(name, members.get(name));
    let product_id = field("product_id").text();
    let quantity = field("quantity").required(Quantity::RULE, quantity);
    let order_id = field("order_id").optional_text();
    let customer_id = field("customer_id").optional_text();
    let payment = payment(&field("payment"));
    match (product_id, quantity, order_id, customer_id, payment) {
        (Ok(product_id), Ok(quantity), Ok(order_id), Ok(customer_id), Ok(payment)) => Ok(Order {
            order_id: order_id.unwrap_or_else(|| format!("order-{invocation_id}")),
            customer_id: customer_id.unwrap_or_else(|| GUEST.to_owned()),
            product_id,
            quantity,
            payment,
        }),
        (product_id, quantity, order_id, customer_id, payment) => {
            let problems = [
                product_id.err(),
                quantity.err(),
                order_id.err(),
                customer_id.err(),
                payment.err(),
            ];
            Err(problems.into_iter().flatten().collect())
        }
    }
}

fn quantity(value: &Value) -> Option<Quantity> {
    Quantity::try_from(value.as_f64()?).ok()
}

fn payment(field: &Field) -> Result<Option<PaymentMethod>, Problem> {
    if field.is_absent() {
        return Ok(None);
    }
    let members = field.required("an object with a `token`", Value::as_object)?;
    let token = Field::new("payment.token", members.get("token")).text()?;
    Ok(Some(PaymentMethod { token }))
}

#[cfg(test)]
mod tests;
