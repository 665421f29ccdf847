//! What the language has and this executor does not run yet. Refused before anything starts, never ignored.

use asl::{
    Argument, Comparison, Diagnostic, Dynamic, Expression, Intrinsic, JsonPathRule, Path, QueryLanguage, RetryAndCatch,
    Root, State, StateKind, Template, Test, WaitFor,
};

const CODE: &str = "UNSUPPORTED_FEATURE";

/// Adds a diagnostic for each thing in `state` that cannot be run.
pub(super) fn unsupported(state: &State, problems: &mut Vec<Diagnostic>) {
    let mut found = Vec::new();
    if state.query_language == QueryLanguage::Jsonata {
        found.push("JSONata".to_owned());
    } else {
        own_fields(state, &mut found);
    }
    found.dedup();
    for feature in found {
        let message = format!("state `{}` uses {feature}, which cannot be run offline yet", state.name);
        problems.push(Diagnostic::error(CODE, &*state.location, message).at(state.span.clone()));
    }
}

fn own_fields(state: &State, found: &mut Vec<String>) {
    path(state.input_path.as_ref(), found);
    path(state.output_path.as_ref(), found);
    if !state.assign.is_empty() {
        found.push("variables (`Assign`)".to_owned());
    }
    match &state.kind {
        StateKind::Task(task) => {
            templates([&task.arguments, &task.result_selector, &task.credentials], found);
            for limit in [&task.timeout_seconds, &task.heartbeat_seconds] {
                dynamic(limit.as_ref(), found);
            }
            on_error(&task.on_error, found);
        }
        StateKind::Pass(pass) => templates([&pass.parameters], found),
        StateKind::Choice(choice) => choice.rules.iter().for_each(|choice_rule| {
            if let Test::JsonPath(test) = &choice_rule.test {
                rule(test, found);
            }
            if !choice_rule.assign.is_empty() {
                found.push("variables (`Assign`)".to_owned());
            }
        }),
        StateKind::Wait(wait) => match &wait.wait_for {
            WaitFor::Seconds(seconds) => dynamic(Some(seconds), found),
            WaitFor::Timestamp(timestamp) => dynamic(Some(timestamp), found),
        },
        StateKind::Succeed(_) => {}
        StateKind::Fail(fail) => {
            dynamic(fail.error.as_ref(), found);
            dynamic(fail.cause.as_ref(), found);
        }
        StateKind::Parallel(parallel) => {
            templates([&parallel.arguments, &parallel.result_selector], found);
            on_error(&parallel.on_error, found);
        }
        StateKind::Map(map) => {
            if map.distributed {
                found.push("a Distributed Map".to_owned());
            }
            path(map.items_path.as_ref(), found);
            templates([&map.item_selector, &map.result_selector], found);
            dynamic(map.max_concurrency.as_ref(), found);
            on_error(&map.on_error, found);
        }
    }
}

fn on_error(on_error: &RetryAndCatch, found: &mut Vec<String>) {
    if on_error.catchers.iter().any(|catcher| !catcher.assign.is_empty()) {
        found.push("variables (`Assign`)".to_owned());
    }
}

fn templates<const N: usize>(templates: [&Option<Template>; N], found: &mut Vec<String>) {
    for each in templates.into_iter().flatten() {
        template(each, found);
    }
}

fn template(value: &Template, found: &mut Vec<String>) {
    match value {
        Template::Literal(_) => {}
        Template::Expression(each) => expression(each, found),
        Template::Array(items) => items.iter().for_each(|item| template(item, found)),
        Template::Object(fields) => fields.iter().for_each(|(_, field)| template(field, found)),
    }
}

fn dynamic<T>(value: Option<&Dynamic<T>>, found: &mut Vec<String>) {
    if let Some(Dynamic::Expression(each)) = value {
        expression(each, found);
    }
}

fn expression(value: &Expression, found: &mut Vec<String>) {
    match value {
        Expression::Path(each) => path(Some(each), found),
        Expression::Intrinsic(each) => call(each, found),
        Expression::Jsonata(_) => found.push("JSONata".to_owned()),
    }
}

fn call(value: &Intrinsic, found: &mut Vec<String>) {
    for argument in &value.arguments {
        match argument {
            Argument::Text(_) | Argument::Literal(_) => {}
            Argument::Path(each) => path(Some(each), found),
            Argument::Call(each) => call(each, found),
        }
    }
}

fn path(value: Option<&Path>, found: &mut Vec<String>) {
    if let Some(Root::Variable(name)) = value.map(|path| &path.root) {
        found.push(format!("the variable `${name}`"));
    }
}

fn rule(value: &JsonPathRule, found: &mut Vec<String>) {
    match value {
        JsonPathRule::And(rules) | JsonPathRule::Or(rules) => rules.iter().for_each(|each| rule(each, found)),
        JsonPathRule::Not(each) => rule(each, found),
        JsonPathRule::Test { variable, comparison } => {
            path(Some(variable), found);
            compared(comparison, found);
        }
    }
}

fn compared(comparison: &Comparison, found: &mut Vec<String>) {
    match comparison {
        Comparison::StringEquals(value)
        | Comparison::StringLessThan(value)
        | Comparison::StringGreaterThan(value)
        | Comparison::StringLessThanEquals(value)
        | Comparison::StringGreaterThanEquals(value)
        | Comparison::TimestampEquals(value)
        | Comparison::TimestampLessThan(value)
        | Comparison::TimestampGreaterThan(value)
        | Comparison::TimestampLessThanEquals(value)
        | Comparison::TimestampGreaterThanEquals(value) => dynamic(Some(value), found),
        Comparison::NumericEquals(value)
        | Comparison::NumericLessThan(value)
        | Comparison::NumericGreaterThan(value)
        | Comparison::NumericLessThanEquals(value)
        | Comparison::NumericGreaterThanEquals(value) => dynamic(Some(value), found),
        Comparison::BooleanEquals(value) => dynamic(Some(value), found),
        Comparison::StringMatches(_)
        | Comparison::IsNull(_)
        | Comparison::IsPresent(_)
        | Comparison::IsNumeric(_)
        | Comparison::IsString(_)
        | Comparison::IsBoolean(_)
        | Comparison::IsTimestamp(_) => {}
    }
}
