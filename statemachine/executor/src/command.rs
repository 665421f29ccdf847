use std::sync::Arc;

use asl::{Json, Resource};
use jiff::Timestamp;

use crate::Failure;

/// Names a task an execution has scheduled; never used twice in one execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(pub(crate) u64);

/// Names a timer an execution has started; never used twice in one execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimerId(pub(crate) u64);

/// What an execution wants done.
#[derive(Clone, Debug)]
pub enum Command {
    /// Call this and tell how it went.
    ScheduleTask(TaskRequest),
    /// Send [`Event::TimerFired`] at this time.
    StartTimer {
        /// Which timer.
        id: TimerId,
        /// When it is due.
        at: Timestamp,
    },
    /// The answer of this task is no longer wanted; a late one is ignored.
    CancelTask(TaskId),
    /// This timer is no longer wanted.
    CancelTimer(TimerId),
}

/// A call of a Task state's resource.
#[derive(Clone, Debug)]
pub struct TaskRequest {
    /// What the answer must carry.
    pub id: TaskId,
    /// When it is called.
    pub at: Timestamp,
    /// The state that calls.
    pub state: Arc<str>,
    /// What is called.
    pub resource: Resource,
    /// What it is called with.
    pub arguments: Json,
    /// How often the state was retried before this call.
    pub retry_count: u64,
    /// How often the state has called before, in this iteration of the Map around it or else in this execution.
    pub call: u64,
    /// The task token, where the pattern has one.
    pub token: Option<Arc<str>>,
    /// A request id for the call, of the execution's own chance: it may appear in causes, and the same seed is to give
    /// the same history.
    pub request_id: Arc<str>,
}

/// What happened to an execution.
#[derive(Clone, Debug)]
pub enum Event {
    /// A job was accepted (`.sync`) or a message sent (`.waitForTaskToken`); the task goes on.
    TaskSubmitted {
        /// Which task.
        id: TaskId,
        /// The answer of the first call.
        output: Json,
    },
    /// The task has begun; of an activity, a worker took it. It goes without saying where anything else is told of the task
    /// but that it could not be scheduled or started.
    TaskStarted {
        /// Which task.
        id: TaskId,
        /// The name that the worker of an activity gave.
        worker_name: Option<Arc<str>>,
    },
    /// The task is done.
    TaskSucceeded {
        /// Which task.
        id: TaskId,
        /// Its result.
        output: Json,
    },
    /// The task failed.
    TaskFailed {
        /// Which task.
        id: TaskId,
        /// Error name and cause.
        failure: Failure,
        /// What it failed at.
        at: FailedAt,
    },
    /// The task is alive: its heartbeat clock starts again.
    TaskHeartbeat {
        /// Which task.
        id: TaskId,
    },
    /// A timer is due.
    TimerFired {
        /// Which timer.
        id: TimerId,
    },
    /// Somebody stopped the execution.
    Stop(Failure),
}

/// What a task failed at; it decides which history event tells of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailedAt {
    /// `LambdaFunctionScheduleFailed`, `ActivityScheduleFailed`
    Schedule,
    /// `TaskStartFailed`, `LambdaFunctionStartFailed`
    Start,
    /// `TaskSubmitFailed`
    Submit,
    /// `TaskFailed`, `LambdaFunctionFailed`, `ActivityFailed`
    #[default]
    Run,
    /// `TaskTimedOut`, `LambdaFunctionTimedOut`, `ActivityTimedOut`: the service itself gave up
    TimedOut,
}
