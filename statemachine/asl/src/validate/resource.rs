//! The `Resource` of a Task: something that can be called.

use crate::parse::Value;
use crate::validate::{express, integrations};
use crate::{Integration, Pattern, Resource};

/// What `value` names.
pub(crate) fn resource(value: &Value<'_>) -> Option<Resource> {
    let text = value.text()?;
    let Some(resource) = Resource::parse(&text).filter(is_known) else {
        let problem = value.error(
            "SCHEMA_VALIDATION_FAILED",
            format!(
                "the resource provided {text} is not recognized. The value is not a valid resource ARN, or the resource \
                 is not available in this region"
            ),
        );
        return value.report(
            problem.help(
                "write a Lambda function's ARN or a service integration such as `arn:aws:states:::lambda:invoke`",
            ),
        );
    };
    express::check_resource(value, &resource);
    Some(resource)
}

fn is_known(resource: &Resource) -> bool {
    let partition = resource.arn().split(':').nth(1).unwrap_or_default();
    (partition == "aws" || partition.starts_with("aws-"))
        && match resource {
            Resource::Lambda { arn } => is_function(arn),
            Resource::Activity { .. } => true,
            Resource::Integration(integration) if integration.sdk => is_sdk_call(integration),
            Resource::Integration(integration) => integrations::is_optimized(integration),
        }
}

/// `arn:aws:lambda:<region>:<account>:function:<name>[:<version or alias>]`
fn is_function(arn: &str) -> bool {
    let mut parts = arn.split(':').skip(6);
    let name = parts.next().unwrap_or_default();
    let qualifier = parts.next();
    let is_word = |text: &str| {
        !text.is_empty()
            && text
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'))
    };
    is_word(name) && qualifier.is_none_or(|text| text == "$LATEST" || is_word(text)) && parts.next().is_none()
}

/// Any call of the SDK; jobs cannot be waited for.
fn is_sdk_call(integration: &Integration) -> bool {
    let starts_lower = integration.api.starts_with(|letter: char| letter.is_ascii_lowercase());
    starts_lower
        && matches!(
            integration.pattern,
            Pattern::RequestResponse | Pattern::WaitForTaskToken
        )
}
