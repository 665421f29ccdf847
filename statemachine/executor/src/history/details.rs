use std::sync::Arc;

use asl::Json;

use crate::Failure;

/// What an event tells, by type.
///
/// The names are those of the API; the events of the states themselves carry the state's type.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names are the API's own")]
pub enum EventDetails {
    ExecutionStarted {
        input: Json,
        role_arn: Arc<str>,
    },
    ExecutionSucceeded {
        output: Json,
    },
    ExecutionFailed(Failure),
    ExecutionTimedOut(Failure),
    ExecutionAborted(Failure),
    StateEntered {
        state: StateType,
        name: Arc<str>,
        input: Json,
    },
    StateExited {
        state: StateType,
        name: Arc<str>,
        output: Json,
        /// What `Assign` set.
        assigned: Vec<(Arc<str>, Json)>,
    },
    EvaluationFailed(Box<EvaluationFailed>),
    StateAborted {
        state: StateType,
    },
    TaskScheduled(Box<TaskScheduled>),
    TaskStarted(Arc<TaskLabel>),
    TaskStartFailed(Arc<TaskLabel>, Failure),
    TaskSubmitted {
        task: Arc<TaskLabel>,
        output: Json,
    },
    TaskSubmitFailed(Arc<TaskLabel>, Failure),
    TaskSucceeded {
        task: Arc<TaskLabel>,
        output: Json,
    },
    TaskFailed(Arc<TaskLabel>, Failure),
    TaskTimedOut(Arc<TaskLabel>, Failure),
    LambdaFunctionScheduled(Box<TaskScheduled>),
    LambdaFunctionScheduleFailed(Failure),
    LambdaFunctionStarted,
    LambdaFunctionStartFailed(Failure),
    LambdaFunctionSucceeded {
        output: Json,
    },
    LambdaFunctionFailed(Failure),
    LambdaFunctionTimedOut(Failure),
    ActivityScheduled(Box<TaskScheduled>),
    ActivityScheduleFailed(Failure),
    ActivityStarted {
        worker_name: Option<Arc<str>>,
    },
    ActivitySucceeded {
        output: Json,
    },
    ActivityFailed(Failure),
    ActivityTimedOut(Failure),
    ParallelStateStarted,
    ParallelStateSucceeded,
    ParallelStateFailed,
    MapStateStarted {
        length: usize,
    },
    MapStateSucceeded,
    MapStateFailed,
    MapIterationStarted(IterationLabel),
    MapIterationSucceeded(IterationLabel),
    MapIterationFailed(IterationLabel),
    MapIterationAborted(IterationLabel),
}

/// An expression that could not be evaluated.
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluationFailed {
    /// Error and cause.
    pub failure: Failure,
    /// The field of the state: `Output/x`, `Arguments`.
    pub location: Option<Arc<str>>,
    /// The state.
    pub state: Arc<str>,
}

/// The type of the state an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the language's own")]
pub enum StateType {
    Task,
    Pass,
    Choice,
    Wait,
    Succeed,
    Fail,
    Parallel,
    Map,
}

/// How the events of a service integration name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskLabel {
    /// `lambda`, `sqs`, `aws-sdk:s3`, ...
    pub resource_type: Arc<str>,
    /// `invoke`, `sendMessage.waitForTaskToken`, ...
    pub resource: Arc<str>,
}

/// What was scheduled.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskScheduled {
    /// The integration; of Lambda functions and activities the resource is the ARN.
    pub task: Arc<TaskLabel>,
    /// `parameters` or `input` of the event.
    pub parameters: Json,
    /// The region of the call.
    pub region: Arc<str>,
    /// `TimeoutSeconds` of the state.
    pub timeout_seconds: Option<u64>,
    /// `HeartbeatSeconds` of the state.
    pub heartbeat_seconds: Option<u64>,
    /// The role of `Credentials`.
    pub role_arn: Option<Arc<str>>,
}

/// Which iteration of which Map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IterationLabel {
    /// The name of the Map state.
    pub name: Arc<str>,
    /// Counts from 0.
    pub index: usize,
}

impl EventDetails {
    pub(super) fn name(&self) -> Option<&Arc<str>> {
        match self {
            EventDetails::StateEntered { name, .. } | EventDetails::StateExited { name, .. } => Some(name),
            EventDetails::MapIterationStarted(label)
            | EventDetails::MapIterationSucceeded(label)
            | EventDetails::MapIterationFailed(label)
            | EventDetails::MapIterationAborted(label) => Some(&label.name),
            _ => None,
        }
    }

