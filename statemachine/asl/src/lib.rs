//! The Amazon States Language: text becomes a typed [`StateMachine`], plus [`Diagnostic`]s.
//!
//! This layer is pure. It must not read files, look at a clock, spawn anything or know AWS; whoever calls it has the
//! text and decides what to do with the diagnostics.
//!
//! Specification: <https://states-language.net/spec.html> and the
//! [Step Functions developer guide](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html).

mod diagnostic;
mod expression;
mod intrinsic;
mod json;
mod machine;
mod parse;
pub mod path;
mod resource;
mod state;
mod substitute;
mod validate;

pub use diagnostic::{Diagnostic, Severity, Span};
pub use expression::{Dynamic, Expression, Jsonata, Template};
pub use intrinsic::{Argument, Intrinsic, IntrinsicFunction};
pub use json::{Array, Json, Number, Object};
pub use machine::{Flow, MachineType, QueryLanguage, StateMachine};
pub use parse::{Parsed, parse, parse_as};
pub use path::{Path, Root};
pub use resource::{Integration, Pattern, Resource};
pub use state::{
    Catcher, Choice, ChoiceRule, Comparison, DataCall, Fail, Jitter, JsonPathRule, Map, Next, Parallel, Pass, Retrier,
    RetryAndCatch, State, StateKind, Succeed, Target, Task, Test, Wait, WaitFor,
};
pub use substitute::{Placeholder, Substituted, placeholders, substitute};
pub use validate::integrations::optimized_integrations;
