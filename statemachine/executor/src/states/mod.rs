//! What each type of state does when it is entered and when its work is done.

mod choice;
mod fail;
pub(crate) mod map;
mod parallel;
mod pass;
mod succeed;
pub(crate) mod task;
pub(crate) mod wait;

use asl::{Json, Path, StateKind, Template};

use crate::Execution;
use crate::branch::BranchKey;
use crate::data;
use crate::execution::{Step, with_scope};
use crate::failure::{Source, StateError};
use crate::history::EventDetails;
use crate::program::Node;

/// Does the work of the state `key` has entered, for the first time or again.
pub(crate) fn work(execution: &mut Execution, key: BranchKey, node: &Node) -> Result<Step, StateError> {
    let raw = execution
        .branch(key)
        .map(|branch| branch.visit.input.clone())
        .unwrap_or_default();
    if let StateKind::Fail(state) = &node.state.kind {
        return fail::work(execution, key, node, state, &raw);
    }
    let input = with_scope(execution, key, node, &raw, |scope| {
        data::filter(node.state.input_path.as_ref(), scope)
    })?;
    match &node.state.kind {
        StateKind::Task(task) => task::work(execution, key, node, task, input),
        StateKind::Pass(pass) => pass::work(execution, key, node, pass, &input),
        StateKind::Choice(choice) => choice::work(execution, key, node, choice, &input),
        StateKind::Wait(wait) => wait::work(execution, key, node, wait, &input),
        StateKind::Succeed(_) => succeed::work(execution, key, node, &input),
        StateKind::Parallel(parallel) => parallel::work(execution, key, node, parallel, &input),
        StateKind::Map(map) => map::work(execution, key, node, map, &input),
        StateKind::Fail(_) => Ok(Step::Blocked),
    }
}

/// The state's work gave `result`: the way through `ResultSelector`, `ResultPath` and `OutputPath`.
pub(crate) fn finish(execution: &Execution, key: BranchKey, node: &Node, result: Json) -> Result<Step, StateError> {
    let (selector, result_path) = result_fields(&node.state.kind);
    let result = with_scope(execution, key, node, &result, |scope| {
        data::template(selector, scope, "ResultSelector")
    })?;
    let raw = execution
        .branch(key)
        .map(|branch| branch.visit.input.clone())
        .unwrap_or_default();
    let output = data::combine(result_path, &raw, result)?;
    exit(execution, key, node, &output)
}

/// Leaves the state with `output` through its `OutputPath`.
pub(crate) fn exit(execution: &Execution, key: BranchKey, node: &Node, output: &Json) -> Result<Step, StateError> {
    let output = with_scope(execution, key, node, output, |scope| {
        data::filter(node.state.output_path.as_ref(), scope)
    })?;
    Ok(Step::Exit {
        output: data::check_size(output, &node.state.name)?,
        next: node.targets.next,
    })
}

/// The event that tells of a failed Parallel or Map, unless its own fields could not be evaluated.
pub(crate) fn record_failed(execution: &mut Execution, key: BranchKey, node: &Node, error: &StateError) {
    let details = match &node.state.kind {
        _ if error.source == Source::Evaluation => return,
        StateKind::Parallel(_) => EventDetails::ParallelStateFailed,
        StateKind::Map(_) => EventDetails::MapStateFailed,
        _ => return,
    };
    execution.record(key, details);
}

fn result_fields(kind: &StateKind) -> (Option<&Template>, Option<&Path>) {
    match kind {
        StateKind::Task(task) => (task.result_selector.as_ref(), task.result_path.as_ref()),
        StateKind::Parallel(parallel) => (parallel.result_selector.as_ref(), parallel.result_path.as_ref()),
        StateKind::Map(map) => (map.result_selector.as_ref(), map.result_path.as_ref()),
        StateKind::Pass(pass) => (None, pass.result_path.as_ref()),
        _ => (None, None),
    }
}