    pub(super) fn type_name(&self) -> &'static str {
        match self {
            EventDetails::ExecutionStarted { .. } => "ExecutionStarted",
            EventDetails::ExecutionSucceeded { .. } => "ExecutionSucceeded",
            EventDetails::ExecutionFailed(_) => "ExecutionFailed",
            EventDetails::ExecutionTimedOut(_) => "ExecutionTimedOut",
            EventDetails::ExecutionAborted(_) => "ExecutionAborted",
            EventDetails::StateEntered { state, .. } => state.entered(),
            EventDetails::StateExited { state, .. } => state.exited(),
            EventDetails::EvaluationFailed(_) => "EvaluationFailed",
            EventDetails::StateAborted { state } => state.aborted(),
            EventDetails::TaskScheduled(_) => "TaskScheduled",
            EventDetails::TaskStarted(_) => "TaskStarted",
            EventDetails::TaskStartFailed(..) => "TaskStartFailed",
            EventDetails::TaskSubmitted { .. } => "TaskSubmitted",
            EventDetails::TaskSubmitFailed(..) => "TaskSubmitFailed",
            EventDetails::TaskSucceeded { .. } => "TaskSucceeded",
            EventDetails::TaskFailed(..) => "TaskFailed",
            EventDetails::TaskTimedOut(..) => "TaskTimedOut",
            EventDetails::LambdaFunctionScheduled(_) => "LambdaFunctionScheduled",
            EventDetails::LambdaFunctionScheduleFailed(_) => "LambdaFunctionScheduleFailed",
            EventDetails::LambdaFunctionStarted => "LambdaFunctionStarted",
            EventDetails::LambdaFunctionStartFailed(_) => "LambdaFunctionStartFailed",
            EventDetails::LambdaFunctionSucceeded { .. } => "LambdaFunctionSucceeded",
            EventDetails::LambdaFunctionFailed(_) => "LambdaFunctionFailed",
            EventDetails::LambdaFunctionTimedOut(_) => "LambdaFunctionTimedOut",
            EventDetails::ActivityScheduled(_) => "ActivityScheduled",
            EventDetails::ActivityScheduleFailed(_) => "ActivityScheduleFailed",
            EventDetails::ActivityStarted { .. } => "ActivityStarted",
            EventDetails::ActivitySucceeded { .. } => "ActivitySucceeded",
            EventDetails::ActivityFailed(_) => "ActivityFailed",
            EventDetails::ActivityTimedOut(_) => "ActivityTimedOut",
            EventDetails::ParallelStateStarted => "ParallelStateStarted",
            EventDetails::ParallelStateSucceeded => "ParallelStateSucceeded",
            EventDetails::ParallelStateFailed => "ParallelStateFailed",
            EventDetails::MapStateStarted { .. } => "MapStateStarted",
            EventDetails::MapStateSucceeded => "MapStateSucceeded",
            EventDetails::MapStateFailed => "MapStateFailed",
            EventDetails::MapIterationStarted(_) => "MapIterationStarted",
            EventDetails::MapIterationSucceeded(_) => "MapIterationSucceeded",
            EventDetails::MapIterationFailed(_) => "MapIterationFailed",
            EventDetails::MapIterationAborted(_) => "MapIterationAborted",
        }
    }
}

impl StateType {
    fn entered(self) -> &'static str {
        match self {
            StateType::Task => "TaskStateEntered",
            StateType::Pass => "PassStateEntered",
            StateType::Choice => "ChoiceStateEntered",
            StateType::Wait => "WaitStateEntered",
            StateType::Succeed => "SucceedStateEntered",
            StateType::Fail => "FailStateEntered",
            StateType::Parallel => "ParallelStateEntered",
            StateType::Map => "MapStateEntered",
        }
    }

    fn exited(self) -> &'static str {
        match self {
            StateType::Task => "TaskStateExited",
            StateType::Pass => "PassStateExited",
            StateType::Choice => "ChoiceStateExited",
            StateType::Wait => "WaitStateExited",
            StateType::Succeed => "SucceedStateExited",
            StateType::Fail => "FailStateExited",
            StateType::Parallel => "ParallelStateExited",
            StateType::Map => "MapStateExited",
        }
    }

    fn aborted(self) -> &'static str {
        match self {
            StateType::Wait => "WaitStateAborted",
            StateType::Parallel => "ParallelStateAborted",
            StateType::Map => "MapStateAborted",
            _ => "TaskStateAborted",
        }
    }

    /// Whether states of this type run states of their own.
    #[must_use]
    pub fn has_branches(self) -> bool {
        matches!(self, StateType::Parallel | StateType::Map)
    }

    /// Whether the API has an `Aborted` event for states of this type.
    pub(crate) fn can_be_aborted(self) -> bool {
        matches!(
            self,
            StateType::Task | StateType::Wait | StateType::Parallel | StateType::Map
        )
    }
}

impl From<&asl::StateKind> for StateType {
    fn from(kind: &asl::StateKind) -> StateType {
        match kind {
            asl::StateKind::Task(_) => StateType::Task,
            asl::StateKind::Pass(_) => StateType::Pass,
            asl::StateKind::Choice(_) => StateType::Choice,
            asl::StateKind::Wait(_) => StateType::Wait,
            asl::StateKind::Succeed(_) => StateType::Succeed,
            asl::StateKind::Fail(_) => StateType::Fail,
            asl::StateKind::Parallel(_) => StateType::Parallel,
            asl::StateKind::Map(_) => StateType::Map,
        }
    }
}
