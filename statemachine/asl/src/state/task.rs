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

/// Which Lambda function a Task invokes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvokedFunction<'a> {
    /// The definition names it: an ARN or a name, with or without a qualifier.
    Named(&'a str),
    /// It is chosen when the state runs.
    AtRunTime,
}

impl Task {
    /// The Lambda function it invokes by its ARN, by `lambda:invoke` or by `aws-sdk:lambda:invoke`; nothing where it calls
    /// something else.
    #[must_use]
    pub fn invoked_function(&self) -> Option<InvokedFunction<'_>> {
        match &self.resource {
            Resource::Lambda { arn } => Some(InvokedFunction::Named(arn)),
            Resource::Integration(integration) if integration.invokes_function() => {
                let name = self.arguments.as_ref().and_then(function_name);
                Some(name.map_or(InvokedFunction::AtRunTime, InvokedFunction::Named))
            }
            Resource::Integration(_) | Resource::Activity { .. } => None,
        }
    }
}

fn function_name(arguments: &Template) -> Option<&str> {
    match arguments {
        Template::Literal(json) => json.get("FunctionName")?.as_str(),
        Template::Object(fields) => match fields.iter().find(|(key, _)| &**key == "FunctionName")? {
            (_, Template::Literal(json)) => json.as_str(),
            _ => None,
        },
        Template::Expression(_) | Template::Array(_) => None,
    }
}
