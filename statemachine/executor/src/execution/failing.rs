//! What becomes of a failure: told, retried, caught, or on its way out.

use asl::{Catcher, Json, QueryLanguage, RetryAndCatch, StateKind};

use super::{Seen, Step, Timer, children, with_scope};
use crate::branch::{BranchKey, Phase};
use crate::data;
use crate::failure::{QUERY_EVALUATION_ERROR, Source, StateError};
use crate::history::{EvaluationFailed, EventDetails};
use crate::program::{Node, StateId};
use crate::query::{self, Location};
use crate::variables::Assigned;
use crate::{Execution, retry, states, time};

/// Handles a failure of the state `key` is in: how the state is left if the failure is caught, nothing where the branch
/// waits for a retry or has ended.
pub(super) fn fail(execution: &mut Execution, key: BranchKey, node: &Node, error: StateError) -> Option<Step> {
    let error = tell(execution, key, node, error);
    let nothing = RetryAndCatch::default();
    let on_error = node.state.kind.on_error().unwrap_or(&nothing);
    if retried(execution, key, on_error, &error) {
        return None;
    }
    states::record_failed(execution, key, node, &error);
    let place = retry::catcher(&on_error.catchers, &error);
    let caught = place.and_then(|(place, catcher)| Some((place, catcher, *node.targets.catchers.get(place)?)));
    let Some((place, catcher, next)) = caught else {
        children::branch_failed(execution, key, error);
        return None;
    };
    match catch(execution, key, node, (place, catcher), &error) {
        Ok((output, assigned)) => Some(exit(output, assigned, next)),
        Err(error) => {
            let error = tell(execution, key, node, error);
            children::branch_failed(execution, key, error);
            None
        }
    }
}

fn exit(output: Json, assigned: Assigned, next: StateId) -> Step {
    Step::Exit {
        output,
        assigned,
        next: Some(next),
    }
}

/// AWS tells in which state an evaluation failed; where JSONata failed, an event of its own tells it too.
fn tell(execution: &mut Execution, key: BranchKey, node: &Node, mut error: StateError) -> StateError {
    if error.source != Source::Evaluation {
        return error;
    }
    let Some(entered) = execution.branch(key).map(|branch| branch.visit.entered_event) else {
        return error;
    };
    let name = &node.state.name;
    let cause = error.failure.cause.take().unwrap_or_default();
    let cause =
        format!("An error occurred while executing the state '{name}' (entered at the event id #{entered}). {cause}");
    error.failure.cause = Some(cause.into());
    if error.failure.error.as_deref() == Some(QUERY_EVALUATION_ERROR) {
        let details = EventDetails::EvaluationFailed(Box::new(EvaluationFailed {
            failure: error.failure.clone(),
            location: error.location.clone(),
            state: name.clone(),
        }));
        record_evaluation_failed(execution, key, node, details);
    }
    error
}

/// As recorded on AWS, the event follows the one before the state was entered, unless the state has done something since
/// or is a Wait.
fn record_evaluation_failed(execution: &mut Execution, key: BranchKey, node: &Node, details: EventDetails) {
    let visit = execution
        .branch(key)
        .map(|branch| (branch.visit.entered_event, branch.last_event));
    if let Some((entered, last)) = visit
        && entered == last
        && !matches!(node.state.kind, StateKind::Wait(_))
    {
        let before = execution
            .history()
            .event(entered)
            .map_or(0, |event| event.previous_event_id);
        if let Some(branch) = execution.branch_mut(key) {
            branch.last_event = before;
        }
    }
    execution.record(key, details);
}

fn retried(execution: &mut Execution, key: BranchKey, on_error: &RetryAndCatch, error: &StateError) -> bool {
    let Some(branch) = execution.branches.get_mut(&key) else {
        return false;
    };
    let retries = &mut branch.visit.retries;
    let Some(delay) = retry::delay(&on_error.retriers, retries, error, &execution.chance) else {
        return false;
    };
    let at = time::later(execution.now, delay);
    let timer = execution.start_timer_at(at, Timer::Backoff(key));
    execution.set_phase(key, Phase::Backoff(timer));
    true
}

fn catch(
    execution: &Execution,
    key: BranchKey,
    node: &Node,
    (place, catcher): (usize, &Catcher),
    error: &StateError,
) -> Result<(Json, Assigned), StateError> {
    let error_output = error.failure.to_json();
    let catchers = Location::Field("Catch");
    let location = Location::Item(&catchers, place);
    let (output, assigned) = with_scope(execution, key, node, Seen::error_output(&error_output), |scope| {
        let output = match (node.state.query_language, &catcher.output) {
            (QueryLanguage::JsonPath, _) => {
                let input = states::raw_input(execution, key);
                data::combine(catcher.result_path.as_ref(), &input, error_output.clone())?
            }
            (QueryLanguage::Jsonata, None) => error_output.clone(),
            (QueryLanguage::Jsonata, Some(template)) => {
                query::fill(template, scope, &Location::Key(&location, "Output"))?
            }
        };
        let assigned = data::assign(&catcher.assign, scope, &Location::Key(&location, "Assign"))?;
        Ok((output, assigned))
    })?;
    let output = data::check_size(output, execution.program.payload_limit, &node.state.name)?;
    Ok((output, assigned))
}
