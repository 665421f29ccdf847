use std::env;

use lambda_runtime::{Context, Diagnostic, Error, LambdaEvent, service_fn};
use lambda_runtime_api_client::{PooledClient, body::Body, build_request};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{ErrorType, error_type::diagnostic, log};

/// Answers invocations with a handler until Lambda ends the process, and logs one line for each.
///
/// # Errors
/// There is no Lambda Runtime API, or it is no longer reached.
pub async fn serve<Request, Response, Failure>(
    handler: impl Fn(&Request, &Context) -> Result<Response, Failure>,
) -> Result<(), Error>
where
    Request: DeserializeOwned,
    Response: Serialize,
    Failure: ErrorType,
{
    check_environment()?;
    log::start();
    let invoke = |event| std::future::ready(invoke(&handler, event));
    lambda_runtime::run(service_fn(invoke)).await
}

/// What was made ready before the first invocation; an error is reported to Lambda, which shows it to whoever invokes.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-initerror>
///
/// # Errors
/// Those of `result`, and that the Lambda Runtime API is not reached.
pub async fn initialised<T, Failure>(result: Result<T, Failure>) -> Result<T, Error>
where
    Failure: ErrorType,
{
    match result {
        Ok(ready) => Ok(ready),
        Err(failure) => {
            check_environment()?;
            report_init_error(&diagnostic(&failure)).await?;
            Err(failure.to_string().into())
        }
    }
}

/// The runtime panics without it.
fn check_environment() -> Result<(), Error> {
    match env::var_os("AWS_LAMBDA_RUNTIME_API") {
        Some(_) => Ok(()),
        None => {
            Err("this is a Lambda function and needs `AWS_LAMBDA_RUNTIME_API`: run it with `stepwright run`".into())
        }
    }
}

async fn report_init_error(diagnostic: &Diagnostic) -> Result<(), Error> {
    let request = build_request()
        .method("POST")
        .uri("/2018-06-01/runtime/init/error")
        .header("lambda-runtime-function-error-type", &diagnostic.error_type)
        .body(Body::from(serde_json::to_string(diagnostic)?))?;
    PooledClient::builder().build().call(request).await?;
    Ok(())
}

/// The request is not what the function takes.
#[derive(Debug, thiserror::Error)]
#[error("invalid request: {0}")]
struct InvalidRequest(serde_json::Error);

impl ErrorType for InvalidRequest {
    fn error_type(&self) -> &'static str {
        "InvalidRequest"
    }
}

fn invoke<Request, Response, Failure>(
    handler: impl Fn(&Request, &Context) -> Result<Response, Failure>,
    event: LambdaEvent<Value>,
) -> Result<Value, Diagnostic>
where
    Request: DeserializeOwned,
    Response: Serialize,
    Failure: ErrorType,
{
    let LambdaEvent { payload, context } = event;
    let outcome = Request::deserialize(&payload)
        .map_err(|error| diagnostic(&InvalidRequest(error)))
        .and_then(|request| handler(&request, &context).map_err(|failure| diagnostic(&failure)))
        .and_then(|response| serde_json::to_value(response).map_err(|error| Diagnostic::from(Error::from(error))));
    match &outcome {
        Ok(response) => tracing::info!(order_id = order_id(response), "done"),
        Err(error) => tracing::warn!(
            order_id = order_id(&payload),
            error_type = error.error_type,
            "{}",
            error.error_message
        ),
    }
    outcome
}

fn order_id(document: &Value) -> Option<&str> {
    document.pointer("/order/order_id").and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use serde_json::{json, to_value};

    use super::*;

    #[derive(serde::Deserialize)]
    struct Request {
        order: Value,
    }

    #[derive(Debug, thiserror::Error)]
    #[error("no room for `{0}`")]
    struct NoRoom(Value);

    impl ErrorType for NoRoom {
        fn error_type(&self) -> &'static str {
            "NoRoom"
        }
    }

    fn check(payload: Value, expected: Result<Value, Value>) {
        let handler = |request: &Request, context: &Context| match &request.order {
            Value::Object(_) => Ok(json!({ "order": request.order, "by": context.request_id })),
            other => Err(NoRoom(other.clone())),
        };
        let mut context = Context::default();
        context.request_id = "invocation-1".to_owned();
        let outcome = invoke(handler, LambdaEvent { payload, context });
        assert_eq!(outcome.map_err(|diagnostic| to_value(diagnostic).unwrap()), expected);
    }

    #[test]
    fn a_response_is_json_and_an_error_has_its_own_type() {
        check(
            json!({"order": {"order_id": "o-1"}}),
            Ok(json!({"order": {"order_id": "o-1"}, "by": "invocation-1"})),
        );
        check(
            json!({"order": 5}),
            Err(json!({"errorType": "NoRoom", "errorMessage": "no room for `5`"})),
        );
        check(
            json!({"order_id": "o-1"}),
            Err(json!({"errorType": "InvalidRequest", "errorMessage": "invalid request: missing field `order`"})),
        );
    }
}
