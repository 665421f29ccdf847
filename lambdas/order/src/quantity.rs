use std::fmt;

use serde::{Deserialize, Serialize};

/// How many of a product: a whole number from 1 to 1000.
///
/// JSON does not tell 5 from 5.0, so both are whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "u16")]
pub struct Quantity(u16);

/// A number that is no [`Quantity`].
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("a quantity is {}, not {found}", Quantity::RULE)]
pub struct QuantityError {
    found: f64,
}

impl Quantity {
    /// What a quantity is, for messages.
    pub const RULE: &str = "a whole number from 1 to 1000";

    /// The number.
    #[must_use]
    pub fn get(self) -> u16 {
        self.0
    }
}

impl TryFrom<f64> for Quantity {
    type Error = QuantityError;

    fn try_from(found: f64) -> Result<Self, Self::Error> {
        if found.fract() == 0.0 && (1.0..=1000.0).contains(&found) {
            Ok(Quantity(found as u16))
        } else {
            Err(QuantityError { found })
        }
    }
}

impl From<Quantity> for u16 {
    fn from(quantity: Quantity) -> Self {
        quantity.get()
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{from_str, json, to_value};

    use super::Quantity;

    proptest! {
        #[test]
        fn a_whole_number_in_range_is_kept(number in 1_u16..=1000) {
            for text in [format!("{number}"), format!("{number}.0"), format!("{number}e0")] {
                let quantity: Quantity = from_str(&text).unwrap();
                prop_assert_eq!(quantity.get(), number);
                prop_assert_eq!(to_value(quantity).unwrap(), json!(number));
            }
        }

        #[test]
        fn a_whole_number_out_of_range_is_refused(number: i64) {
            prop_assert_eq!(from_str::<Quantity>(&number.to_string()).is_ok(), (1..=1000).contains(&number));
        }

        #[test]
        fn any_number_is_kept_as_it_is_or_refused(number in prop_oneof![any::<f64>(), 0.0..1001.0, (0_u16..=1001).prop_map(f64::from)]) {
            if let Ok(quantity) = Quantity::try_from(number) {
                prop_assert_eq!(f64::from(quantity.get()), number);
            }
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["\"5\"", "null", "true", "[5]", "{}", "-0.0", "1e9", "0.5"] {
            assert!(from_str::<Quantity>(text).is_err(), "{text}");
        }
    }
}
