//! What happens to a failure: retried, caught, or on its way out.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html>

use std::sync::Arc;

use asl::{Catcher, Jitter, Retrier};
use jiff::SignedDuration;

use crate::branch::Retries;
use crate::chance::Chance;
use crate::failure::{HEARTBEAT_TIMEOUT, RUNTIME, Source, StateError, TIMEOUT};

/// The delay before the state is tried again; nothing when it is not.
pub(crate) fn delay(
    retriers: &[Retrier],
    retries: &mut Retries,
    error: &StateError,
    chance: &Chance,
) -> Option<SignedDuration> {
    let (place, retrier) = retriers
        .iter()
        .enumerate()
        .find(|(_, retrier)| matches(&retrier.error_equals, error))?;
    let done = retries.by_retrier.entry(place).or_default();
    if *done >= retrier.max_attempts {
        return None;
    }
    let interval = interval(retrier, *done);
    *done += 1;
    retries.total += 1;
    let interval = match retrier.jitter {
        Jitter::None => interval,
        Jitter::Full => interval * chance.fraction(),
    };
    Some(SignedDuration::try_from_secs_f64(interval).unwrap_or(SignedDuration::MAX))
}

/// The first catcher that takes the failure.
pub(crate) fn catcher<'a>(catchers: &'a [Catcher], error: &StateError) -> Option<(usize, &'a Catcher)> {
    catchers
        .iter()
        .enumerate()
        .find(|(_, catcher)| matches(&catcher.error_equals, error))
}

fn interval(retrier: &Retrier, done: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "seconds of waiting need no more")]
    let (first, cap) = (
        retrier.interval_seconds as f64,
        retrier.max_delay_seconds.map(|cap| cap as f64),
    );
    let exponent = i32::try_from(done).unwrap_or(i32::MAX);
    let grown = first * retrier.backoff_rate.powi(exponent);
    cap.map_or(grown, |cap| grown.min(cap))
}

/// Whether an `ErrorEquals` takes the failure. The specification exempts `States.DataLimitExceeded` from `States.ALL`; on AWS
/// it is caught.
fn matches(names: &[Arc<str>], error: &StateError) -> bool {
    let name = error.failure.error.as_deref().unwrap_or_default();
    if name == RUNTIME {
        return false;
    }
    names.iter().any(|wanted| match &**wanted {
        "States.ALL" => true,
        "States.TaskFailed" => name != TIMEOUT,
        HEARTBEAT_TIMEOUT => name == HEARTBEAT_TIMEOUT || error.source == Source::Heartbeat,
        wanted => wanted == name,
    })
}
