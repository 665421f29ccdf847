use asl::Json;

use super::{Departure, leave};
use crate::Execution;
use crate::branch::BranchKey;
use crate::execution::{Seen, Step};
use crate::failure::StateError;
use crate::program::Node;

pub(super) fn work(execution: &Execution, key: BranchKey, node: &Node, input: &Json) -> Result<Step, StateError> {
    leave(execution, key, node, &Departure::own(node), Seen::input(input), input)
}
