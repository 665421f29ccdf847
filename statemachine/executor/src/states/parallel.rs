use asl::{Json, Parallel};

use crate::Execution;
use crate::branch::{BranchKey, Children, Parent, Phase};
use crate::data;
use crate::execution::{Seen, Step, with_scope};
use crate::failure::StateError;
use crate::history::EventDetails;
use crate::program::Node;

pub(super) fn work(
    execution: &mut Execution,
    key: BranchKey,
    node: &Node,
    parallel: &Parallel,
    input: &Json,
) -> Result<Step, StateError> {
    let input = with_scope(execution, key, node, Seen::input(input), |scope| {
        data::template(parallel.arguments.as_ref(), scope, node.state.arguments_field())
    })?;
    let started = execution.record(key, EventDetails::ParallelStateStarted);
    let item = execution.branch(key).and_then(|branch| branch.item.clone());
    let mut children = Children {
        outputs: vec![Json::Null; node.targets.flows.len()],
        ..Children::default()
    };
    for (index, state) in node.targets.flows.iter().enumerate() {
        let parent = Some(Parent { key, index });
        let branch = execution.add_branch(parent, started, *state, input.clone(), item.clone());
        children.running.insert(index, branch);
    }
    execution.set_phase(key, Phase::Children(children));
    Ok(Step::Blocked)
}
