//! Moving one branch on until it waits, ends or fails.

use std::sync::Arc;

use asl::{Catcher, Json, StateKind};

use super::Timer;
use crate::branch::{BranchKey, Phase, Retries, Todo};
use crate::data;
use crate::execution::children;
use crate::failure::{Source, StateError};
use crate::history::{EventDetails, StateType};
use crate::program::{Node, StateId};
use crate::query::Scope;
use crate::{Execution, retry, states, time};

/// What a state came to.
pub(crate) enum Step {
    /// It waits for an event.
    Blocked,
    /// It is done; what follows is its `Next`, or a Choice's.
    Exit { output: Json, next: Option<StateId> },
}

/// What becomes of a failure.
enum Handled {
    Retried,
    Caught { output: Json, next: StateId },
    Uncaught(StateError),
}

pub(super) fn advance(execution: &mut Execution, key: BranchKey) {
    let program = Arc::clone(&execution.program);
    while let Some(todo) = execution.take_todo(key) {
        let entered = match todo {
            Todo::Enter { state, input } => {
                enter(execution, key, program.node(state), state, input);
                Todo::Work
            }
            other => other,
        };
        let Some(state) = execution.branches.get(&key).map(|branch| branch.visit.state) else {
            return;
        };
        let node = program.node(state);
        let step = match entered {
            Todo::Result(result) => result.and_then(|result| states::finish(execution, key, node, result)),
            Todo::Exit => states::wait::exit(execution, key, node),
            _ => states::work(execution, key, node),
        };
        match step {
            Ok(Step::Blocked) => return,
            Ok(Step::Exit { output, next }) => leave(execution, key, node, output, next),
            Err(error) => fail(execution, key, node, error),
        }
    }
}

fn enter(execution: &mut Execution, key: BranchKey, node: &Node, state: StateId, input: Json) {
    let details = EventDetails::StateEntered {
        state: StateType::from(&node.state.kind),
        name: node.state.name.clone(),
        input: input.clone(),
    };
    // The first state's event follows nothing, like the ExecutionStarted before it.
    let id = execution.record(key, details);
    let now = execution.now;
    if let Some(branch) = execution.branches.get_mut(&key) {
        branch.visit.state = state;
        branch.visit.input = input;
        branch.visit.entered_event = id;
        branch.visit.entered_at = now;
        branch.visit.retries = Retries::default();
        branch.visit.token = None;
    }
}

fn leave(execution: &mut Execution, key: BranchKey, node: &Node, output: Json, next: Option<StateId>) {
    let details = EventDetails::StateExited {
        state: StateType::from(&node.state.kind),
        name: node.state.name.clone(),
        output: output.clone(),
    };
    execution.record(key, details);
    match next {
        Some(state) => execution.set_phase(key, Phase::Running(Todo::Enter { state, input: output })),
        None => children::branch_succeeded(execution, key, output),
    }
}

fn fail(execution: &mut Execution, key: BranchKey, node: &Node, error: StateError) {
    let error = in_words(execution, key, node, error);
    let handled = handle(execution, key, node, error).unwrap_or_else(Handled::Uncaught);
    match handled {
        Handled::Retried => {}
        Handled::Caught { output, next } => {
            leave(execution, key, node, output, Some(next));
        }
        Handled::Uncaught(error) => {
            states::record_failed(execution, key, node, &error);
            children::branch_failed(execution, key, error);
        }
    }
}

/// AWS tells in which state an evaluation failed.
fn in_words(execution: &Execution, key: BranchKey, node: &Node, mut error: StateError) -> StateError {
    if error.source == Source::Evaluation {
        let entered = execution
            .branches
            .get(&key)
            .map_or(0, |branch| branch.visit.entered_event);
        let name = &node.state.name;
        let cause = error.failure.cause.take().unwrap_or_default();
        let cause = format!(
            "An error occurred while executing the state '{name}' (entered at the event id #{entered}). {cause}"
        );
        error.failure.cause = Some(cause.into());
    }
    error
}

fn handle(execution: &mut Execution, key: BranchKey, node: &Node, error: StateError) -> Result<Handled, StateError> {
    let on_error = match &node.state.kind {
        StateKind::Task(task) => &task.on_error,
        StateKind::Parallel(parallel) => &parallel.on_error,
        StateKind::Map(map) => &map.on_error,
        _ => return Ok(Handled::Uncaught(error)),
    };
    if let Some(branch) = execution.branches.get_mut(&key) {
        let retries = &mut branch.visit.retries;
        if let Some(delay) = retry::delay(&on_error.retriers, retries, &error, &execution.chance) {
            let at = time::later(execution.now, delay);
            let timer = execution.start_timer_at(at, Timer::Backoff(key));
            execution.set_phase(key, Phase::Backoff(timer));
            return Ok(Handled::Retried);
        }
    }
    let Some((place, catcher)) = retry::catcher(&on_error.catchers, &error) else {
        return Ok(Handled::Uncaught(error));
    };
    let Some(next) = node.targets.catchers.get(place).copied() else {
        return Ok(Handled::Uncaught(error));
    };
    states::record_failed(execution, key, node, &error);
    let output =
        caught(execution, key, node, catcher, &error).map_err(|error| in_words(execution, key, node, error))?;
    Ok(Handled::Caught { output, next })
}

fn caught(
    execution: &Execution,
    key: BranchKey,
    node: &Node,
    catcher: &Catcher,
    error: &StateError,
) -> Result<Json, StateError> {
    let input = execution
        .branches
        .get(&key)
        .map(|branch| branch.visit.input.clone())
        .unwrap_or_default();
    let output = data::combine(catcher.result_path.as_ref(), &input, error.failure.to_json())?;
    data::check_size(output, &node.state.name)
}

/// The scope of `key`'s state over `data`, handed to `look`.
pub(crate) fn with_scope<T>(
    execution: &Execution,
    key: BranchKey,
    node: &Node,
    data: &Json,
    look: impl FnOnce(&Scope<'_>) -> Result<T, StateError>,
) -> Result<T, StateError> {
    let context = execution
        .context(key, node)
        .ok_or_else(|| StateError::runtime("the branch has ended"))?;
    look(&Scope {
        data,
        context: &context,
        chance: &execution.chance,
    })
}
