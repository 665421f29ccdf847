use super::{ASSIGN, EVERY, Fields, IN_AND_OUT, NEXT, ON_ERROR, RESULT, next, retry};
use crate::parse::Value;
use crate::parse::expression::result_path;
use crate::parse::flow::{self, FLOW};
use crate::parse::template::template;
use crate::validate::fields::Allowed;
use crate::{Flow, Parallel, validate};

const PARALLEL: Allowed = Allowed {
    always: &["Branches"],
    jsonpath: &["Parameters"],
    jsonata: &["Arguments"],
};

pub(super) fn parallel(fields: &Fields<'_>) -> Option<Parallel> {
    validate::fields::check(fields, &[EVERY, PARALLEL, IN_AND_OUT, RESULT, ASSIGN, NEXT, ON_ERROR]);
    validate::fields::require(fields, &["Branches"]);
    let branches = fields.get("Branches").and_then(|value| {
        let branches: Vec<_> = value.some_items()?.iter().map(branch).collect();
        branches.into_iter().collect()
    });
    let arguments = template(fields, "Parameters").or_else(|| template(fields, "Arguments"));
    let result_selector = template(fields, "ResultSelector");
    let result_path = result_path(fields);
    let on_error = retry::retry_and_catch(fields);
    let next = next(fields);
    Some(Parallel {
        branches: branches?,
        arguments,
        result_selector,
        result_path,
        on_error,
        next: next?,
    })
}

fn branch(value: &Value<'_>) -> Option<Flow> {
    let fields = value.fields()?;
    validate::fields::check(&fields, &[FLOW]);
    flow::flow(&fields)
}
