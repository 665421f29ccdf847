//! The engine is not ours: where it panics, the expression has failed and not the process.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// What `work` of the engine gives, or nothing where it panics. What it was working on is not to be used again.
pub(super) fn contained<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

#[cfg(test)]
mod tests {
    use super::contained;

    #[test]
    fn a_panic_is_nothing() {
        assert_eq!(contained(|| 1), Some(1));
        let engine = |broken: bool| {
            assert!(!broken, "as engines do");
            1
        };
        assert_eq!(contained(|| engine(true)), None);
    }
}
