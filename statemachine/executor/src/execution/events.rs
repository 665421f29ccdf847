//! What each event means for the branch that waits for it.

use std::sync::Arc;

use super::Timer;
use crate::branch::{BranchKey, Heartbeat, Todo};
use crate::failure::{Source, StateError};
use crate::states::task::{self, task_run};
use crate::{Event, Execution, FailedAt, Failure, TaskId};

pub(super) fn handle(execution: &mut Execution, event: Event) {
    match event {
        Event::TaskStarted { id, worker_name } => drop(starts(execution, id, worker_name)),
        Event::TaskSubmitted { id, output } => {
            if let Some(key) = starts(execution, id, None) {
                task::submitted(execution, key, output);
            }
        }
        Event::TaskSucceeded { id, output } => {
            begun(execution, id, None);
            if let Some(key) = finish(execution, id) {
                let result = task::succeeded(execution, key, output);
                execution.continue_with(key, Todo::Result(result));
            }
        }
        Event::TaskFailed { id, failure, at } => {
            if !matches!(at, FailedAt::Schedule | FailedAt::Start) {
                begun(execution, id, None);
            }
            if let Some(key) = finish(execution, id) {
                failed(execution, key, StateError::work(failure), at);
            }
        }
        Event::TaskHeartbeat { id } => heartbeat(execution, id),
        Event::TimerFired { id } => {
            if let Some(timer) = execution.timers.remove(&id) {
                timer_fired(execution, timer);
            }
        }
        Event::Stop(failure) => execution.abort(failure),
    }
}

/// The branch that waits for the task, which begins now unless it has before.
fn starts(execution: &mut Execution, id: TaskId, worker_name: Option<Arc<str>>) -> Option<BranchKey> {
    let key = execution.tasks.get(&id).copied()?;
    let was_started = task_run(execution, key).is_some_and(|run| run.started);
    begun(execution, id, worker_name)?;
    if !was_started {
        task::begin_clocks(execution, key);
    }
    Some(key)
}

/// The branch that waits for the task, which has begun.
fn begun(execution: &mut Execution, id: TaskId, worker_name: Option<Arc<str>>) -> Option<BranchKey> {
    let key = execution.tasks.get(&id).copied()?;
    task::started(execution, key, worker_name);
    Some(key)
}

fn heartbeat(execution: &mut Execution, id: TaskId) {
    let Some(key) = starts(execution, id, None) else {
        return;
    };
    let Some(Heartbeat { timer, seconds }) = task_run(execution, key).and_then(|run| run.heartbeat) else {
        return;
    };
    execution.cancel_timer(timer);
    let timer = execution.start_timer(seconds, Timer::Heartbeat(key));
    if let Some(run) = task_run(execution, key) {
        run.heartbeat = Some(Heartbeat { timer, seconds });
    }
}

fn timer_fired(execution: &mut Execution, timer: Timer) {
    match timer {
        Timer::Execution => execution.time_out(),
        Timer::Timeout(key) => give_up(execution, key, Source::Work),
        Timer::Heartbeat(key) => give_up(execution, key, Source::Heartbeat),
        Timer::Wait(key) => execution.continue_with(key, Todo::Exit),
        Timer::Backoff(key) => execution.continue_with(key, Todo::Work),
    }
}

fn give_up(execution: &mut Execution, key: BranchKey, source: Source) {
    let Some(id) = task_run(execution, key).map(|run| run.id) else {
        return;
    };
    begun(execution, id, None);
    execution.cancel_task(id);
    stop_clocks(execution, key);
    failed(
        execution,
        key,
        StateError {
            failure: Failure::timeout(),
            source,
            location: None,
        },
        FailedAt::TimedOut,
    );
}

fn failed(execution: &mut Execution, key: BranchKey, error: StateError, at: FailedAt) {
    task::failed(execution, key, &error.failure, at);
    execution.continue_with(key, Todo::Result(Err(error)));
}

/// The branch that waits for the task; it waits no longer.
fn finish(execution: &mut Execution, id: TaskId) -> Option<BranchKey> {
    let key = execution.tasks.remove(&id)?;
    stop_clocks(execution, key);
    Some(key)
}

fn stop_clocks(execution: &mut Execution, key: BranchKey) {
    let Some(run) = task_run(execution, key) else {
        return;
    };
    let timers = [run.timeout, run.heartbeat.map(|heartbeat| heartbeat.timer)];
    for timer in timers.into_iter().flatten() {
        execution.cancel_timer(timer);
    }
}
