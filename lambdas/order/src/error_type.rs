use lambda_runtime::Diagnostic;

/// An error with a name that a state machine can match.
///
/// Step Functions compares the `errorType` of a function's error with `ErrorEquals`, and shows the message to people.
/// <https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html>
pub trait ErrorType: std::error::Error {
    /// The name, as it stands in `ErrorEquals`.
    fn error_type(&self) -> &'static str;
}

/// The error as the Lambda runtime reports it.
pub(crate) fn diagnostic(error: &impl ErrorType) -> Diagnostic {
    Diagnostic {
        error_type: error.error_type().to_owned(),
        error_message: error.to_string(),
    }
}
