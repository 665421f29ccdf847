//! Branches of Parallel and iterations of Map: their start, their end, and what it means for the parent.

use std::collections::BTreeMap;
use std::sync::Arc;

use asl::Json;

use crate::branch::{Branch, BranchKey, Children, MapItem, Parent, Phase, Retries, Todo, Visit};
use crate::failure::StateError;
use crate::history::{EventDetails, IterationLabel, StateType};
use crate::program::StateId;
use crate::states::map;
use crate::variables::Variables;
use crate::{Execution, Status};

impl Execution {
    /// Adds a branch that is about to enter `state`.
    pub(crate) fn add_branch(
        &mut self,
        parent: Option<Parent>,
        last_event: u64,
        state: StateId,
        input: Json,
        item: Option<Arc<MapItem>>,
    ) -> BranchKey {
        let key = BranchKey(self.new_id());
        // What happened last may have been one event too many.
        if self.outcome().is_some() {
            return key;
        }
        let visit = Visit {
            state,
            input: Json::Null,
            entered_event: 0,
            entered_at: self.now,
            retries: Retries::default(),
            token: None,
        };
        let branch = Box::new(Branch {
            parent,
            last_event,
            visit,
            phase: Phase::Running(Todo::Enter { state, input }),
            item,
            variables: self.inner_variables(parent),
            is_iteration: parent.is_some_and(|parent| state_type(self, parent.key) == StateType::Map),
            calls: BTreeMap::new(),
        });
        self.branches.insert(key, branch);
        self.ready.push_back(key);
        key
    }

    /// What a branch below `parent` begins with.
    fn inner_variables(&self, parent: Option<Parent>) -> Variables {
        let parent = parent.and_then(|parent| self.branches.get(&parent.key));
        parent.map(|parent| parent.variables.inner()).unwrap_or_default()
    }

    pub(crate) fn branch(&self, key: BranchKey) -> Option<&Branch> {
        self.branches.get(&key).map(|branch| &**branch)
    }

    pub(crate) fn branch_mut(&mut self, key: BranchKey) -> Option<&mut Branch> {
        self.branches.get_mut(&key).map(|branch| &mut **branch)
    }

    pub(crate) fn set_phase(&mut self, key: BranchKey, phase: Phase) {
        if let Some(branch) = self.branches.get_mut(&key) {
            branch.phase = phase;
        }
    }

    /// Makes a waiting branch run again.
    pub(crate) fn continue_with(&mut self, key: BranchKey, todo: Todo) {
        self.set_phase(key, Phase::Running(todo));
        self.ready.push_back(key);
    }

    pub(super) fn take_todo(&mut self, key: BranchKey) -> Option<Todo> {
        match &mut self.branches.get_mut(&key)?.phase {
            Phase::Running(todo) => Some(std::mem::replace(todo, Todo::Work)),
            _ => None,
        }
    }

    pub(crate) fn children_mut(&mut self, key: BranchKey) -> Option<&mut Children> {
        match &mut self.branches.get_mut(&key)?.phase {
            Phase::Children(children) => Some(children),
            _ => None,
        }
    }
}

/// A branch came to its end.
pub(super) fn branch_succeeded(execution: &mut Execution, key: BranchKey, output: Json) {
    let Some(branch) = execution.branches.remove(&key) else {
        return;
    };
    let Some(parent) = branch.parent else {
        return execution.succeed(branch.last_event, output);
    };
    let label = iteration_label(execution, parent);
    let is_map = label.is_some();
    let succeeded =
        label.map(|label| execution.record_after(branch.last_event, EventDetails::MapIterationSucceeded(label)));
    let Some(children) = execution.children_mut(parent.key) else {
        return;
    };
    children.running.remove(&parent.index);
    if let Some(slot) = children.outputs.get_mut(parent.index) {
        *slot = output;
    }
    let is_last = children.running.is_empty() && children.next_item >= children.items.len();
    if is_map && !is_last {
        if let Err(error) = map::start_next(execution, parent.key, branch.last_event) {
            end_children(execution, parent.key, branch.last_event, None);
            execution.continue_with(parent.key, Todo::Result(Err(error)));
        }
    } else if is_last {
        all_succeeded(execution, parent.key, succeeded.unwrap_or(branch.last_event));
    }
}

