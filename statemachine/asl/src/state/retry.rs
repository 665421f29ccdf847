use std::sync::Arc;

use crate::{Path, Template};

/// What a Task, Parallel or Map does about errors.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RetryAndCatch {
    /// `Retry`, looked through in order.
    pub retriers: Vec<Retrier>,
    /// `Catch`, looked through in order when no retrier is left.
    pub catchers: Vec<Catcher>,
}

/// One entry of `Retry`.
#[derive(Clone, Debug, PartialEq)]
pub struct Retrier {
    /// `ErrorEquals`: at least one name.
    pub error_equals: Vec<Arc<str>>,
    /// Seconds before the first retry; 1 without the field.
    pub interval_seconds: u64,
    /// How often it retries; 3 without the field, 0 is never.
    pub max_attempts: u64,
    /// What the interval is multiplied by; 2.0 without the field.
    pub backoff_rate: f64,
    /// The longest interval, in seconds.
    pub max_delay_seconds: Option<u64>,
    /// Whether the interval is drawn by chance.
    pub jitter: Jitter,
}

/// `JitterStrategy`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Jitter {
    /// The interval as computed.
    #[default]
    None,
    /// Uniform between zero and the interval.
    Full,
}

/// One entry of `Catch`.
#[derive(Clone, Debug, PartialEq)]
pub struct Catcher {
    /// `ErrorEquals`: at least one name.
    pub error_equals: Vec<Arc<str>>,
    /// The state to go to.
    pub next: Arc<str>,
    /// `ResultPath`: a Reference Path; nothing where it is null. Without the field it is `$`.
    pub result_path: Option<Path>,
    /// `Output` (JSONata)
    pub output: Option<Template>,
    /// `Assign`
    pub assign: Vec<(Arc<str>, Template)>,
}
