use std::collections::BTreeMap;

use asl::{State, StateKind, Target};

use super::{Cause, Missing, RoleUse};
use crate::calls::visit;
use crate::policy::LOG_DELIVERY;
use crate::reference::FunctionReference;
use crate::{Machine, Scope};

const INVOKE: &str = "lambda:InvokeFunction";

/// An action that a role must be allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Need {
    pub(super) action: String,
    pub(super) resource: String,
    /// What needs it, in words.
    by: String,
}

impl Need {
    /// That the service assumes the role.
    pub(super) fn assumed(scope: &Scope, used: RoleUse<'_>) -> Need {
        Need {
            action: "sts:AssumeRole".to_owned(),
            resource: scope.role_arn(used.role()),
            by: used.noun().to_owned(),
        }
    }

    pub(super) fn missing(&self, role: &str, cause: Cause) -> Missing {
        Missing {
            role: role.to_owned(),
            actions: vec![self.action.clone()],
            resource: self.resource.clone(),
            needed_by: self.by.clone(),
            cause,
        }
    }
}

/// What Lambda itself says that a function's role lacks: "does not have permissions to call `X` on `EC2`". It checks nothing
/// else before the function runs.
pub(super) fn of_function(message: &str) -> Vec<Need> {
    let named = message.split_once("does not have permissions to call ");
    let mut words = named.into_iter().flat_map(|(_, rest)| rest.split_whitespace());
    let (Some(call), Some("on"), Some(service)) = (words.next(), words.next(), words.next()) else {
        return Vec::new();
    };
    let service = service
        .trim_matches(|c: char| !c.is_ascii_alphanumeric())
        .to_ascii_lowercase();
    vec![Need {
        action: format!("{service}:{call}"),
        resource: "*".to_owned(),
        by: "Lambda".to_owned(),
    }]
}

/// All that the executions of a state machine need, with the states that need it.
pub(super) fn of_machine(scope: &Scope, machine: &Machine) -> Vec<Need> {
    let mut states: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    let definition = machine.definition.unversioned().to_string();
    if let Some(parsed) = asl::parse_as(&definition, machine.machine_type).machine {
        visit(&parsed.flow, &mut |state| {
            for need in of_state(scope, state) {
                states.entry(need).or_default().push(state.name.to_string());
            }
        });
    }
    // What depends on a condition is decided by the service that asks, with values that are not known here.
    let derived = machine.permissions.needs.iter();
    let plain = derived.filter(|(need, _)| need.action != INVOKE && need.conditions.is_empty());
    states.extend(plain.map(|(need, by)| {
        (
            (need.action.clone(), need.resource.clone()),
            by.iter().cloned().collect(),
        )
    }));
    let of_states = states.into_iter().map(|((action, resource), states)| Need {
        action,
        resource,
        by: named(&states),
    });
    let of_log = LOG_DELIVERY.into_iter().filter(|_| machine.logging.is_some());
    let of_log = of_log.map(|action| Need {
        action: action.to_owned(),
        resource: "*".to_owned(),
        by: "the log of the state machine".to_owned(),
    });
    of_states.chain(of_log).collect()
}

fn named(states: &[String]) -> String {
    let quoted: Vec<String> = states.iter().map(|state| format!("`{state}`")).collect();
    match quoted.as_slice() {
        [state] => format!("state {state}"),
        states => format!("each of the states {}", states.join(", ")),
    }
}

/// Actions and resources that a state needs.
fn of_state(scope: &Scope, state: &State) -> Vec<(String, String)> {
    let StateKind::Task(task) = &state.kind else {
        return Vec::new();
    };
    let mut needs = Vec::new();
    if let Some(Target::Named(function)) = task.invoked_function() {
        needs.push((INVOKE.to_owned(), invoked(scope, function)));
    }
    needs
}

/// The ARN that is invoked: functions of the stack at a version, which are known only while it is deployed, others as
/// they are named.
fn invoked(scope: &Scope, function: &str) -> String {
    let reference = FunctionReference::new(function, scope);
    let is_ours = reference.arn_prefix == scope.function_arn_prefix() && reference.name.starts_with(&scope.prefix());
    let arn = reference.unqualified_arn();
    match (reference.qualifier, is_ours) {
        (Some(qualifier), _) => format!("{arn}:{qualifier}"),
        (None, true) => format!("{arn}:1"),
        (None, false) => arn,
    }
}