/// The last branch of a Parallel or Map is done; `last_event` is what it ended with.
pub(crate) fn all_succeeded(execution: &mut Execution, key: BranchKey, last_event: u64) {
    let Some(outputs) = execution
        .children_mut(key)
        .map(|children| std::mem::take(&mut children.outputs))
    else {
        return;
    };
    let succeeded = match state_type(execution, key) {
        StateType::Map => EventDetails::MapStateSucceeded,
        _ => EventDetails::ParallelStateSucceeded,
    };
    execution.record_after(last_event, succeeded);
    if let Some(branch) = execution.branches.get_mut(&key) {
        branch.last_event = last_event;
    }
    execution.continue_with(key, Todo::Result(Ok(Json::array(outputs))));
}

/// A branch failed and nobody in it took care: its siblings are aborted and the parent fails.
pub(super) fn branch_failed(execution: &mut Execution, key: BranchKey, error: StateError) {
    let Some(branch) = execution.branches.get(&key) else {
        return;
    };
    let last_event = branch.last_event;
    let Some(parent) = branch.parent else {
        return execution.fail(last_event, error.failure);
    };
    end_children(execution, parent.key, last_event, Some(key));
    execution.continue_with(parent.key, Todo::Result(Err(StateError::work(error.failure))));
}

/// Ends all running branches of `key` after the event `last_event`: `failed` is the one that failed, the others are aborted.
pub(crate) fn end_children(execution: &mut Execution, key: BranchKey, last_event: u64, failed: Option<BranchKey>) {
    let running = execution
        .children_mut(key)
        .map(|children| std::mem::take(&mut children.running));
    for (index, child) in running.unwrap_or_default() {
        let how = if Some(child) == failed {
            Status::Failed
        } else {
            Status::Aborted
        };
        end_iteration(execution, Parent { key, index }, last_event, how);
        abort(execution, child, last_event, how);
    }
    if let Some(branch) = execution.branches.get_mut(&key) {
        branch.last_event = last_event;
    }
}

fn end_iteration(execution: &mut Execution, parent: Parent, last_event: u64, how: Status) {
    if let Some(label) = iteration_label(execution, parent) {
        let details = match how {
            Status::Failed => EventDetails::MapIterationFailed(label),
            _ => EventDetails::MapIterationAborted(label),
        };
        execution.record_after(last_event, details);
    }
}

/// Takes a branch and all below it away; what it waits for is cancelled.
fn abort(execution: &mut Execution, key: BranchKey, last_event: u64, how: Status) {
    let state = state_type(execution, key);
    let Some(branch) = execution.branches.remove(&key) else {
        return;
    };
    let failed_container = how == Status::Failed && matches!(state, StateType::Map | StateType::Parallel);
    if state.can_be_aborted() && branch.visit.entered_event > 0 && !failed_container {
        execution.record_after(last_event, EventDetails::StateAborted { state });
    }
    match branch.phase {
        Phase::Running(_) => {}
        Phase::Task(run) => {
            execution.cancel_task(run.id);
            let timers = [run.timeout, run.heartbeat.map(|heartbeat| heartbeat.timer)];
            timers
                .into_iter()
                .flatten()
                .for_each(|timer| execution.cancel_timer(timer));
        }
        Phase::Wait(timer) | Phase::Backoff(timer) => execution.cancel_timer(timer),
        Phase::Children(children) => {
            let label =
                (state == StateType::Map).then(|| execution.program.node(branch.visit.state).state.name.clone());
            for (index, child) in children.running {
                if let Some(name) = label.clone() {
                    let label = IterationLabel { name, index };
                    execution.record_after(last_event, EventDetails::MapIterationAborted(label));
                }
                abort(execution, child, last_event, Status::Aborted);
            }
        }
    }
}

fn iteration_label(execution: &Execution, parent: Parent) -> Option<IterationLabel> {
    let branch = execution.branches.get(&parent.key)?;
    let node = execution.program.node(branch.visit.state);
    let is_map = StateType::from(&node.state.kind) == StateType::Map;
    is_map.then(|| IterationLabel {
        name: node.state.name.clone(),
        index: parent.index,
    })
}

fn state_type(execution: &Execution, key: BranchKey) -> StateType {
    let branch = execution.branches.get(&key);
    branch.map_or(StateType::Pass, |branch| {
        StateType::from(&execution.program.node(branch.visit.state).state.kind)
    })
}
