use std::collections::BTreeMap;
use std::sync::Arc;

use asl::Json;
use jiff::Timestamp;

use crate::program::StateId;
use crate::variables::Variables;
use crate::{TaskId, TimerId};

/// Names a branch for as long as it lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct BranchKey(pub(crate) u64);

/// One thread of states: the machine's own, a branch of a Parallel, or an iteration of a Map.
#[derive(Clone, Debug)]
pub(crate) struct Branch {
    pub(crate) parent: Option<Parent>,
    /// What the next event of this branch follows.
    pub(crate) last_event: u64,
    pub(crate) visit: Visit,
    pub(crate) phase: Phase,
    pub(crate) item: Option<Arc<MapItem>>,
    pub(crate) variables: Variables,
    /// Whether it is an iteration of a Map.
    pub(crate) is_iteration: bool,
    /// How often each state has called; kept by iterations and by the machine's own branch.
    pub(crate) calls: BTreeMap<StateId, u64>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Parent {
    pub(crate) key: BranchKey,
    /// The place of this branch among the parent's.
    pub(crate) index: usize,
}

/// `$$.Map.Item` of the innermost iteration.
#[derive(Clone, Debug)]
pub(crate) struct MapItem {
    pub(crate) index: usize,
    pub(crate) value: Json,
}

/// The stay in the branch's present state.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    pub(crate) state: StateId,
    pub(crate) input: Json,
    pub(crate) entered_event: u64,
    pub(crate) entered_at: Timestamp,
    pub(crate) retries: Retries,
    pub(crate) token: Option<Arc<str>>,
}

/// How often the state was retried, in all and by each retrier.
#[derive(Clone, Debug, Default)]
pub(crate) struct Retries {
    pub(crate) total: u64,
    pub(crate) by_retrier: BTreeMap<usize, u64>,
}

/// What a branch waits for.
#[derive(Clone, Debug)]
pub(crate) enum Phase {
    /// Nothing: it runs, or is about to.
    Running(Todo),
    Task(TaskRun),
    Wait(TimerId),
    Backoff(TimerId),
    Children(Children),
}

/// What a running branch does next.
#[derive(Clone, Debug)]
pub(crate) enum Todo {
    Enter { state: StateId, input: Json },
    Work,
    Exit,
    Result(Result<Json, crate::failure::StateError>),
}

#[derive(Clone, Debug)]
pub(crate) struct TaskRun {
    pub(crate) id: TaskId,
    pub(crate) timeout: Option<TimerId>,
    pub(crate) heartbeat: Option<Heartbeat>,
    /// Whether history tells that it has begun.
    pub(crate) started: bool,
    pub(crate) limits: Seconds,
    /// When it was called.
    pub(crate) called_at: Timestamp,
}

/// How long a task may take, and between two signs of life.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seconds {
    pub(crate) timeout: Option<u64>,
    pub(crate) heartbeat: Option<u64>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Heartbeat {
    pub(crate) timer: TimerId,
    pub(crate) seconds: u64,
}

/// The running branches of a Parallel or the iterations of a Map.
#[derive(Clone, Debug, Default)]
pub(crate) struct Children {
    pub(crate) running: BTreeMap<usize, BranchKey>,
    pub(crate) outputs: Vec<Json>,
    /// The items a Map has not started yet, from `next_item` on.
    pub(crate) items: Vec<Json>,
    pub(crate) next_item: usize,
    pub(crate) selector_input: Json,
}
