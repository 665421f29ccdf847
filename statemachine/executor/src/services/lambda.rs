//! Calls of Lambda functions, and their answers as Step Functions shows them.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html>

use std::sync::Arc;

use asl::{Integration, Json, Resource};

use super::{Refusal, metadata};
use crate::{Failure, TaskRequest};

/// What is called, with what, and whether its answer is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// The function's ARN or name.
    pub function: Arc<str>,
    /// The event, as text.
    pub payload: String,
    /// How it is invoked.
    pub invocation: InvocationType,
}

/// How a function is invoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvocationType {
    /// Its answer is waited for.
    RequestResponse,
    /// It is answered at once that the event will be handled.
    Event,
    /// Only whether it may be invoked is looked at.
    DryRun,
}

impl Called {
    /// What `request` calls, which is a Lambda function's ARN or an invocation.
    ///
    /// # Errors
    /// Arguments that name no function, or an invocation type that is none.
    pub fn of(request: &TaskRequest) -> Result<Called, Failure> {
        let Resource::Integration(integration) = &request.resource else {
            return Ok(Called {
                function: request.resource.arn().clone(),
                payload: request.arguments.to_string(),
                invocation: InvocationType::RequestResponse,
            });
        };
        let text = |name: &str| request.arguments.get(name).and_then(Json::as_str);
        let function = text("FunctionName").ok_or_else(|| {
            let message = "The field 'FunctionName' is required but was missing";
            let cause = format!(
                "The Parameters '{}' could not be used to start the Task: [{message}]",
                request.arguments
            );
            Failure::new("States.Runtime", cause)
        })?;
        Ok(Called {
            function: function.into(),
            payload: payload(integration, request.arguments.get("Payload")),
            invocation: match text("InvocationType") {
                None | Some("RequestResponse") => InvocationType::RequestResponse,
                Some("Event") => InvocationType::Event,
                Some("DryRun") => InvocationType::DryRun,
                Some(other) => return Err(no_invocation_type(other).failure(request)),
            },
        })
    }
}

/// The optimised integration sends JSON; the SDK's call sends the text it is given.
fn payload(integration: &Integration, payload: Option<&Json>) -> String {
    match payload {
        None => "{}".to_owned(),
        Some(Json::String(text)) if integration.sdk => text.to_string(),
        Some(json) => json.to_string(),
    }
}

/// The task's result where the function answered `response`.
///
/// # Errors
/// The response has to be JSON and is not.
pub fn succeeded(request: &TaskRequest, response: &[u8]) -> Result<Json, Failure> {
    let text = String::from_utf8_lossy(response);
    match &request.resource {
        Resource::Integration(integration) if integration.sdk => Ok(sdk_answer(&text, None)),
        Resource::Integration(_) => Ok(answer(request, json(&text)?, response.len())),
        Resource::Lambda { .. } | Resource::Activity { .. } => json(&text),
    }
}

fn json(response: &str) -> Result<Json, Failure> {
    response.parse().map_err(|_| {
        let cause = format!(
            "The cause could not be determined because Lambda did not return an error type. Returned payload: {response}"
        );
        Failure::new("Lambda.Unknown", cause)
    })
}

/// The answer of the Invoke API with the payload in it, as recorded on AWS.
fn answer(request: &TaskRequest, payload: Json, length: usize) -> Json {
    let own = [
        ("X-Amz-Executed-Version", "$LATEST"),
        ("x-amzn-Remapped-Content-Length", "0"),
    ];
    let [http, response] = metadata(request, &own, ("application/json", length), 200);
    Json::object([
        ("ExecutedVersion", Json::from("$LATEST")),
        ("Payload", payload),
        http,
        response,
        ("StatusCode", Json::from(200_u64)),
    ])
}

/// The SDK's answer is the API's: a function error is part of it.
fn sdk_answer(payload: &str, error: Option<&str>) -> Json {
    let version = [("ExecutedVersion", Json::from("$LATEST"))];
    let error = error.map(|error| ("FunctionError", Json::from(error)));
    let rest = [("Payload", Json::from(payload)), ("StatusCode", Json::from(200_u64))];
    Json::object(version.into_iter().chain(error).chain(rest))
}

/// The task's result where the function's answer is not waited for.
#[must_use]
pub fn accepted(request: &TaskRequest, invocation: InvocationType) -> Json {
    let status = match invocation {
        InvocationType::Event => 202_u64,
        InvocationType::DryRun => 204,
        InvocationType::RequestResponse => 200,
    };
    let payload = ("Payload", Json::from(""));
    let code = ("StatusCode", Json::from(status));
    match super::is_sdk(&request.resource) {
        true => Json::object([payload, code]),
        false => {
            let own = [("x-amzn-Remapped-Content-Length", "0")];
            let [http, response] = metadata(request, &own, ("application/json", 0), status);
            Json::object([payload, http, response, code])
        }
    }
}

/// What the task comes to where the function failed with the error document `payload`: its failure, with the document as
/// the cause, as it is; of the SDK's call an answer that tells of it.
///
/// # Errors
/// The task fails.
pub fn failed(request: &TaskRequest, error_type: Option<String>, payload: &[u8]) -> Result<Json, Failure> {
    let document = String::from_utf8_lossy(payload);
    let fallback = match &request.resource {
        Resource::Integration(integration) if integration.sdk => return Ok(sdk_answer(&document, Some("Unhandled"))),
        Resource::Integration(_) => "Exception",
        Resource::Lambda { .. } | Resource::Activity { .. } => "Lambda.Unknown",
    };
    let error = error_type.unwrap_or_else(|| fallback.to_owned());
    Err(Failure::new(error, &*document))
}

/// There is no such function.
#[must_use]
pub fn not_found(function: &str) -> Refusal {
    refused(
        "ResourceNotFoundException",
        404,
        format!("Function not found: {function}:$LATEST"),
    )
}

fn no_invocation_type(given: &str) -> Refusal {
    let message = format!(
        "1 validation error detected: Value '{given}' at 'invocationType' failed to satisfy constraint: Member must \
         satisfy enum value set: [Event, RequestResponse, DryRun]"
    );
    refused("ValidationException", 400, message)
}

/// Lambda refuses the call.
#[must_use]
pub fn refused(code: &'static str, status: u16, message: String) -> Refusal {
    Refusal {
        service: ("Lambda", "AWSLambda"),
        prefix: "Lambda",
        code,
        status,
        message,
    }
}
