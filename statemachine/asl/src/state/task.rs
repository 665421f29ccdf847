use super::{Next, RetryAndCatch};
use crate::{Dynamic, Path, Resource, Template};

/// Calls something.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// What is called.
    pub resource: Resource,
    /// `Parameters` or `Arguments`: what it is called with; without it the effective input.
    pub arguments: Option<Template>,
    /// `ResultSelector`
    pub result_selector: Option<Template>,
    /// `ResultPath`: a Reference Path; nothing where it is null and the result is discarded. Without the field it is `$`.
    pub result_path: Option<Path>,
    /// `TimeoutSeconds(Path)`
    pub timeout_seconds: Option<Dynamic<u64>>,
    /// `HeartbeatSeconds(Path)`
    pub heartbeat_seconds: Option<Dynamic<u64>>,
    /// `Credentials`
    pub credentials: Option<Template>,
    /// `Retry` and `Catch`
    pub on_error: RetryAndCatch,
    /// `Next` or `End`
    pub next: Next,
}

/// What a Task calls, where the definition says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'a> {
    /// The definition names it: an ARN or a name, with or without a qualifier.
    Named(&'a str),
    /// It is chosen when the state runs.
    AtRunTime,
}

impl Task {
    /// The Lambda function it invokes by its ARN, by `lambda:invoke` or by `aws-sdk:lambda:invoke`; nothing where it calls
    /// something else.
    #[must_use]
    pub fn invoked_function(&self) -> Option<Target<'_>> {
        match &self.resource {
            Resource::Lambda { arn } => Some(Target::Named(arn)),
            Resource::Integration(integration) if integration.invokes_function() => Some(self.target("FunctionName")),
            Resource::Integration(_) | Resource::Activity { .. } => None,
        }
    }

    /// The state machine that it starts, by `states:startExecution` or by `StartExecution` or `StartSyncExecution` of the
    /// SDK; nothing where it calls something else.
    #[must_use]
    pub fn started_machine(&self) -> Option<Target<'_>> {
        match &self.resource {
            Resource::Integration(integration) if integration.starts_execution() => {
                Some(self.target("StateMachineArn"))
            }
            _ => None,
        }
    }

    fn target(&self, field: &str) -> Target<'_> {
        let argument = self.arguments.as_ref().and_then(|arguments| argument(arguments, field));
        argument.map_or(Target::AtRunTime, Target::Named)
    }
}

/// The text of an argument that is written down.
fn argument<'a>(arguments: &'a Template, field: &str) -> Option<&'a str> {
    match arguments {
        Template::Literal(json) => json.get(field)?.as_str(),
        Template::Object(fields) => match fields.iter().find(|(key, _)| &**key == field)? {
            (_, Template::Literal(json)) => json.as_str(),
            _ => None,
        },
        Template::Expression(_) | Template::Array(_) => None,
    }
}
