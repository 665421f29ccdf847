mod arguments;

use std::sync::Arc;

use asl::{Dynamic, Json, Pattern, Resource, Task};

use crate::branch::{BranchKey, Heartbeat, Phase, Seconds, TaskRun};
use crate::data;
use crate::execution::{Call, Seen, Step, Timer, with_scope};
use crate::failure::{RUNTIME, StateError, data_limit_failure};
use crate::history::{EventDetails, TaskLabel, TaskScheduled};
use crate::program::Node;
use crate::query::{Expected, Scope};
use crate::{Execution, FailedAt, Failure};

pub(super) fn work(
    execution: &mut Execution,
    key: BranchKey,
    node: &Node,
    task: &Task,
    input: Json,
) -> Result<Step, StateError> {
    give_token(execution, key, &task.resource);
    let (arguments, limits) = with_scope(execution, key, node, Seen::input(&input), |scope| {
        let arguments = data::template(task.arguments.as_ref(), scope, node.state.arguments_field())?;
        Ok((arguments, Limits::of(task, scope)?))
    })?;
    let arguments = data::check_size(arguments, execution.program.payload_limit, &node.state.name)?;
    arguments::check(&task.resource, node.state.query_language, &arguments)?;
    check_activity(execution, &task.resource)?;
    record_scheduled(execution, key, &task.resource, &arguments, &limits);
    call(execution, key, node, task, arguments, &limits);
    Ok(Step::Blocked)
}

fn check_activity(execution: &Execution, resource: &Resource) -> Result<(), StateError> {
    match resource {
        Resource::Activity { arn } if !execution.program.has_activity(arn) => {
            let cause = format!("The activity {arn} does not exist.");
            Err(StateError::work(Failure::new(RUNTIME, cause)))
        }
        _ => Ok(()),
    }
}

/// The timeouts of one call.
struct Limits {
    seconds: Seconds,
    role_arn: Option<Arc<str>>,
}

impl Limits {
    fn of(task: &Task, scope: &Scope<'_>) -> Result<Limits, StateError> {
        let credentials = task.credentials.as_ref();
        let credentials = credentials
            .map(|template| data::template(Some(template), scope, "Credentials"))
            .transpose()?;
        let role_arn = credentials
            .as_ref()
            .and_then(|value| value.get("RoleArn"))
            .and_then(Json::as_str);
        Ok(Limits {
            seconds: Seconds {
                timeout: seconds(task.timeout_seconds.as_ref(), scope, "TimeoutSeconds")?,
                heartbeat: seconds(task.heartbeat_seconds.as_ref(), scope, "HeartbeatSeconds")?,
            },
            role_arn: role_arn.map(Arc::from),
        })
    }
}

fn seconds(field: Option<&Dynamic<u64>>, scope: &Scope<'_>, name: &str) -> Result<Option<u64>, StateError> {
    let Some(field) = field else {
        return Ok(None);
    };
    let value = data::dynamic(field, scope, name, Expected::Integer, |seconds| Json::from(*seconds))?;
    let path = data::path_text(field);
    match value.as_i64().and_then(|seconds| u64::try_from(seconds).ok()) {
        Some(seconds) if seconds > 0 => Ok(Some(seconds)),
        _ if data::is_jsonata(field) => Err(data::out_of_range(name, &value)),
        _ => Err(StateError::runtime(format!(
            "The {name}Path parameter references an invalid value: {path} == {value}"
        ))),
    }
}

fn give_token(execution: &mut Execution, key: BranchKey, resource: &Resource) {
    if matches!(resource, Resource::Integration(integration) if integration.pattern == Pattern::WaitForTaskToken) {
        let token: Arc<str> = execution.chance.token().into();
        if let Some(branch) = execution.branch_mut(key) {
            branch.visit.token = Some(token);
        }
    }
}

fn call(execution: &mut Execution, key: BranchKey, node: &Node, task: &Task, arguments: Json, limits: &Limits) {
    let visit = execution.branch(key).map(|branch| &branch.visit);
    let call = Call {
        state: node.state.name.clone(),
        resource: task.resource.clone(),
        arguments,
        retry_count: visit.map_or(0, |visit| visit.retries.total),
        token: visit.and_then(|visit| visit.token.clone()),
    };
    let run = TaskRun {
        id: execution.schedule(key, call),
        timeout: None,
        heartbeat: None,
        started: false,
        limits: limits.seconds,
        called_at: execution.now,
    };
    execution.set_phase(key, Phase::Task(run));
    if !is_activity(&task.resource) {
        start_clocks(execution, key);
    }
}

/// Whether it waits for a worker, who starts the clocks.
fn is_activity(resource: &Resource) -> bool {
    matches!(resource, Resource::Activity { .. })
}

fn start_clocks(execution: &mut Execution, key: BranchKey) {
    let Some(Seconds { timeout, heartbeat }) = task_run(execution, key).map(|run| run.limits) else {
        return;
    };
    let timeout = timeout.map(|seconds| execution.start_timer(seconds, Timer::Timeout(key)));
    let heartbeat = heartbeat.map(|seconds| Heartbeat {
        timer: execution.start_timer(seconds, Timer::Heartbeat(key)),
        seconds,
    });
    if let Some(run) = task_run(execution, key) {
        run.timeout = timeout;
        run.heartbeat = heartbeat;
    }
}

