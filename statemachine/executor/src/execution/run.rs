//! Moving one branch on until it waits, ends or fails.

use std::sync::Arc;

use asl::Json;

use crate::branch::{BranchKey, Phase, Retries, Todo};
use crate::execution::{children, failing};
use crate::history::{EventDetails, StateType};
use crate::program::{Node, StateId};
use crate::variables::Assigned;
use crate::{Execution, states};

/// What a state came to.
pub(crate) enum Step {
    /// It waits for an event.
    Blocked,
    /// It is done; what follows is its `Next`, or a Choice's.
    Exit {
        output: Json,
        assigned: Assigned,
        next: Option<StateId>,
    },
}

/// Moves the branch on by one state; whether it may go on.
pub(super) fn advance(execution: &mut Execution, key: BranchKey) -> bool {
    let Some(todo) = execution.take_todo(key) else {
        return false;
    };
    let program = Arc::clone(&execution.program);
    let entered = match todo {
        Todo::Enter { state, input } => {
            enter(execution, key, program.node(state), state, input);
            Todo::Work
        }
        other => other,
    };
    let Some(state) = execution.branches.get(&key).map(|branch| branch.visit.state) else {
        return false;
    };
    let node = program.node(state);
    let step = match entered {
        Todo::Result(result) => result.and_then(|result| states::finish(execution, key, node, result)),
        Todo::Exit => states::wait::exit(execution, key, node),
        _ => states::work(execution, key, node),
    };
    let exit = match step {
        Ok(step) => Some(step),
        Err(error) => failing::fail(execution, key, node, error),
    };
    match exit {
        Some(Step::Exit { output, assigned, next }) => {
            leave(execution, key, node, output, assigned, next);
            true
        }
        Some(Step::Blocked) | None => false,
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

fn leave(
    execution: &mut Execution,
    key: BranchKey,
    node: &Node,
    output: Json,
    assigned: Assigned,
    next: Option<StateId>,
) {
    let details = EventDetails::StateExited {
        state: StateType::from(&node.state.kind),
        name: node.state.name.clone(),
        output: output.clone(),
        assigned: assigned.clone(),
    };
    execution.record(key, details);
    if let Some(branch) = execution.branches.get_mut(&key) {
        branch.variables.assign(assigned);
    }
    match next {
        Some(state) => execution.set_phase(key, Phase::Running(Todo::Enter { state, input: output })),
        None => children::branch_succeeded(execution, key, output),
    }
}
