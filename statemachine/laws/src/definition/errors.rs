//! `Retry` and `Catch`.

use asl::{Json, Object};

use super::flow::Flow;
use super::{Draft, Maker};
use crate::jsonpath;

/// The names that tasks fail with in random worlds, and those of the language.
pub(crate) const ERRORS: [&str; 10] = [
    "Busy",
    "Broken",
    "States.TaskFailed",
    "States.Timeout",
    "States.HeartbeatTimeout",
    "States.Runtime",
    "States.DataLimitExceeded",
    "States.QueryEvaluationError",
    "Lambda.TooManyRequestsException",
    "",
];

impl Maker<'_, '_> {
    pub(super) fn retry_and_catch(&mut self, draft: &mut Draft, flow: &mut Flow, place: usize) {
        if self.dice.once_in(3) {
            let count = 1 + self.dice.below(2);
            let retriers = (0..count)
                .map(|index| self.retrier(index + 1 == count))
                .collect::<Vec<_>>();
            draft.set("Retry", retriers);
        }
        if self.dice.once_in(3) {
            let count = 1 + self.dice.below(2);
            let jsonata = draft.jsonata;
            let catchers = (0..count).map(|index| self.catcher(jsonata, flow, place, index + 1 == count));
            let catchers = catchers.collect::<Vec<_>>();
            draft.set("Catch", catchers);
        }
    }

    fn retrier(&mut self, last: bool) -> Json {
        let mut fields = Object::default();
        fields.insert("ErrorEquals".into(), self.error_equals(last));
        if self.dice.once_in(2) {
            fields.insert(
                "IntervalSeconds".into(),
                self.dice.pick(&[1_i64, 30, 99_999_999]).into(),
            );
        }
        if self.dice.once_in(2) {
            fields.insert("MaxAttempts".into(), self.dice.pick(&[1_i64, 0, 7, 99_999_999]).into());
        }
        if self.dice.once_in(3) {
            let rate = self.dice.pick(&["1.0", "1.5", "1e308"]);
            fields.insert("BackoffRate".into(), rate.parse().unwrap_or_default());
        }
        if self.dice.once_in(4) {
            fields.insert("MaxDelaySeconds".into(), self.dice.pick(&[100_i64, 31_622_400]).into());
        }
        if self.dice.once_in(4) {
            fields.insert("JitterStrategy".into(), "FULL".into());
        }
        fields.into()
    }

    fn catcher(&mut self, jsonata: bool, flow: &mut Flow, place: usize, last: bool) -> Json {
        let mut fields = Object::default();
        fields.insert("ErrorEquals".into(), self.error_equals(last));
        fields.insert("Next".into(), self.target(flow, place));
        if self.dice.once_in(3) {
            if jsonata {
                let expression = self.expression();
                fields.insert("Output".into(), expression.into());
            } else {
                fields.insert("ResultPath".into(), jsonpath::reference_path(self.dice).into());
            }
        }
        if self.dice.once_in(4) {
            let assign = self.assigned(jsonata);
            fields.insert("Assign".into(), assign);
        }
        fields.into()
    }

    fn error_equals(&mut self, last: bool) -> Json {
        if last && self.dice.once_in(2) {
            return Json::array(vec!["States.ALL".into()]);
        }
        let count = 1 + self.dice.below(2);
        Json::array((0..count).map(|_| self.dice.pick(&ERRORS).into()).collect())
    }
}