/// The clocks count from the beginning of the task: those of an activity start now, others that ran since the call start
/// again.
pub(crate) fn begin_clocks(execution: &mut Execution, key: BranchKey) {
    let now = execution.now;
    let Some(run) = task_run(execution, key) else {
        return;
    };
    let timers = [run.timeout, run.heartbeat.map(|heartbeat| heartbeat.timer)];
    let mut running = timers.into_iter().flatten().peekable();
    if running.peek().is_some() && run.called_at == now {
        return;
    }
    for timer in running {
        execution.cancel_timer(timer);
    }
    start_clocks(execution, key);
}

/// The task that `key` waits for.
pub(crate) fn task_run(execution: &mut Execution, key: BranchKey) -> Option<&mut TaskRun> {
    match &mut execution.branch_mut(key)?.phase {
        Phase::Task(run) => Some(run),
        _ => None,
    }
}

fn record_scheduled(execution: &mut Execution, key: BranchKey, resource: &Resource, arguments: &Json, limits: &Limits) {
    let Some((_, task)) = called(execution, key) else {
        return;
    };
    let scheduled = Box::new(TaskScheduled {
        task,
        parameters: arguments.clone(),
        region: execution.start.region.clone(),
        timeout_seconds: limits.seconds.timeout,
        heartbeat_seconds: limits.seconds.heartbeat,
        role_arn: limits.role_arn.clone(),
    });
    let details = match resource {
        Resource::Lambda { .. } => EventDetails::LambdaFunctionScheduled(scheduled),
        Resource::Activity { .. } => EventDetails::ActivityScheduled(scheduled),
        Resource::Integration(_) => EventDetails::TaskScheduled(scheduled),
    };
    execution.record(key, details);
}

/// The task has begun, unless that is known.
pub(crate) fn started(execution: &mut Execution, key: BranchKey, worker_name: Option<Arc<str>>) {
    let is_new = task_run(execution, key).is_some_and(|run| !std::mem::replace(&mut run.started, true));
    let Some((resource, label)) = called(execution, key).filter(|_| is_new) else {
        return;
    };
    let details = match &resource {
        Resource::Lambda { .. } => EventDetails::LambdaFunctionStarted,
        Resource::Activity { .. } => EventDetails::ActivityStarted { worker_name },
        Resource::Integration(_) => EventDetails::TaskStarted(label),
    };
    execution.record(key, details);
}

/// The first call of a job or callback was answered.
pub(crate) fn submitted(execution: &mut Execution, key: BranchKey, output: Json) {
    if let Some((_, task)) = called(execution, key) {
        execution.record(key, EventDetails::TaskSubmitted { task, output });
    }
}

/// The task is done; its result, unless that is too large.
pub(crate) fn succeeded(execution: &mut Execution, key: BranchKey, output: Json) -> Result<Json, StateError> {
    let Some((resource, label)) = called(execution, key) else {
        return Ok(output);
    };
    if output.encoded_len() > execution.program.payload_limit {
        let failure = data_limit_failure(label_of_large_result(&resource, &label));
        failed(execution, key, &failure, FailedAt::Run);
        return Err(StateError::work(failure));
    }
    let details = match &resource {
        Resource::Lambda { .. } => EventDetails::LambdaFunctionSucceeded { output: output.clone() },
        Resource::Activity { .. } => EventDetails::ActivitySucceeded { output: output.clone() },
        Resource::Integration(_) => EventDetails::TaskSucceeded {
            task: label,
            output: output.clone(),
        },
    };
    execution.record(key, details);
    Ok(output)
}

/// AWS names the service of an integration, and the ARN of a function.
fn label_of_large_result<'a>(resource: &'a Resource, label: &'a TaskLabel) -> &'a str {
    match resource {
        Resource::Integration(_) => &label.resource_type,
        other => other.arn(),
    }
}

/// The event that tells of a failed task.
pub(crate) fn failed(execution: &mut Execution, key: BranchKey, failure: &Failure, at: FailedAt) {
    let Some((resource, label)) = called(execution, key) else {
        return;
    };
    let failure = failure.clone();
    let details = match (&resource, at) {
        (Resource::Lambda { .. }, FailedAt::Schedule) => EventDetails::LambdaFunctionScheduleFailed(failure),
        (Resource::Lambda { .. }, FailedAt::Start) => EventDetails::LambdaFunctionStartFailed(failure),
        (Resource::Lambda { .. }, FailedAt::TimedOut) => EventDetails::LambdaFunctionTimedOut(failure),
        (Resource::Lambda { .. }, FailedAt::Submit | FailedAt::Run) => EventDetails::LambdaFunctionFailed(failure),
        (Resource::Activity { .. }, FailedAt::Schedule) => EventDetails::ActivityScheduleFailed(failure),
        (Resource::Activity { .. }, FailedAt::TimedOut) => EventDetails::ActivityTimedOut(failure),
        (Resource::Activity { .. }, _) => EventDetails::ActivityFailed(failure),
        (Resource::Integration(_), FailedAt::Start) => EventDetails::TaskStartFailed(label, failure),
        (Resource::Integration(_), FailedAt::Submit) => EventDetails::TaskSubmitFailed(label, failure),
        (Resource::Integration(_), FailedAt::TimedOut) => EventDetails::TaskTimedOut(label, failure),
        (Resource::Integration(_), _) => EventDetails::TaskFailed(label, failure),
    };
    execution.record(key, details);
}

/// What the Task state that `key` is in calls, and how history names it.
fn called(execution: &Execution, key: BranchKey) -> Option<(Resource, Arc<TaskLabel>)> {
    let node = execution.program.node(execution.branch(key)?.visit.state);
    match &node.state.kind {
        asl::StateKind::Task(task) => Some((task.resource.clone(), node.label.clone()?)),
        _ => None,
    }
}
