//! Logs as one JSON object a line on standard output, where Lambda takes them from.
//!
//! `timestamp` and `level` are the names that Lambda's log level filter reads.
//! <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html>

use std::env;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{filter::filter_fn, layer::SubscriberExt, util::SubscriberInitExt};

/// Where the runtime logs every error of a handler once more, without its fields.
const REPETITION: &str = "lambda_runtime::layers::panic";

/// Logs from here on at the level the function is configured for: `AWS_LAMBDA_LOG_LEVEL`, else `RUST_LOG`, else `INFO`.
pub(crate) fn start() {
    let level = env::var("AWS_LAMBDA_LOG_LEVEL").or_else(|_| env::var("RUST_LOG"));
    let level = level
        .ok()
        .and_then(|level| level.parse().ok())
        .unwrap_or(LevelFilter::INFO);
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_span_list(false)
        .with_target(false)
        .with_max_level(level)
        .finish()
        .with(filter_fn(|metadata| metadata.target() != REPETITION))
        .init();
}
