//! Looks up the product of an order, its price and stock. Nothing is reserved: the catalogue does not change.

mod catalogue;

use order::{ErrorType, Order, Product, Quantity};
use serde::{Deserialize, Serialize};

pub use catalogue::{Catalogue, CatalogueError};

/// A valid order.
#[derive(Clone, Debug, Deserialize)]
pub struct Request {
    /// The order.
    pub order: Order,
}

/// The order and its product, of which there is enough.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Response {
    /// The order as it came.
    pub order: Order,
    /// What is ordered.
    pub product: Product,
}

impl AsRef<Order> for Response {
    fn as_ref(&self) -> &Order {
        &self.order
    }
}

/// Why the order cannot be met.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The catalogue does not have it.
    #[error("there is no product `{product_id}`")]
    UnknownProduct {
        /// What was ordered.
        product_id: String,
    },
    /// There is not enough of it.
    #[error("not enough of product `{product_id}`: {requested} requested, {available} available")]
    OutOfStock {
        /// What was ordered.
        product_id: String,
        /// How many were ordered.
        requested: Quantity,
        /// How many there are.
        available: u32,
    },
}

impl ErrorType for Error {
    fn error_type(&self) -> &'static str {
        match self {
            Error::UnknownProduct { .. } => "UnknownProduct",
            Error::OutOfStock { .. } => "OutOfStock",
        }
    }
}

/// Finds the product of an order.
///
/// # Errors
/// [`Error::UnknownProduct`], [`Error::OutOfStock`]
pub fn handle(request: &Request, catalogue: &Catalogue) -> Result<Response, Error> {
    let Order {
        product_id, quantity, ..
    } = &request.order;
    let Some(product) = catalogue.product(product_id) else {
        return Err(Error::UnknownProduct {
            product_id: product_id.clone(),
        });
    };
    if u32::from(quantity.get()) > product.stock {
        return Err(Error::OutOfStock {
            product_id: product_id.clone(),
            requested: *quantity,
            available: product.stock,
        });
    }
    Ok(Response {
        order: request.order.clone(),
        product: product.clone(),
    })
}

#[cfg(test)]
mod tests;
