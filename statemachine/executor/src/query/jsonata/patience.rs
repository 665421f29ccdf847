//! The engine measures time by a clock on the wall, which goes on while a busy machine lets this thread wait. An
//! expression would then fail today and not tomorrow.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use super::error::EvaluationError;
use super::limits;

/// How often an expression is evaluated again that got too little of the processor, each time with twice the time.
const TRIES: u32 = 5;

/// Evaluates within so many milliseconds on the wall, until it is done or has had its time of the processor.
pub(super) fn in_own_time<T>(mut attempt: impl FnMut(u64) -> Result<T, EvaluationError>) -> Result<T, EvaluationError> {
    let mut result = attempt(limits::TIME);
    for doublings in 1..=TRIES {
        if !matches!(result, Err(EvaluationError::Time)) {
            break;
        }
        // Only now is it worth a system call.
        let before = own_time();
        result = attempt(limits::TIME << doublings);
        if own_time().saturating_sub(before) >= Duration::from_millis(limits::TIME) {
            return Err(EvaluationError::Time);
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
        let mut allowed = Vec::new();
        let result = in_own_time(|milliseconds| {
            allowed.push(milliseconds);
            match milliseconds {
                4000 => Ok(()),
                _ => Err(EvaluationError::Time),
            }
        });
        assert_eq!((result, allowed), (Ok(()), vec![1000, 2000, 4000]));
    }

    #[test]
    fn an_expression_that_had_its_time_is_too_slow_even_if_it_ends() {
        let mut tries = 0;
        let result = in_own_time(|_| {
            tries += 1;
            let before = own_time();
            while own_time() - before < Duration::from_millis(limits::TIME) {
                std::hint::spin_loop();
            }
            match tries {
                1 => Err(EvaluationError::Time),
                _ => Ok(()),
            }
        });
        assert_eq!((result, tries), (Err(EvaluationError::Time), 2));
    }
}
