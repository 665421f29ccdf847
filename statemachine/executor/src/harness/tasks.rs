use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use asl::Json;
use serde_json::Value;

use crate::{Failure, Reply, TaskRequest, services};

/// One call of a task.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The payload of a function, or the arguments of another task.
    pub input: Value,
    /// The state that calls.
    pub state: String,
    /// The state's `Resource`.
    pub resource: String,
    /// 1 for the first call since the state was entered, 2 for its first retry.
    pub attempt: u64,
    /// The task token, where the pattern has one.
    pub token: Option<String>,
    said: Rc<RefCell<Said>>,
}

/// What a closure says of its call besides the answer.
#[derive(Debug, Default, PartialEq)]
struct Said {
    took: Option<Duration>,
    submitted: Option<Value>,
}

impl Call {
    pub(super) fn new(request: &TaskRequest, input: Value) -> Call {
        Call {
            input,
            state: request.state.to_string(),
            resource: request.resource.arn().to_string(),
            attempt: request.retry_count + 1,
            token: request.token.as_deref().map(str::to_owned),
            said: Rc::default(),
        }
    }

    /// The call takes this long in virtual time, whatever it takes by the wall: its answer comes that much later, unless a
    /// timeout comes first. Without it a call takes no time.
    pub fn takes(&self, span: Duration) {
        self.said.borrow_mut().took = Some(span);
    }

    /// The first answer of a job (`.sync`) or a callback (`.waitForTaskToken`), which the history tells in TaskSubmitted.
    /// Without it one is made up.
    pub fn submitted(&self, answer: Value) {
        self.said.borrow_mut().submitted = Some(answer);
    }

    /// The reply of a call that came to `answer`.
    pub(super) fn reply(&self, request: &TaskRequest, answer: Result<Json, TaskError>) -> Reply {
        let said = self.said.borrow();
        let reply = match answer {
            Ok(output) => Reply::success(output),
            Err(TaskError::Failed { error, cause }) => Reply::thrown(Failure::new(error, cause)),
            Err(TaskError::NoAnswer) => Reply::never(),
        };
        let first = said.submitted.as_ref().map(json);
        Reply {
            submitted: services::submitted(request).map(|made_up| first.unwrap_or(made_up)),
            took: said.took,
            ..reply
        }
    }
}

/// How a task fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskError {
    /// With an error name and a cause.
    Failed {
        /// What `ErrorEquals` matches.
        error: String,
        /// What a person reads.
        cause: String,
    },
    /// It never answers: a timeout of the state or of the execution ends it.
    NoAnswer,
}

impl TaskError {
    /// An error with a cause.
    pub fn new(error: impl Into<String>, cause: impl Into<String>) -> TaskError {
        TaskError::Failed {
            error: error.into(),
            cause: cause.into(),
        }
    }
}

impl From<Failure> for TaskError {
    fn from(failure: Failure) -> TaskError {
        let text = |part: Option<std::sync::Arc<str>>| part.as_deref().unwrap_or_default().to_owned();
        TaskError::new(text(failure.error), text(failure.cause))
    }
}

type Answer<'a> = Pin<Box<dyn Future<Output = Result<Value, TaskError>> + 'a>>;

/// What a task does.
pub(super) type Handler = Box<dyn Fn(Call) -> Answer<'static>>;

pub(super) fn handler<F>(task: F) -> Handler
where
    F: AsyncFn(Call) -> Result<Value, TaskError> + 'static,
{
    let task = Rc::new(task);
    Box::new(move |call| {
        let task = Rc::clone(&task);
        Box::pin(async move { task(call).await })
    })
}

pub(super) fn value(json: &Json) -> Value {
    serde_json::to_value(json).unwrap_or_default()
}

pub(super) fn json(value: &Value) -> Json {
    value.to_string().parse().unwrap_or_default()
}
