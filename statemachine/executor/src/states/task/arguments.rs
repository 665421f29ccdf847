//! What AWS checks in the arguments of a call before it schedules the task.

use asl::{Expression, Integration, Json, QueryLanguage, Resource};

use crate::failure::StateError;

/// Refuses arguments with which AWS would not start the task.
pub(super) fn check(resource: &Resource, language: QueryLanguage, arguments: &Json) -> Result<(), StateError> {
    let Resource::Integration(integration) = resource else {
        return Ok(());
    };
    let mut problems = Vec::new();
    if !integration.sdk {
        check_fields(integration, arguments, &mut problems);
    }
    if language == QueryLanguage::JsonPath {
        check_paths(arguments, &mut problems);
    }
    if problems.is_empty() {
        return Ok(());
    }
    let problems = problems.join(", ");
    let message = format!("The Parameters '{arguments}' could not be used to start the Task: [{problems}]");
    Err(StateError::runtime(message))
}

fn check_fields(integration: &Integration, arguments: &Json, problems: &mut Vec<String>) {
    match (&*integration.service, &*integration.api) {
        ("lambda", "invoke") if arguments.get("FunctionName").is_none() => {
            problems.push("The field 'FunctionName' is required but was missing".to_owned());
        }
        ("lambda", "invoke") => check_format("FunctionName", arguments, |name| name.as_str().is_some(), problems),
        ("apigateway", "invoke") => {
            check_format("Headers", arguments, holds_lists, problems);
            check_format("QueryParameters", arguments, holds_lists, problems);
        }
        _ => {}
    }
}

fn check_format(field: &str, arguments: &Json, is_right: impl Fn(&Json) -> bool, problems: &mut Vec<String>) {
    if arguments.get(field).is_some_and(|value| !is_right(value)) {
        problems.push(format!("The value of the field '{field}' has an invalid format"));
    }
}

fn holds_lists(value: &Json) -> bool {
    value
        .as_object()
        .is_some_and(|fields| fields.iter().all(|(_, value)| value.as_array().is_some()))
}

/// AWS reads what the template gave as if it were one again: a name that still ends in `.$` has to have a path.
fn check_paths(arguments: &Json, problems: &mut Vec<String>) {
    match arguments {
        Json::Object(object) => {
            for (name, value) in object.iter() {
                if name.ends_with(".$") && !value.as_str().is_some_and(Expression::is_jsonpath) {
                    problems.push(format!(
                        "The value for the field '{name}' must be a valid JSONPath or a valid intrinsic function call"
                    ));
                } else {
                    check_paths(value, problems);
                }
            }
        }
        Json::Array(array) => array.items().iter().for_each(|item| check_paths(item, problems)),
        _ => {}
    }
}
