//! A call of a Lambda function, with its answer as Step Functions shows it.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html>

use std::sync::Arc;

use asl::{Integration, Json, Resource};
use executor::{Failure, Reply, TaskRequest};
use lambda_host::{Host, Invocation, InvocationContext, InvokeError};

use super::Targets;
use super::sdk::{self, Refusal};

/// Calls the function that `request` names, which is a Lambda function's ARN or an invocation.
pub(super) async fn call(host: &Host, targets: &Targets, request: &TaskRequest) -> Reply {
    let called = match Called::of(request) {
        Ok(called) => called,
        Err(failure) => return Reply::failure(failure),
    };
    let Some(logical) = targets.function(&called.function) else {
        return Reply::failure(not_found(&called.function).failure(request));
    };
    let context = InvocationContext {
        request_id: Some(request.request_id.to_string()),
        ..InvocationContext::default()
    };
    match host.invoke(logical, called.payload.into(), context).await {
        Ok(Invocation::Success(response)) => match succeeded(request, &response) {
            Ok(output) => Reply::success(output),
            Err(failure) => Reply::failure(failure),
        },
        Ok(Invocation::FunctionError { error_type, payload }) => {
            Reply::failure(function_error(request, error_type, &payload))
        }
        // Nobody waits for the answer any more.
        Err(InvokeError::ShutDown) => Reply::never(),
        Err(error) => Reply::failure(refusal(&error).failure(request)),
    }
}

/// What is called and with what.
struct Called {
    function: Arc<str>,
    payload: String,
}

impl Called {
    fn of(request: &TaskRequest) -> Result<Called, Failure> {
        let Resource::Integration(integration) = &request.resource else {
            return Ok(Called {
                function: request.resource.arn().clone(),
                payload: request.arguments.to_string(),
            });
        };
        let function = request.arguments.get("FunctionName").and_then(Json::as_str);
        let function = function.ok_or_else(|| {
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

fn succeeded(request: &TaskRequest, response: &[u8]) -> Result<Json, Failure> {
    let text = String::from_utf8_lossy(response);
    match &request.resource {
        Resource::Integration(integration) if integration.sdk => {
            Ok(answer(request, Json::from(&*text), response.len()))
        }
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
    let [http, response] = sdk::metadata(request, &own, ("application/json", length));
    Json::object([
        ("ExecutedVersion", Json::from("$LATEST")),
        ("Payload", payload),
        http,
        response,
        ("StatusCode", Json::from(200_u64)),
    ])
}

/// The function's own error document is the cause, as it is.
fn function_error(request: &TaskRequest, error_type: Option<String>, payload: &[u8]) -> Failure {
    let document = String::from_utf8_lossy(payload);
    let fallback = match &request.resource {
        Resource::Integration(_) => "Exception",
        Resource::Lambda { .. } | Resource::Activity { .. } => "Lambda.Unknown",
    };
    Failure::new(error_type.unwrap_or_else(|| fallback.to_owned()), &*document)
}

fn not_found(function: &str) -> Refusal {
    refused(
        "ResourceNotFoundException",
        404,
        format!("Function not found: {function}:$LATEST"),
    )
}

fn refusal(error: &InvokeError) -> Refusal {
    let (code, status) = match error {
        InvokeError::UnknownFunction { .. } => ("ResourceNotFoundException", 404),
        InvokeError::RequestTooLarge { .. } => ("RequestTooLargeException", 413),
        InvokeError::TooManyRequests { .. } => ("TooManyRequestsException", 429),
        _ => ("ServiceException", 500),
    };
    refused(code, status, error.to_string())
}

fn refused(code: &'static str, status: u16, message: String) -> Refusal {
    Refusal {
        service: ("Lambda", "AWSLambda"),
        prefix: "Lambda",
        code,
        status,
        message,
    }
}
