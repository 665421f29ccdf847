//! The value of an environment variable: a text, or where on AWS it is.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor, value::MapAccessDeserializer},
};

/// The value of an environment variable, as configured.
#[derive(Clone, PartialEq, Eq)]
pub enum Variable {
    /// The value itself.
    Text(String),
    /// Where it is.
    Reference(Reference),
}

/// Where on AWS a value is. It is read when the function is deployed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reference {
    /// `{ ssm = "/path" }`: a parameter of Systems Manager, by name or ARN, with `:version` or `:label` if need be.
    Parameter(String),
    /// `{ secret = "name", key = "field" }`: a secret of Secrets Manager.
    Secret {
        /// Its name or ARN.
        name: String,
        /// The field of its JSON; without one, the value is the whole secret.
        key: Option<String>,
    },
}

/// How CloudFormation writes references, which here would be the value itself.
const DYNAMIC_REFERENCE: &str = "{{resolve:";

const EXPECTED: &str =
    "a text, `{ ssm = \"name\" }`, `{ secret = \"name\" }` or `{ secret = \"name\", key = \"field\" }`";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    ssm: Option<String>,
    secret: Option<String>,
    key: Option<String>,
}

impl<'de> Deserialize<'de> for Variable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Variable, D::Error> {
        deserializer.deserialize_any(VariableVisitor)
    }
}

struct VariableVisitor;

impl<'de> Visitor<'de> for VariableVisitor {
    type Value = Variable;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Variable, E> {
        match text.starts_with(DYNAMIC_REFERENCE) {
            true => Err(E::custom(format!(
                "`{DYNAMIC_REFERENCE}...` is not resolved here: write `{{ ssm = \"name\" }}` or `{{ secret = \"name\" }}`"
            ))),
            false => Ok(Variable::Text(text.to_owned())),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Variable, A::Error> {
        let is_name = |name: &String| !name.trim().is_empty();
        let table = Table::deserialize(MapAccessDeserializer::new(map))?;
        let reference = match (table.ssm.filter(is_name), table.secret.filter(is_name), table.key) {
            (Some(name), None, None) => Reference::Parameter(name),
            (None, Some(name), key) => Reference::Secret { name, key },
            _ => return Err(A::Error::custom(format!("expected {EXPECTED}"))),
        };
        Ok(Variable::Reference(reference))
    }
}

impl fmt::Debug for Variable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Variable::Text(text) => fmt::Debug::fmt(text, formatter),
            Variable::Reference(reference) => fmt::Debug::fmt(reference, formatter),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reference::Parameter(name) => write!(formatter, "parameter `{name}`"),
            Reference::Secret { name, key: None } => write!(formatter, "secret `{name}`"),
            Reference::Secret { name, key: Some(key) } => write!(formatter, "key `{key}` of secret `{name}`"),
        }
    }
}
