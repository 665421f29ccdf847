use std::collections::BTreeSet;

use crate::{Desired, Scope};

/// The deployed names of a stack's resources: all that it takes to look for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Of log groups.
    pub log_groups: BTreeSet<String>,
    /// Of roles.
    pub roles: BTreeSet<String>,
    /// Of functions.
    pub functions: BTreeSet<String>,
    /// Of state machines.
    pub machines: BTreeSet<String>,
    /// Of alarms.
    pub alarms: BTreeSet<String>,
    /// The dashboards.
    pub dashboards: BTreeSet<String>,
    /// The bucket of its zips, if it has one.
    pub bucket: Option<String>,
}

impl Names {
    /// The names of what the workspace calls `functions` and `machines`.
    #[must_use]
    pub fn new<'a>(
        scope: &Scope,
        functions: impl IntoIterator<Item = &'a str>,
        machines: impl IntoIterator<Item = &'a str>,
    ) -> Names {
        let deployed = |logical: &str| scope.name(logical);
        let functions: BTreeSet<String> = functions.into_iter().map(deployed).collect();
        let machines: BTreeSet<String> = machines.into_iter().map(deployed).collect();
        let of_functions = functions.iter().map(|name| Scope::function_log_group(name));
        let of_machines = machines.iter().map(|name| Scope::machine_log_group(name));
        Names {
            log_groups: of_functions.chain(of_machines).collect(),
            roles: &functions | &machines,
            functions,
            machines,
            alarms: BTreeSet::new(),
            dashboards: BTreeSet::new(),
            bucket: None,
        }
    }
}

impl From<&Desired> for Names {
    fn from(desired: &Desired) -> Names {
        let functions = desired.functions.iter().map(|function| function.logical.as_str());
        let machines = desired.machines.iter().map(|machine| machine.logical.as_str());
        Names {
            bucket: desired.bucket.clone(),
            alarms: desired.alarms.iter().map(|alarm| alarm.name.clone()).collect(),
            dashboards: desired
                .dashboard
                .iter()
                .map(|dashboard| dashboard.name.clone())
                .collect(),
            ..Names::new(&desired.scope, functions, machines)
        }
    }
}
