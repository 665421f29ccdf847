//! Logs as one JSON object a line on standard output, where Lambda takes them from and adds the time.
//!
//! `tracing-subscriber` does this too, and would add some 70 kB to every function.

use std::{
    env,
    fmt::Debug,
    io::{Write, stdout},
};

use serde_json::{Map, Value};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
    span,
};

/// Where the runtime logs every error of a handler once more, without its fields.
const REPETITION: &str = "lambda_runtime::layers::panic";

/// Logs from here on at the level the function is configured for: `AWS_LAMBDA_LOG_LEVEL`, else `RUST_LOG`, else `INFO`.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html>
pub(crate) fn start() {
    let level = env::var("AWS_LAMBDA_LOG_LEVEL").or_else(|_| env::var("RUST_LOG"));
    let level = level.ok().and_then(|level| level.parse().ok());
    let lines = Lines {
        level: level.unwrap_or(LevelFilter::INFO),
        // There is nowhere to say that nobody reads what is said.
        write: |line: &str| drop(stdout().write_all(line.as_bytes())),
    };
    // It fails where somebody else logs already, which is as good.
    let _ = tracing::subscriber::set_global_default(lines);
}

struct Lines<Write> {
    level: LevelFilter,
    write: Write,
}

/// Events only: spans would say what the fields of the events say.
impl<Write: Fn(&str) + 'static> Subscriber for Lines<Write> {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && *metadata.level() <= self.level && metadata.target() != REPETITION
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    fn event(&self, event: &Event<'_>) {
        let level = event.metadata().level().as_str();
        let mut members = Members(Map::from_iter([("level".to_owned(), level.into())]));
        event.record(&mut members);
        (self.write)(&format!("{}\n", Value::Object(members.0)));
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

struct Members(Map<String, Value>);

impl Members {
    fn set(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Members {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.set(field, format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, value);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use serde_json::json;
    use tracing::{info, level_filters::LevelFilter, trace, warn, warn_span};

    use super::{Lines, REPETITION};

    fn check(log: impl FnOnce(), expected: &[serde_json::Value]) {
        let written: Arc<Mutex<Vec<String>>> = Arc::default();
        let lines = Lines {
            level: LevelFilter::INFO,
            write: {
                let written = Arc::clone(&written);
                move |line: &str| written.lock().unwrap().push(line.to_owned())
            },
        };
        tracing::subscriber::with_default(lines, log);
        let written: Vec<_> = written
            .lock()
            .unwrap()
            .iter()
            .map(|line| line.parse().unwrap())
            .collect();
        let written: Vec<serde_json::Value> = written;
        assert_eq!(written, expected);
    }

    #[test]
    fn an_event_is_a_line_with_its_level_and_fields() {
        check(
            || {
                let _span = warn_span!("span").entered();
                info!(order_id = "o-1", "done");
                warn!(order_id = None::<&str>, cause = ?Some("line\nbreak"), count = 5, last = true, "no {}", "stock");
            },
            &[
                json!({"level": "INFO", "message": "done", "order_id": "o-1"}),
                json!({"level": "WARN", "message": "no stock", "cause": "Some(\"line\\nbreak\")", "count": 5, "last": true}),
            ],
        );
    }

    #[test]
    fn what_is_below_the_level_or_said_twice_is_left_out() {
        check(
            || {
                trace!("details");
                tracing::error!(target: REPETITION, "repeated");
            },
            &[],
        );
    }
}
