use super::{ASSIGN, EVERY, Fields, IN_AND_OUT, NEXT, next};
use crate::Pass;
use crate::parse::expression::result_path;
use crate::parse::template::template;
use crate::validate::fields::Allowed;
use crate::validate::{self, likely_paths};

const PASS: Allowed = Allowed {
    jsonpath: &["Result", "ResultPath", "Parameters"],
    ..Allowed::NONE
};

pub(super) fn pass(fields: &Fields<'_>) -> Option<Pass> {
    validate::fields::check(fields, &[EVERY, PASS, IN_AND_OUT, ASSIGN, NEXT]);
    let result = fields.get("Result");
    if let Some(value) = &result {
        likely_paths::check_static_result(value);
    }
    let parameters = template(fields, "Parameters");
    let result_path = result_path(fields);
    let next = next(fields);
    Some(Pass {
        result: result.map(|value| value.node.to_json()),
        parameters,
        result_path,
        next: next?,
    })
}
