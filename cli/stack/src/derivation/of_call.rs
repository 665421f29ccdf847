//! What a call needs that is being made: nothing of its arguments is left to be known.

use asl::{Json, Resource, State, StateKind, Task, Template};

use super::{Constants, Declared, Deriving, Place};
use crate::FunctionReference;
use crate::statement::Need;

const INVOKE: &str = "lambda:InvokeFunction";

/// What a call that `state` makes with `arguments` needs, its own action first. Resources and values of conditions are as
/// they are, without the escapes of policies. What arguments do not tell, such as the role of a job, is not among it; nor is
/// what another role does, as a Task with `Credentials` has it.
#[must_use]
pub fn needs_of_call(state: &State, arguments: &Json, place: Place<'_>, declared: &Declared) -> Vec<Need> {
    let StateKind::Task(task) = &state.kind else {
        return Vec::new();
    };
    if task.credentials.is_some() {
        return Vec::new();
    }
    let mut deriving = Deriving::new(place, Constants::default(), declared);
    deriving.resource(state, &task.resource, Some(&Template::Literal(arguments.clone())));
    let qualifier = qualifier(task, arguments, place);
    let mut needs: Vec<Need> = deriving
        .needs
        .iter()
        .filter_map(|(need, _)| actual(need, qualifier.as_deref()))
        .collect();
    let api = match &task.resource {
        Resource::Integration(integration) => &*integration.api,
        Resource::Lambda { .. } | Resource::Activity { .. } => "",
    };
    needs.sort_by_key(|need| {
        let action = need.action.rsplit(':').next().unwrap_or_default();
        !action.eq_ignore_ascii_case(api)
    });
    needs
}

/// The need of this very call: a role is allowed any version of a function, a call is for one or for none.
fn actual(need: &Need, qualifier: Option<&str>) -> Option<Need> {
    let resource = plain(&need.resource);
    let resource = match qualifier {
        _ if need.action != INVOKE => resource,
        _ if resource.ends_with(":*") => return None,
        Some(qualifier) => format!("{resource}:{qualifier}"),
        None => resource,
    };
    let mut conditions = need.conditions.clone();
    for values in conditions.values_mut().flat_map(|keys| keys.values_mut()) {
        *values = values.iter().map(|value| plain(value)).collect();
    }
    Some(Need {
        action: need.action.clone(),
        resource,
        conditions,
    })
}

/// The version or alias of the function that is called.
fn qualifier(task: &Task, arguments: &Json, place: Place<'_>) -> Option<String> {
    let text = |name: &str| arguments.get(name).and_then(Json::as_str);
    let (function, said) = match &task.resource {
        Resource::Lambda { arn } => (&**arn, None),
        Resource::Integration(_) => (text("FunctionName")?, text("Qualifier")),
        Resource::Activity { .. } => return None,
    };
    let named = FunctionReference::new(function, place.scope).qualifier;
    said.or(named).map(str::to_owned)
}

/// A text that policies have with escapes, without them.
fn plain(text: &str) -> String {
    let text = text.replace("${*}", "*").replace("${?}", "?");
    text.replace("${$}{", "${")
}
