//! A call of a Lambda function, with its answer as Step Functions shows it.

use std::rc::Rc;

use executor::{
    Reply, TaskRequest,
    services::{
        Refusal,
        lambda::{self, Called, InvocationType},
    },
};
use lambda_host::{Invocation, InvocationContext, InvokeError};

use super::Shared;

/// Calls the function that `request` names, which is a Lambda function's ARN or an invocation.
pub(super) async fn call(shared: &Rc<Shared>, request: &TaskRequest) -> Reply {
    let called = match Called::of(request) {
        Ok(called) => called,
        Err(failure) => return Reply::failure(failure),
    };
    let Some(logical) = shared.targets.function(&called.function).map(str::to_owned) else {
        return Reply::failure(lambda::not_found(&called.function).failure(request));
    };
    let invocation = invoke(
        Rc::clone(shared),
        logical,
        called.payload,
        request.request_id.to_string(),
    );
    match called.invocation {
        InvocationType::RequestResponse => answered(request, invocation.await),
        // What becomes of it does not concern the state.
        InvocationType::Event => {
            shared.detach(async move { drop(invocation.await) });
            Reply::success(lambda::accepted(request, called.invocation))
        }
        InvocationType::DryRun => Reply::success(lambda::accepted(request, called.invocation)),
    }
}

async fn invoke(
    shared: Rc<Shared>,
    logical: String,
    payload: String,
    request_id: String,
) -> Result<Invocation, InvokeError> {
    let context = InvocationContext {
        request_id: Some(request_id),
        ..InvocationContext::default()
    };
    shared.host.invoke(&logical, payload.into(), context).await
}

fn answered(request: &TaskRequest, invocation: Result<Invocation, InvokeError>) -> Reply {
    let result = match invocation {
        Ok(Invocation::Success(response)) => lambda::succeeded(request, &response),
        Ok(Invocation::FunctionError { error_type, payload }) => lambda::failed(request, error_type, &payload),
        // Nobody waits for the answer any more.
        Err(InvokeError::ShutDown) => return Reply::never(),
        Err(error) => Err(refusal(&error).failure(request)),
    };
    result.map_or_else(Reply::failure, Reply::success)
}

fn refusal(error: &InvokeError) -> Refusal {
    let (code, status) = match error {
        InvokeError::UnknownFunction { .. } => ("ResourceNotFoundException", 404),
        InvokeError::RequestTooLarge { .. } => ("RequestTooLargeException", 413),
        InvokeError::TooManyRequests { .. } => ("TooManyRequestsException", 429),
        _ => ("ServiceException", 500),
    };
    lambda::refused(code, status, error.to_string())
}
