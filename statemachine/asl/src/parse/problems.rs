use std::cell::RefCell;

use super::{Diagnostic, Severity};

/// All that was found so far.
#[derive(Debug, Default)]
pub(crate) struct Problems(RefCell<Vec<Diagnostic>>);

impl Problems {
    pub(crate) fn add(&self, problem: Diagnostic) {
        self.0.borrow_mut().push(problem);
    }

    /// In the order of the text; where two begin at the same place, the error first.
    pub(super) fn into_sorted(self) -> Vec<Diagnostic> {
        let mut problems = self.0.into_inner();
        problems.sort_by_key(|problem| {
            let start = problem.span.as_ref().map_or(0, |span| span.start);
            (start, problem.severity == Severity::Warning)
        });
        problems
    }
}
