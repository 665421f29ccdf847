use std::collections::{BTreeMap, BTreeSet};

use crate::definition::references;
use crate::{
    Holder, Object, ObservedAlarm, ObservedDashboard, ObservedFunction, ObservedLogGroup, ObservedMachine,
    ObservedRole, Scope,
};

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
    /// Alarms.
    pub alarms: BTreeMap<String, ObservedAlarm>,
    /// Dashboards.
    pub dashboards: BTreeMap<String, ObservedDashboard>,
    /// Zips that a deploy left in the stack's bucket.
    pub objects: BTreeSet<Object>,
    /// Who holds the stack's lock.
    pub lock: Option<Holder>,
}

impl Observed {
    /// The state machines that belong to the stack.
    pub fn machines_of(&self, scope: &Scope) -> impl Iterator<Item = (&str, &ObservedMachine)> {
        let ours = self.machines.iter().filter(|(_, machine)| scope.owns(&machine.tags));
        ours.map(|(name, machine)| (name.as_str(), machine))
    }

    /// The versions of functions that live versions of the stack's state machines name, by the functions' names.
    #[must_use]
    pub fn live_functions(&self, scope: &Scope) -> BTreeMap<String, BTreeSet<u64>> {
        let prefix = scope.function_arn_prefix();
        let mut live: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
        for (_, machine) in self.machines_of(scope) {
            let is_live = |number: u64| machine.alias.iter().any(|route| route.version == number);
            let versions = machine.versions.iter().filter(|version| is_live(version.number));
            for revision in versions.filter_map(|version| version.revision.as_ref()) {
                for (name, version) in references(&revision.definition, &prefix) {
                    live.entry(name).or_default().extend(version);
                }
            }
        }
        live
    }

    /// Whether `other` is the same stack, whatever runs on it and whoever holds its lock. What is being deleted may be
    /// gone any moment: a state machine, which every plan takes for gone, and a version that is listed but not described.
    #[must_use]
    pub fn is_same_stack(&self, other: &Observed) -> bool {
        self.at_rest() == other.at_rest()
    }

    fn at_rest(&self) -> Observed {
        let mut observed = self.clone();
        observed.lock = None;
        observed.machines.retain(|_, machine| !machine.deleting);
        for machine in observed.machines.values_mut() {
            machine.running.clear();
            machine.versions.retain(|version| version.revision.is_some());
        }
        observed
    }
}
