use aws_sdk_sfn::config::http::HttpResponse;
use aws_sdk_sfn::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sfn::operation::RequestId;
use stack::{Failure, Retries, Service};

use super::error::CallError;
use super::{Cloud, Error, Event};

/// A call about to be made.
#[derive(Clone, Copy)]
pub(super) struct Call<'a> {
    pub(super) service: Service,
    pub(super) action: &'static str,
    /// What it acts on, for messages.
    pub(super) name: &'a str,
}

impl Cloud {
    /// Makes a call, and again as long as [`Retries`] has patience with how it fails.
    pub(super) async fn call<T, E, F>(&self, call: Call<'_>, request: impl Fn() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let mut retries = Retries::default();
        let mut unclear = false;
        loop {
            let error = match request().await {
                Ok(answer) => return Ok(answer),
                Err(error) => call_error(call, &error, unclear),
            };
            let Some(wait) = retries.next(&failure(&error)) else {
                return Err(Error::Call(Box::new(error)));
            };
            unclear |= error.status.is_none_or(|status| status >= 500);
            self.tell(&Event::Waiting {
                action: call.action,
                name: call.name.to_owned(),
                reason: wait.reason.to_owned(),
            });
            self.sleep(wait.delay).await?;
        }
    }
}

fn failure(error: &CallError) -> Failure<'_> {
    Failure {
        service: error.service,
        action: error.action,
        status: error.status,
        code: &error.code,
        message: &error.message,
    }
}

fn call_error<E>(call: Call<'_>, error: &SdkError<E, HttpResponse>, after_unclear_answer: bool) -> CallError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let code = error.code().unwrap_or_default();
    // Some services put a namespace before the code, and a link behind it.
    let code = code
        .rsplit('#')
        .next()
        .unwrap_or(code)
        .split(':')
        .next()
        .unwrap_or(code);
    CallError {
        service: call.service,
        action: call.action,
        name: call.name.to_owned(),
        status: error.raw_response().map(|response| response.status().as_u16()),
        code: code.to_owned(),
        message: error.message().map_or_else(|| innermost(error), str::to_owned),
        request_id: error.request_id().map(str::to_owned),
        after_unclear_answer,
    }
}

/// Why there was no answer, or none that can be read: the outer errors only say that there was none.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
