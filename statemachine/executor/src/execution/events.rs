//! What each event means for the branch that waits for it.

use asl::{Json, Resource};

use super::Timer;
use crate::branch::{BranchKey, Heartbeat, Phase, TaskRun, Todo};
use crate::failure::{Source, StateError};
use crate::states::task;
use crate::{Event, Execution, FailedAt, Failure, TaskId};

pub(super) fn handle(execution: &mut Execution, event: Event) {
    match event {
        Event::TaskSubmitted { id, output } => submitted(execution, id, output),
        Event::ActivityStarted { id, worker_name } => {
            if let Some(key) = execution.tasks.get(&id).copied() {
                task::activity_started(execution, key, worker_name);
            }
        }
        Event::TaskSucceeded { id, output } => {
            if let Some(key) = finish(execution, id) {
                let result = task::succeeded(execution, key, output);
                execution.continue_with(key, Todo::Result(result));
            }
        }
        Event::TaskFailed { id, failure, at } => {
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

fn submitted(execution: &mut Execution, id: TaskId, output: Json) {
    let Some(key) = execution.tasks.get(&id).copied() else {
        return;
    };
    if let Some(Phase::Task(run)) = execution.branches.get_mut(&key).map(|branch| &mut branch.phase) {
        run.submitted = true;
        task::submitted(execution, key, output);
    }
}

fn heartbeat(execution: &mut Execution, id: TaskId) {
    let Some(key) = execution.tasks.get(&id).copied() else {
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

fn task_run(execution: &mut Execution, key: BranchKey) -> Option<&mut TaskRun> {
    match &mut execution.branches.get_mut(&key)?.phase {
        Phase::Task(run) => Some(run),
        _ => None,
    }
}

/// Whether a resource is an activity, whose clock starts when a worker takes it.
pub(crate) fn is_activity(resource: &Resource) -> bool {
    matches!(resource, Resource::Activity { .. })
}
