//! One state type per file.

mod choice;
mod comparison;
mod distributed;
mod fail;
mod map;
mod parallel;
mod pass;
mod retry;
mod succeed;
mod task;
mod wait;

use std::sync::Arc;

use super::expression::optional_path;
use super::flow::{comment, query_language};
use super::template::{assign, template};
use super::{Field, Fields, Scope, Value, did_you_mean};
use crate::validate::fields::Allowed;
use crate::validate::{self, exclusive, targets};
use crate::{Next, QueryLanguage, State, StateKind};

const TYPES: [&str; 8] = ["Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map"];

const EVERY: Allowed = Allowed {
    always: &["Type", "Comment", "QueryLanguage"],
    ..Allowed::NONE
};
const IN_AND_OUT: Allowed = Allowed {
    jsonpath: &["InputPath", "OutputPath"],
    jsonata: &["Output"],
    ..Allowed::NONE
};
const ASSIGN: Allowed = Allowed {
    always: &["Assign"],
    ..Allowed::NONE
};
const NEXT: Allowed = Allowed {
    always: &["Next", "End"],
    ..Allowed::NONE
};
const RESULT: Allowed = Allowed {
    jsonpath: &["ResultSelector", "ResultPath"],
    ..Allowed::NONE
};
const ON_ERROR: Allowed = Allowed {
    always: &["Retry", "Catch"],
    ..Allowed::NONE
};

/// The state under `field`.
pub(super) fn state(field: &Field, value: &Value<'_>) -> Option<State> {
    validate::state_names::check_length(field, value);
    let fields = value.fields()?;
    let language = language(&fields);
    let fields = fields.within(Scope {
        language,
        ..fields.scope
    });
    let kind = kind(&fields);
    let input_path = optional_path(&fields, "InputPath");
    let output_path = optional_path(&fields, "OutputPath");
    Some(State {
        name: Arc::clone(&field.name),
        location: Arc::from(&*fields.location),
        span: field.span(),
        comment: comment(&fields),
        query_language: language,
        input_path,
        output_path,
        output: template(&fields, "Output"),
        assign: assign(&fields),
        kind: kind?,
    })
}

fn language(fields: &Fields<'_>) -> QueryLanguage {
    let machine = fields.scope.machine_language;
    let Some(value) = fields.get("QueryLanguage") else {
        return machine;
    };
    let Some(own) = query_language(&value) else {
        return machine;
    };
    if machine == QueryLanguage::Jsonata && own == QueryLanguage::JsonPath {
        fields.refuse("`QueryLanguage` can not be `JSONPath` if set to `JSONata` for whole state machine");
    }
    own
}

fn kind(fields: &Fields<'_>) -> Option<StateKind> {
    validate::fields::require(fields, &["Type"]);
    let value = fields.get("Type")?;
    match &*value.text()? {
        "Task" => task::task(fields).map(StateKind::Task),
        "Pass" => pass::pass(fields).map(StateKind::Pass),
        "Choice" => choice::choice(fields).map(StateKind::Choice),
        "Wait" => wait::wait(fields).map(StateKind::Wait),
        "Succeed" => Some(StateKind::Succeed(succeed::succeed(fields))),
        "Fail" => Some(StateKind::Fail(fail::fail(fields))),
        "Parallel" => parallel::parallel(fields).map(StateKind::Parallel),
        "Map" => map::map(fields).map(StateKind::Map),
        other => {
            let message = format!(
                "the field `Type` should have one of these values: [{}]",
                TYPES.join(", ")
            );
            let mut problem = value.error("SCHEMA_VALIDATION_FAILED", message);
            problem.help = did_you_mean(other, TYPES);
            value.report(problem)
        }
    }
}

/// `Next` or `End`
fn next(fields: &Fields<'_>) -> Option<Next> {
    let end = match fields.get("End") {
        Some(value) => value.boolean()?,
        None => false,
    };
    if !end {
        let Some(next) = fields.get("Next") else {
            exclusive::refuse_none(fields, &["Next", "End"], "Next");
            return None;
        };
        return targets::target(&next).map(Next::State);
    }
    exclusive::at_most_one(fields, &["Next", "End"]);
    Some(Next::End)
}
