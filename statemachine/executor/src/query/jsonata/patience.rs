//! The engine measures time by a clock on the wall, which goes on while a busy machine lets this thread wait. An
//! expression would then fail today and not tomorrow.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use super::error::EvaluationError;
use super::limits;

/// How often an expression is evaluated again that got too little of the processor.
const TRIES: usize = 20;

/// The share of its time that an expression must have had, in percent.
const FAIR_SHARE: u64 = 75;

/// Evaluates until it is done, or was too slow though it had the processor.
pub(super) fn in_own_time<T>(mut attempt: impl FnMut() -> Result<T, EvaluationError>) -> Result<T, EvaluationError> {
    let mut result = attempt();
    for _ in 0..TRIES {
        if !matches!(result, Err(EvaluationError::Time)) {
            break;
        }
        // Only now is it worth a system call.
        let before = own_time();
        result = attempt();
        if own_time().saturating_sub(before) >= Duration::from_millis(limits::TIME * FAIR_SHARE / 100) {
            break;
        }
    }
    result
}

/// How long this thread has had the processor.
fn own_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_on_the_wall_is_not_the_expression_s() {
        let mut tries = 0;
        let result = in_own_time(|| {
            tries += 1;
            match tries {
                4 => Ok(()),
                _ => Err(EvaluationError::Time),
            }
        });
        assert_eq!((result, tries), (Ok(()), 4));
    }

    #[test]
    fn an_expression_that_had_its_time_is_too_slow() {
        let mut tries = 0;
        let result: Result<(), _> = in_own_time(|| {
            tries += 1;
            let before = own_time();
            while own_time() - before < Duration::from_millis(limits::TIME) {
                std::hint::spin_loop();
            }
            Err(EvaluationError::Time)
        });
        assert_eq!((result, tries), (Err(EvaluationError::Time), 2));
    }
}
