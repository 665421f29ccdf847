use std::env;

use lambda_runtime::{Context, Diagnostic, Error, LambdaEvent, service_fn};
use lambda_runtime_api_client::{PooledClient, body::Body, build_request};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use tracing::{info, warn};

use crate::{ErrorType, Order, error_type::diagnostic, log};

/// Answers invocations with a handler until Lambda ends the process, and logs one line for each.
///
/// # Errors
/// There is no Lambda Runtime API, or it is no longer reached.
pub async fn serve<Request, Response, Failure>(
    handler: impl Fn(&Request, &Context) -> Result<Response, Failure>,
) -> Result<(), Error>
where
    Request: DeserializeOwned,
    Response: Serialize + AsRef<Order>,
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
) -> Result<Response, Diagnostic>
where
    Request: DeserializeOwned,
    Response: AsRef<Order>,
    Failure: ErrorType,
{
    let LambdaEvent { payload, context } = event;
    let outcome = Request::deserialize(&payload)
        .map_err(|error| diagnostic(&InvalidRequest(error)))
        .and_then(|request| handler(&request, &context).map_err(|failure| diagnostic(&failure)));
    log_outcome(outcome.as_ref().map(Response::as_ref), &payload, &context);
    outcome
}

fn log_outcome(outcome: Result<&Order, &Diagnostic>, payload: &Value, context: &Context) {
    let request_id = &context.request_id;
    let order_id = payload.pointer("/order/order_id").and_then(Value::as_str);
    match outcome {
        Ok(order) => info!(requestId = request_id, order_id = order.order_id, "done"),
        Err(error) => warn!(
            requestId = request_id,
            order_id,
            error_type = error.error_type,
            "{}",
            error.error_message
        ),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::{json, to_value};

    use super::*;
    use crate::Quantity;

    #[derive(Deserialize)]
    struct Request {
        order: Order,
    }

    #[derive(Debug, Serialize)]
    struct Response {
        order: Order,
        by: String,
    }

    impl AsRef<Order> for Response {
        fn as_ref(&self) -> &Order {
            &self.order
        }
    }

    #[derive(Debug, thiserror::Error)]
    #[error("no room for {0}")]
    struct NoRoom(Quantity);

    impl ErrorType for NoRoom {
        fn error_type(&self) -> &'static str {
            "NoRoom"
        }
    }

    fn handle(request: &Request, context: &Context) -> Result<Response, NoRoom> {
        match request.order.quantity {
            many if many.get() > 10 => Err(NoRoom(many)),
            _ => Ok(Response {
                order: request.order.clone(),
                by: context.request_id.clone(),
            }),
        }
    }

    fn check(payload: Value, expected: Result<Value, Value>) {
        let mut context = Context::default();
        context.request_id = "invocation-1".to_owned();
        let outcome = invoke(handle, LambdaEvent { payload, context });
        let outcome = outcome.map(|response| to_value(response).unwrap());
        assert_eq!(outcome.map_err(|diagnostic| to_value(diagnostic).unwrap()), expected);
    }

    #[test]
    fn a_response_is_json_and_an_error_has_its_own_type() {
        let order =
            |quantity| json!({"order_id": "o-1", "customer_id": "c-1", "product_id": "123", "quantity": quantity});
        check(
            json!({"order": order(10)}),
            Ok(json!({"order": order(10), "by": "invocation-1"})),
        );
        check(
            json!({"order": order(11)}),
            Err(json!({"errorType": "NoRoom", "errorMessage": "no room for 11"})),
        );
        check(
            json!({"order_id": "o-1"}),
            Err(json!({"errorType": "InvalidRequest", "errorMessage": "invalid request: missing field `order`"})),
        );
    }
}
