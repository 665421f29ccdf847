use std::collections::{BTreeMap, BTreeSet};

use crate::{Object, ObservedFunction, ObservedLogGroup, ObservedMachine, ObservedRole};

/// What is on AWS under the names of a stack, by name; whose it is, its tags tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed {
    /// Roles.
    pub roles: BTreeMap<String, ObservedRole>,
    /// Log groups.
    pub log_groups: BTreeMap<String, ObservedLogGroup>,
    /// Functions.
    pub functions: BTreeMap<String, ObservedFunction>,
    /// State machines.
    pub machines: BTreeMap<String, ObservedMachine>,
    /// Zips in the stack's bucket.
    pub objects: BTreeSet<Object>,
}
