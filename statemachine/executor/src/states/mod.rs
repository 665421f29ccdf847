//! What each type of state does when it is entered and when its work is done.

mod choice;
mod fail;
pub(crate) mod map;
mod parallel;
mod pass;
mod succeed;
pub(crate) mod task;
pub(crate) mod wait;

use std::sync::Arc;

use asl::{Json, Path, QueryLanguage, StateKind, Template};

use crate::Execution;
use crate::branch::BranchKey;
use crate::data;
use crate::execution::{Seen, Step, with_scope};
use crate::failure::{Source, StateError};
use crate::history::EventDetails;
use crate::program::{Node, StateId};
use crate::query::{self, Location};

/// Does the work of the state `key` has entered, for the first time or again.
pub(crate) fn work(execution: &mut Execution, key: BranchKey, node: &Node) -> Result<Step, StateError> {
    let raw = raw_input(execution, key);
    if let StateKind::Fail(state) = &node.state.kind {
        return fail::work(execution, key, node, state, &raw);
    }
    let input = effective_input(execution, key, node, &raw)?;
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

/// The input as the state was entered with it.
pub(crate) fn raw_input(execution: &Execution, key: BranchKey) -> Json {
    let branch = execution.branch(key);
    branch.map(|branch| branch.visit.input.clone()).unwrap_or_default()
}

/// The input behind `InputPath`.
pub(crate) fn effective_input(
    execution: &Execution,
    key: BranchKey,
    node: &Node,
    raw: &Json,
) -> Result<Json, StateError> {
    match node.state.query_language {
        QueryLanguage::JsonPath => with_scope(execution, key, node, Seen::input(raw), |scope| {
            data::filter(node.state.input_path.as_ref(), scope)
        }),
        QueryLanguage::Jsonata => Ok(raw.clone()),
    }
}

/// The state's work gave `result`: the way through `ResultSelector`, `ResultPath` and `OutputPath`, or `Output`.
pub(crate) fn finish(execution: &Execution, key: BranchKey, node: &Node, result: Json) -> Result<Step, StateError> {
    let departure = Departure::own(node);
    if node.state.query_language == QueryLanguage::Jsonata {
        return leave(execution, key, node, &departure, Seen::result(&result), &result);
    }
    let (selector, result_path) = result_fields(&node.state.kind);
    let selected = with_scope(execution, key, node, Seen::result(&result), |scope| {
        data::template(selector, scope, "ResultSelector")
    })?;
    let output = data::combine(result_path, &raw_input(execution, key), selected)?;
    leave(execution, key, node, &departure, Seen::result(&result), &output)
}

/// Where a state goes, and what it does on the way.
pub(crate) struct Departure<'a> {
    pub(crate) output: Option<&'a Template>,
    pub(crate) assign: &'a [(Arc<str>, Template)],
    /// What holds `output` and `assign`.
    pub(crate) location: Option<Location<'a>>,
    pub(crate) next: Option<StateId>,
}

impl<'a> Departure<'a> {
    /// By the state's own fields.
    pub(crate) fn own(node: &'a Node) -> Departure<'a> {
        Departure {
            output: node.state.output.as_ref(),
            assign: &node.state.assign,
            location: None,
            next: node.targets.next,
        }
    }
}

/// Leaves the state. `output` goes through `OutputPath`, or is what leaves where there is no `Output`.
pub(crate) fn leave(
    execution: &Execution,
    key: BranchKey,
    node: &Node,
    departure: &Departure<'_>,
    seen: Seen<'_>,
    output: &Json,
) -> Result<Step, StateError> {
    let filtered = match node.state.query_language {
        QueryLanguage::JsonPath => with_scope(execution, key, node, Seen::input(output), |scope| {
            data::filter(node.state.output_path.as_ref(), scope)
        })?,
        QueryLanguage::Jsonata => output.clone(),
    };
    let (output, assigned) = with_scope(execution, key, node, seen, |scope| {
        let location = |field| Location::within(departure.location.as_ref(), field);
        let output = match departure.output {
            Some(template) => query::fill(template, scope, &location("Output"))?,
            None => filtered,
        };
        Ok((output, data::assign(departure.assign, scope, &location("Assign"))?))
    })?;
    Ok(Step::Exit {
        output: data::check_size(output, execution.program.payload_limit, &node.state.name)?,
        assigned,
        next: departure.next,
    })
}

/// The event that tells of a failed Parallel or Map, unless its own fields could not be evaluated.
pub(crate) fn record_failed(execution: &mut Execution, key: BranchKey, node: &Node, error: &StateError) {
    let of_its_own = matches!(error.source, Source::Evaluation | Source::ReferencePath);
    let details = match &node.state.kind {
        _ if of_its_own && node.state.query_language == QueryLanguage::JsonPath => return,
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
