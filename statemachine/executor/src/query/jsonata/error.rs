use std::fmt;

/// Why an expression gave no value. Printed, it is the end of AWS's sentence `The JSONata expression '...' specified for
/// the field '...' `.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum EvaluationError {
    /// The expression gave nothing.
    Undefined,
    /// The expression gave something JSON has not, such as a function.
    Unsupported,
    /// JSONata's own error.
    Thrown {
        /// `T1006`, `D3030`, ...
        code: String,
        /// The message of the code.
        message: String,
    },
    /// Too many levels, such as a recursion without an end.
    Depth,
    /// Took too long.
    Time,
    /// Built too much.
    Memory,
    /// The engine gave up in a way JSONata has no code for.
    Internal(String),
}

impl fmt::Display for EvaluationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const THREW: &str = "threw an error during evaluation";
        match self {
            EvaluationError::Undefined => formatter.write_str("returned nothing (undefined)."),
            EvaluationError::Unsupported => formatter.write_str("returned an unsupported result type."),
            EvaluationError::Thrown { code, message } => write!(formatter, "{THREW}. {code}: {message}"),
            EvaluationError::Depth => write!(
                formatter,
                "{THREW}: Stack overflow error: Check for non-terminating recursive function. Consider rewriting as \
                 tail-recursive"
            ),
            EvaluationError::Time => write!(
                formatter,
                "{THREW}: Expression evaluation timeout: Check for infinite loop"
            ),
            EvaluationError::Memory => write!(
                formatter,
                "{THREW}: Expression evaluation memory limit exceeded: Check for excessive memory usage"
            ),
            EvaluationError::Internal(message) => write!(formatter, "{THREW}: {message}"),
        }
    }
}

impl std::error::Error for EvaluationError {}
