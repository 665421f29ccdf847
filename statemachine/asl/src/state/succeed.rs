/// Ends the execution, or the branch, with success. All it has stands in [`State`](super::State).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Succeed;
