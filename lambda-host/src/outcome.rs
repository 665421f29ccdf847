//! The answer of an invocation, and the error documents that Lambda writes itself.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::process::Exit;

/// The largest response of a function in bytes: 6 MB and a little more, as the service counts.
pub(crate) const RESPONSE_LIMIT: usize = 6 * 1024 * 1024 + 100;

/// What Invoke answers with status 200.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Invocation {
    /// The function's response, byte for byte; it need not be JSON.
    Success(Bytes),
    /// The function failed (`X-Amz-Function-Error: Unhandled`).
    FunctionError {
        /// `errorType` of the payload, where it has one: what `ErrorEquals` of a state machine matches.
        error_type: Option<String>,
        /// The error document as the function posted it or as Lambda wrote it.
        payload: Bytes,
    },
}

impl Invocation {
    /// The function posted this error document.
    pub(crate) fn posted_error(payload: Bytes) -> Self {
        let document: Option<Value> = serde_json::from_slice(&payload).ok();
        let error_type = document.and_then(|value| Some(value.get("errorType")?.as_str()?.to_owned()));
        Self::FunctionError { error_type, payload }
    }

    pub(crate) fn timed_out(request_id: &str, timeout: Duration) -> Self {
        let message = format!(
            "RequestId: {request_id} Error: Task timed out after {:.2} seconds",
            timeout.as_secs_f64()
        );
        Self::lambda_error("Sandbox.Timedout", &message)
    }

    pub(crate) fn exited(request_id: &str, exit: Exit) -> Self {
        Self::lambda_error("Runtime.ExitError", &format!("RequestId: {request_id} Error: {exit}"))
    }

    pub(crate) fn invalid_entrypoint(request_id: &str, reason: &str) -> Self {
        Self::lambda_error(
            "Runtime.InvalidEntrypoint",
            &format!("RequestId: {request_id} Error: {reason}"),
        )
    }

    pub(crate) fn response_too_large() -> Self {
        let message = format!("Response payload size exceeded maximum allowed payload size ({RESPONSE_LIMIT} bytes).");
        Self::lambda_error("Function.ResponseSizeTooLarge", &message)
    }

    fn lambda_error(error_type: &str, message: &str) -> Self {
        let payload = json!({ "errorType": error_type, "errorMessage": message })
            .to_string()
            .into();
        Self::FunctionError {
            error_type: Some(error_type.to_owned()),
            payload,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(invocation: &Invocation, expected_type: Option<&str>, expected: &str) {
        let Invocation::FunctionError { error_type, payload } = invocation else {
            panic!("{invocation:?}")
        };
        assert_eq!(
            (error_type.as_deref(), payload.as_ref()),
            (expected_type, expected.as_bytes())
        );
    }

    #[test]
    fn lambda_words_its_own_errors() {
        check(
            &Invocation::timed_out("id", Duration::from_secs(3)),
            Some("Sandbox.Timedout"),
            r#"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: id Error: Task timed out after 3.00 seconds"}"#,
        );
        let exits = [
            (Exit::Code(0), "Runtime exited without providing a reason"),
            (Exit::Code(101), "Runtime exited with error: exit status 101"),
            (Exit::Signal(9), "Runtime exited with error: signal: killed"),
            (Exit::Signal(6), "Runtime exited with error: signal: aborted"),
            (Exit::Signal(64), "Runtime exited with error: signal: signal 64"),
        ];
        for (exit, words) in exits {
            let document =
                format!(r#"{{"errorType":"Runtime.ExitError","errorMessage":"RequestId: id Error: {words}"}}"#);
            check(&Invocation::exited("id", exit), Some("Runtime.ExitError"), &document);
        }
    }

    #[test]
    fn the_error_type_is_that_of_the_document() {
        let posted = [
            (
                r#"{"errorType":"InvalidOrder","errorMessage":"m"}"#,
                Some("InvalidOrder"),
            ),
            (r#"{"errorMessage":"m"}"#, None),
            (r#"{"errorType":7}"#, None),
            ("no json", None),
            ("", None),
        ];
        for (document, error_type) in posted {
            check(
                &Invocation::posted_error(Bytes::from_static(document.as_bytes())),
                error_type,
                document,
            );
        }
    }
}
