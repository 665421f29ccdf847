//! What AWS checks in the arguments of a call before it schedules the task.

use asl::{Integration, Json, Resource};

use crate::failure::StateError;

/// Refuses arguments with which AWS would not start the task.
pub(super) fn check(resource: &Resource, arguments: &Json) -> Result<(), StateError> {
    let problem = match resource {
        Resource::Integration(integration) => problem(integration, arguments),
        _ => None,
    };
    problem.map_or(Ok(()), |problem| {
        let message = format!("The Parameters '{arguments}' could not be used to start the Task: [{problem}]");
        Err(StateError::runtime(message))
    })
}

fn problem(integration: &Integration, arguments: &Json) -> Option<&'static str> {
    let is_api_gateway = &*integration.service == "apigateway" && &*integration.api == "invoke" && !integration.sdk;
    let headers = arguments.get("Headers").filter(|_| is_api_gateway)?;
    let lists = headers
        .as_object()
        .is_some_and(|headers| headers.iter().all(|(_, value)| value.as_array().is_some()));
    (!lists).then_some("The value of the field 'Headers' has an invalid format")
}
