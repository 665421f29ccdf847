//! The JSONata expressions of a state, compiled once for all executions.

use std::collections::BTreeMap;
use std::sync::Arc;

use asl::{Diagnostic, Dynamic, Expression, Jsonata, RetryAndCatch, State, StateKind, Template, Test, WaitFor};

use crate::query::jsonata::{self, Compiled};

/// Adds the expressions of `state` to those that are `compiled`, and what is wrong with them to `problems`.
pub(super) fn compile(state: &State, compiled: &mut BTreeMap<Arc<str>, Compiled>, problems: &mut Vec<Diagnostic>) {
    each(state, &mut |jsonata| {
        if compiled.contains_key(&jsonata.source) {
            return;
        }
        match jsonata::compile(&jsonata.source) {
            Ok(expression) => {
                compiled.insert(jsonata.source.clone(), expression);
            }
            Err(errors) => problems.extend(errors.into_iter().map(|error| {
                let message = format!("{error} in `{}`", jsonata.source);
                Diagnostic::error(error.code(), &*state.location, message).at(state.span.clone())
            })),
        }
    });
}

/// Visits every expression of the state's own fields.
fn each(state: &State, visit: &mut impl FnMut(&Jsonata)) {
    template(state.output.as_ref(), visit);
    assign(&state.assign, visit);
    match &state.kind {
        StateKind::Task(task) => {
            template(task.arguments.as_ref(), visit);
            template(task.credentials.as_ref(), visit);
            dynamic(task.timeout_seconds.as_ref(), visit);
            dynamic(task.heartbeat_seconds.as_ref(), visit);
            catchers(&task.on_error, visit);
        }
        StateKind::Choice(choice) => choice.rules.iter().for_each(|rule| {
            if let Test::Condition(condition) = &rule.test {
                dynamic(Some(condition), visit);
            }
            template(rule.output.as_ref(), visit);
            assign(&rule.assign, visit);
        }),
        StateKind::Wait(wait) => match &wait.wait_for {
            WaitFor::Seconds(seconds) => dynamic(Some(seconds), visit),
            WaitFor::Timestamp(timestamp) => dynamic(Some(timestamp), visit),
        },
        StateKind::Fail(fail) => {
            dynamic(fail.error.as_ref(), visit);
            dynamic(fail.cause.as_ref(), visit);
        }
        StateKind::Parallel(parallel) => {
            template(parallel.arguments.as_ref(), visit);
            catchers(&parallel.on_error, visit);
        }
        StateKind::Map(map) => {
            template(map.items.as_ref(), visit);
            template(map.item_selector.as_ref(), visit);
            dynamic(map.max_concurrency.as_ref(), visit);
            catchers(&map.on_error, visit);
        }
        StateKind::Pass(_) | StateKind::Succeed(_) => {}
    }
}

fn catchers(on_error: &RetryAndCatch, visit: &mut impl FnMut(&Jsonata)) {
    for catcher in &on_error.catchers {
        template(catcher.output.as_ref(), visit);
        assign(&catcher.assign, visit);
    }
}

fn assign(assign: &[(Arc<str>, Template)], visit: &mut impl FnMut(&Jsonata)) {
    assign.iter().for_each(|(_, value)| template(Some(value), visit));
}

fn template(value: Option<&Template>, visit: &mut impl FnMut(&Jsonata)) {
    match value {
        Some(Template::Expression(expression)) => of(expression, visit),
        Some(Template::Array(items)) => items.iter().for_each(|item| template(Some(item), visit)),
        Some(Template::Object(fields)) => fields.iter().for_each(|(_, field)| template(Some(field), visit)),
        Some(Template::Literal(_)) | None => {}
    }
}

fn dynamic<T>(value: Option<&Dynamic<T>>, visit: &mut impl FnMut(&Jsonata)) {
    if let Some(Dynamic::Expression(expression)) = value {
        of(expression, visit);
    }
}

fn of(expression: &Expression, visit: &mut impl FnMut(&Jsonata)) {
    if let Expression::Jsonata(jsonata) = expression {
        visit(jsonata);
    }
}
