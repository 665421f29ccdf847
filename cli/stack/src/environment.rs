use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroizing;

use crate::{Error, FunctionSettings};

/// Most bytes of a function's environment, names and values together.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const LIMIT: usize = 4096;

/// The value of an environment variable. It may be secret: it can be compared and given to Lambda, but is never shown, and
/// it does not stay in memory.
#[derive(Clone, PartialEq, Eq)]
pub struct EnvironmentValue(Zeroizing<String>);

/// The environment of a function.
pub type Environment = BTreeMap<String, EnvironmentValue>;

impl EnvironmentValue {
    /// The value itself, for whom it is meant.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for EnvironmentValue {
    fn from(value: String) -> EnvironmentValue {
        EnvironmentValue(Zeroizing::new(value))
    }
}

impl From<&str> for EnvironmentValue {
    fn from(value: &str) -> EnvironmentValue {
        value.to_owned().into()
    }
}

impl fmt::Debug for EnvironmentValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("EnvironmentValue(..)")
    }
}

/// An environment that Lambda would refuse with an answer that has all of it.
pub(crate) fn oversized(function: &FunctionSettings) -> Option<Error> {
    let sizes = function.environment.iter();
    let size = sizes.map(|(name, value)| name.len() + value.expose().len()).sum();
    (size > LIMIT).then(|| Error::EnvironmentSize {
        function: function.logical.clone(),
        size,
        limit: LIMIT,
    })
}

#[cfg(test)]
mod tests {
    use super::EnvironmentValue;

    #[test]
    fn a_value_is_not_shown() {
        assert_eq!(
            format!("{:?}", EnvironmentValue::from("hunter2")),
            "EnvironmentValue(..)"
        );
    }
}
