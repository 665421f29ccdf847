use std::fmt;
use std::sync::Arc;

use asl::Json;

/// Why a state, a branch or an execution failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// The error name, such as `States.Timeout` or a function's error type.
    pub error: Option<Arc<str>>,
    /// What a person reads.
    pub cause: Option<Arc<str>>,
}

pub(crate) const RUNTIME: &str = "States.Runtime";
pub(crate) const DATA_LIMIT_EXCEEDED: &str = "States.DataLimitExceeded";
pub(crate) const QUERY_EVALUATION_ERROR: &str = "States.QueryEvaluationError";
const REFERENCE_PATH_CONFLICT: &str = "States.ReferencePathConflict";
pub(crate) const TIMEOUT: &str = "States.Timeout";
pub(crate) const HEARTBEAT_TIMEOUT: &str = "States.HeartbeatTimeout";

impl Failure {
    /// An error with a cause.
    #[must_use]
    pub fn new(error: impl Into<Arc<str>>, cause: impl Into<Arc<str>>) -> Failure {
        Failure {
            error: Some(error.into()),
            cause: Some(cause.into()),
        }
    }

    pub(crate) fn timeout() -> Failure {
        Failure {
            error: Some(TIMEOUT.into()),
            cause: None,
        }
    }

    /// The error output that `Catch` hands on.
    pub(crate) fn to_json(&self) -> Json {
        let text = |part: &Option<Arc<str>>| part.clone().map_or(Json::Null, Json::String);
        let cause = match (&self.error, &self.cause) {
            (Some(error), None) if &**error == TIMEOUT => Json::from(""),
            _ => text(&self.cause),
        };
        Json::object([("Error", text(&self.error)), ("Cause", cause)])
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.error, &self.cause) {
            (Some(error), Some(cause)) => write!(formatter, "{error}: {cause}"),
            (Some(text), None) | (None, Some(text)) => formatter.write_str(text),
            (None, None) => formatter.write_str("no error name"),
        }
    }
}

/// A failure on its way out of a state.
#[derive(Clone, Debug)]
pub(crate) struct StateError {
    pub(crate) failure: Failure,
    pub(crate) source: Source,
    /// The field whose JSONata expression failed.
    pub(crate) location: Option<Arc<str>>,
}

/// What a failure comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A path or value of the state itself.
    Evaluation,
    /// A Reference Path that does not fit the data.
    ReferencePath,
    /// What the state called or ran.
    Work,
    /// A heartbeat that did not come; `States.HeartbeatTimeout` matches it beside its own name.
    Heartbeat,
}

impl StateError {
    /// The state's own fields could not be evaluated; AWS puts the state in front of `message`.
    pub(crate) fn runtime(message: impl fmt::Display) -> StateError {
        StateError {
            failure: Failure::new(RUNTIME, message.to_string()),
            source: Source::Evaluation,
            location: None,
        }
    }

    /// A JSONata expression could not be evaluated, or not to what the field takes; AWS puts the state in front of
    /// `message`.
    pub(crate) fn query_evaluation(message: impl fmt::Display, location: Option<String>) -> StateError {
        StateError {
            failure: Failure::new(QUERY_EVALUATION_ERROR, message.to_string()),
            source: Source::Evaluation,
            location: location.map(Arc::from),
        }
    }

    pub(crate) fn reference_path_conflict(cause: String) -> StateError {
        StateError {
            failure: Failure::new(REFERENCE_PATH_CONFLICT, cause),
            source: Source::ReferencePath,
            location: None,
        }
    }

    pub(crate) fn data_limit(what: &str) -> StateError {
        StateError {
            failure: data_limit_failure(what),
            source: Source::Work,
            location: None,
        }
    }

    pub(crate) fn work(failure: Failure) -> StateError {
        StateError {
            failure,
            source: Source::Work,
            location: None,
        }
    }
}

pub(crate) fn data_limit_failure(what: &str) -> Failure {
    let cause = format!(
        "The state/task '{what}' returned a result with a size exceeding the maximum number of bytes service limit."
    );
    Failure::new(DATA_LIMIT_EXCEEDED, cause)
}
