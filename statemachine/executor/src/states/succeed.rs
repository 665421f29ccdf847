use asl::Json;

use super::exit;
use crate::Execution;
use crate::branch::BranchKey;
use crate::execution::Step;
use crate::failure::StateError;
use crate::program::Node;

pub(super) fn work(execution: &Execution, key: BranchKey, node: &Node, input: &Json) -> Result<Step, StateError> {
    exit(execution, key, node, input)
}
