//! What the four functions of the order workflow share: the data that flows between them, and the Lambda runtime around a
//! handler. Rules of the business (what is a valid order, who has stock, who may pay) belong to the functions.
//!
//! The workflow's data is one document that grows. Every function takes what it needs of it and answers with all of it, so
//! that the answer of one is a request to the next:
//!
//! | after | `order` | `product` | `payment` | `confirmation_number`, `total` |
//! |---|---|---|---|---|
//! | `validate-order` | yes | | | |
//! | `check-inventory` | yes | yes | | |
//! | `process-payment` | yes | yes | yes | |
//! | `confirm-order` | yes | yes | yes, unless it is free | yes |

mod error_type;
mod id;
mod log;
mod money;
mod quantity;
mod runtime;

pub use error_type::ErrorType;
pub use id::derived_id;
pub use money::{AmountOverflow, Money};
pub use quantity::{Quantity, QuantityError};
pub use runtime::{initialised, serve};

use serde::{Deserialize, Serialize};

/// The customer of an order that names none.
pub const GUEST: &str = "guest";

/// An order as `validate-order` leaves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// What the order is known by; payment and confirmation are derived from it.
    pub order_id: String,
    /// Who ordered; [`GUEST`] where nobody is named.
    #[serde(default = "guest")]
    pub customer_id: String,
    /// What is ordered.
    pub product_id: String,
    /// How many of it.
    pub quantity: Quantity,
    /// How it is to be paid. It is gone once it is paid: nobody needs the token any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<PaymentMethod>,
}

/// How an order is to be paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentMethod {
    /// What the payment provider gave the customer's browser in place of a card number.
    pub token: String,
}

/// A product of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// What it is ordered by.
    pub product_id: String,
    /// What people call it.
    pub name: String,
    /// The price of one; 0 for a free sample.
    pub unit_price: Money,
    /// How many there are.
    pub stock: u32,
}

/// A payment that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// What the payment provider knows it by; the same for the same order.
    pub payment_id: String,
    /// What was paid.
    pub amount: Money,
}

fn guest() -> String {
    GUEST.to_owned()
}
