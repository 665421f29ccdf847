use std::sync::Arc;

use crate::{Dynamic, Json, Path, Template};

/// Goes where the first rule that holds leads.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// At least one.
    pub rules: Vec<ChoiceRule>,
    /// `Default`
    pub default: Option<Arc<str>>,
}

/// One entry of `Choices`.
#[derive(Clone, Debug, PartialEq)]
pub struct ChoiceRule {
    /// When it holds.
    pub test: Test,
    /// Where it leads.
    pub next: Arc<str>,
    /// `Assign`
    pub assign: Vec<(Arc<str>, Template)>,
    /// `Output` (JSONata)
    pub output: Option<Template>,
}

/// The condition of a rule.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// `Variable` and an operator, `And`, `Or`, `Not`
    JsonPath(JsonPathRule),
    /// `Condition` (JSONata)
    Condition(Dynamic<bool>),
}

/// A boolean expression over data tests.
#[derive(Clone, Debug, PartialEq)]
pub enum JsonPathRule {
    /// All hold; at least one.
    And(Vec<JsonPathRule>),
    /// One holds; at least one.
    Or(Vec<JsonPathRule>),
    /// It does not hold.
    Not(Box<JsonPathRule>),
    /// A data test.
    Test {
        /// What is looked at.
        variable: Path,
        /// How.
        comparison: Comparison,
    },
}

/// A comparison operator with what it compares to (the literal, or the path of a `...Path` operator).
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names are the language's own")]
pub enum Comparison {
    StringEquals(Dynamic<Arc<str>>),
    StringLessThan(Dynamic<Arc<str>>),
    StringGreaterThan(Dynamic<Arc<str>>),
    StringLessThanEquals(Dynamic<Arc<str>>),
    StringGreaterThanEquals(Dynamic<Arc<str>>),
    StringMatches(Arc<str>),
    NumericEquals(Dynamic<Json>),
    NumericLessThan(Dynamic<Json>),
    NumericGreaterThan(Dynamic<Json>),
    NumericLessThanEquals(Dynamic<Json>),
    NumericGreaterThanEquals(Dynamic<Json>),
    TimestampEquals(Dynamic<Arc<str>>),
    TimestampLessThan(Dynamic<Arc<str>>),
    TimestampGreaterThan(Dynamic<Arc<str>>),
    TimestampLessThanEquals(Dynamic<Arc<str>>),
    TimestampGreaterThanEquals(Dynamic<Arc<str>>),
    BooleanEquals(Dynamic<bool>),
    IsNull(bool),
    IsPresent(bool),
    IsNumeric(bool),
    IsString(bool),
    IsBoolean(bool),
    IsTimestamp(bool),
}
