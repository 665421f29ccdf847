//! Calls that the role of the state machine is not allowed.

use asl::Resource;

use super::{Refusal, executions, lambda};
use crate::{Failure, Reply, TaskRequest};

/// The error of a call of a service whose own words for it are not known here: the language has a name for all of them.
///
/// <https://states-language.net/spec.html#predefined-error-codes>
const PERMISSIONS: &str = "States.Permissions";

/// What a role is not allowed.
#[derive(Clone, Copy, Debug)]
pub struct Denied<'a> {
    /// The ARN of the role's session.
    pub user: &'a str,
    /// The action, such as `lambda:InvokeFunction`.
    pub action: &'a str,
    /// The ARN it acts on.
    pub resource: &'a str,
}

/// How the task ends whose call is denied. Neither Lambda nor Step Functions models an exception for it, so that it is called
/// by the name of the service's client, as in `Lambda.AWSLambdaException`.
#[must_use]
pub fn denied(request: &TaskRequest, denied: Denied<'_>) -> Reply {
    let Denied { user, action, resource } = denied;
    let message = format!(
        "User: {user} is not authorized to perform: {action} on resource: {resource} because no identity-based policy allows \
         the {action} action"
    );
    let failure = match service(&request.resource) {
        Some(refused) => refused(message).unmodelled(request),
        None => Failure::new(PERMISSIONS, message),
    };
    super::refused(request, failure)
}

/// How the service that is called refuses, if that is known.
fn service(resource: &Resource) -> Option<fn(String) -> Refusal> {
    const CODE: &str = "AccessDeniedException";
    let lambda: fn(String) -> Refusal = |message| lambda::refused(CODE, 403, message);
    match resource {
        Resource::Lambda { .. } => Some(lambda),
        Resource::Activity { .. } => None,
        Resource::Integration(integration) => match &*integration.service {
            "lambda" => Some(lambda),
            "states" | "sfn" => Some(|message| executions::refused(CODE, message)),
            _ => None,
        },
    }
}
