use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use asl::{Json, Resource};
use serde_json::{Value, json};

use crate::{Failure, Reply, Surroundings, TaskRequest};

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

type Answer<'a> = Pin<Box<dyn Future<Output = Result<Value, TaskError>> + 'a>>;

/// What a task does.
pub(super) type Handler = Box<dyn Fn(Call) -> Answer<'static>>;

pub(super) fn handler<F>(task: F) -> Handler
where
    F: AsyncFn(Call) -> Result<Value, TaskError> + 'static,
{
    let task = std::rc::Rc::new(task);
    Box::new(move |call| {
        let task = std::rc::Rc::clone(&task);
        Box::pin(async move { task(call).await })
    })
}

/// The closures as the execution's surroundings.
pub(super) struct Tasks<'a> {
    states: &'a BTreeMap<String, Handler>,
    functions: &'a BTreeMap<String, Handler>,
}

impl<'a> Tasks<'a> {
    pub(super) fn new(states: &'a BTreeMap<String, Handler>, functions: &'a BTreeMap<String, Handler>) -> Tasks<'a> {
        Tasks { states, functions }
    }
}

impl Surroundings for Tasks<'_> {
    async fn call(&self, request: TaskRequest) -> Reply {
        let answer = match self.states.get(&*request.state) {
            Some(task) => task(call(&request, value(&request.arguments))).await,
            None => invoke(self.functions, &request).await,
        };
        match answer {
            Ok(output) => Reply::success(json(&output)),
            Err(TaskError::Failed { error, cause }) => Reply::failure(Failure::new(error, cause)),
            Err(TaskError::NoAnswer) => Reply::never(),
        }
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _span: Duration) -> impl Future<Output = ()> + '_ {
        std::future::pending()
    }
}

async fn invoke(functions: &BTreeMap<String, Handler>, request: &TaskRequest) -> Result<Value, TaskError> {
    let arguments = value(&request.arguments);
    let Resource::Integration(integration) = &request.resource else {
        let function = request.resource.arn();
        let task = find(functions, function).ok_or_else(|| not_found(function))?;
        return task(call(request, arguments)).await;
    };
    let function = arguments
        .get("FunctionName")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let task = find(functions, function).ok_or_else(|| not_found(function))?;
    let payload = match arguments.get("Payload") {
        Some(Value::String(text)) if integration.sdk => serde_json::from_str(text).unwrap_or_default(),
        payload => payload.cloned().unwrap_or_default(),
    };
    let payload = task(call(request, payload)).await?;
    let payload = if integration.sdk {
        payload.to_string().into()
    } else {
        payload
    };
    Ok(json!({ "ExecutedVersion": "$LATEST", "Payload": payload, "StatusCode": 200 }))
}

/// The function that an ARN or a name means.
pub(super) fn find<'a>(functions: &'a BTreeMap<String, Handler>, function: &str) -> Option<&'a Handler> {
    let name = function.rsplit_once("function:").map_or(function, |(_, name)| name);
    functions.get(name.split(':').next().unwrap_or(name))
}

fn not_found(function: &str) -> TaskError {
    TaskError::new(
        "Lambda.ResourceNotFoundException",
        format!("Function not found: {function}"),
    )
}

fn call(request: &TaskRequest, input: Value) -> Call {
    Call {
        input,
        state: request.state.to_string(),
        resource: request.resource.arn().to_string(),
        attempt: request.retry_count + 1,
        token: request.token.as_deref().map(str::to_owned),
    }
}

pub(super) fn value(json: &Json) -> Value {
    serde_json::to_value(json).unwrap_or_default()
}

pub(super) fn json(value: &Value) -> Json {
    value.to_string().parse().unwrap_or_default()
}
