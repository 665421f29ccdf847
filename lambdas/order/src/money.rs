use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ErrorType, Quantity};

/// An amount of money, in whole units of the smallest coin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// Cents, pence, yen: the smallest unit of the currency.
    pub minor_units: u64,
    /// The ISO 4217 code, such as `EUR`.
    pub currency: String,
}

/// The amount is more than can be counted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{quantity} times {unit_price} is more than can be paid at once")]
pub struct AmountOverflow {
    /// The price of one.
    pub unit_price: Money,
    /// How many.
    pub quantity: Quantity,
}

impl ErrorType for AmountOverflow {
    fn error_type(&self) -> &'static str {
        "AmountOverflow"
    }
}

impl Money {
    /// The price of so many.
    ///
    /// # Errors
    /// The amount does not fit into 64 bits.
    pub fn times(&self, quantity: Quantity) -> Result<Money, AmountOverflow> {
        let minor_units = self.minor_units.checked_mul(quantity.get().into());
        let minor_units = minor_units.ok_or_else(|| AmountOverflow {
            unit_price: self.clone(),
            quantity,
        })?;
        Ok(Money {
            minor_units,
            currency: self.currency.clone(),
        })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} minor units of {}", self.minor_units, self.currency)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_amount_is_exact_or_an_error(bits: u64, shift in 0..64, quantity in 1_u16..=1000) {
            let minor_units = bits >> shift;
            let unit_price = Money { minor_units, currency: "EUR".to_owned() };
            let quantity = Quantity::try_from(f64::from(quantity)).unwrap();
            let exact = u128::from(minor_units) * u128::from(quantity.get());
            match unit_price.times(quantity) {
                Ok(amount) => {
                    prop_assert_eq!(u128::from(amount.minor_units), exact);
                    prop_assert_eq!(amount.currency, unit_price.currency);
                }
                Err(error) => {
                    prop_assert!(exact > u128::from(u64::MAX));
                    prop_assert_eq!(error, AmountOverflow { unit_price, quantity });
                }
            }
        }
    }
}
