use std::collections::BTreeSet;
use std::sync::Arc;

use asl::{Flow, Integration, Json, Resource, State, StateKind, StateMachine, Task, Template};

/// Why the permissions of a state machine cannot be derived from its definition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// A service integration whose permissions are not known here.
    #[error("state `{state}` calls `{resource}`, whose permissions are not known")]
    UnknownIntegration {
        /// The state's name.
        state: String,
        /// Its `Resource`.
        resource: String,
    },
    /// A function that is chosen when the state runs.
    #[error("state `{state}` chooses its function at run time")]
    RuntimeTarget {
        /// The state's name.
        state: String,
    },
}

impl GrantError {
    pub(crate) fn help(&self) -> &'static str {
        match self {
            GrantError::UnknownIntegration { .. } => "Lambda functions are what can be deployed for now",
            GrantError::RuntimeTarget { .. } => "name the function in the definition, with a Choice where it varies",
        }
    }
}

/// The functions that a state machine's role must be allowed to invoke, as the definition has them: ARNs with or
/// without a version, or names.
///
/// # Errors
/// All states whose permissions cannot be derived.
pub fn invoked_functions(machine: &StateMachine) -> Result<BTreeSet<String>, Vec<GrantError>> {
    let mut found = BTreeSet::new();
    let mut errors = Vec::new();
    visit_tasks(&machine.flow, &mut |state, task| match invoked_function(state, task) {
        Ok(function) => {
            found.insert(function);
        }
        Err(error) => errors.push(error),
    });
    if errors.is_empty() { Ok(found) } else { Err(errors) }
}

fn visit_tasks(flow: &Flow, visit: &mut impl FnMut(&State, &Task)) {
    for state in flow.states.values() {
        match &state.kind {
            StateKind::Task(task) => visit(state, task),
            StateKind::Parallel(parallel) => parallel.branches.iter().for_each(|branch| visit_tasks(branch, visit)),
            StateKind::Map(map) => visit_tasks(&map.processor, visit),
            StateKind::Pass(_)
            | StateKind::Choice(_)
            | StateKind::Wait(_)
            | StateKind::Succeed(_)
            | StateKind::Fail(_) => {}
        }
    }
}

fn invoked_function(state: &State, task: &Task) -> Result<String, GrantError> {
    match &task.resource {
        Resource::Lambda { arn } => Ok(arn.to_string()),
        Resource::Integration(integration) if is_invoke(integration) => {
            let name = task.arguments.as_ref().and_then(function_name);
            name.map(|name| name.to_string())
                .ok_or_else(|| GrantError::RuntimeTarget {
                    state: state.name.to_string(),
                })
        }
        other => Err(GrantError::UnknownIntegration {
            state: state.name.to_string(),
            resource: other.arn().to_string(),
        }),
    }
}

fn is_invoke(integration: &Integration) -> bool {
    !integration.sdk && &*integration.service == "lambda" && &*integration.api == "invoke"
}

fn function_name(arguments: &Template) -> Option<Arc<str>> {
    let text = |json: &Json| json.as_str().map(Arc::from);
    match arguments {
        Template::Literal(json) => text(json.get("FunctionName")?),
        Template::Object(fields) => match fields.iter().find(|(key, _)| &**key == "FunctionName")? {
            (_, Template::Literal(json)) => text(json),
            _ => None,
        },
        Template::Expression(_) | Template::Array(_) => None,
    }
}
