//! Whether everything a state machine calls is defined, and nothing else.

use std::collections::BTreeSet;

use asl::Target;

use super::surroundings::entry;
use super::{Error, Harness};

impl Harness {
    pub(super) fn check(&self) -> Result<(), Error> {
        let mut used = Used::default();
        for (state, task) in self.program.tasks() {
            if let Some((name, _)) = self.states.get_key_value(&*state.name) {
                used.states.insert(name);
                continue;
            }
            let is_defined = match (task.invoked_function(), task.started_machine()) {
                (Some(Target::Named(name)), _) => {
                    used.functions.add(entry(&self.functions, name).map(|(name, _)| name))
                }
                (Some(Target::AtRunTime), _) => used.functions.any(!self.functions.is_empty()),
                (None, Some(Target::Named(arn))) => used.machines.add(entry(&self.machines, arn).map(|(name, _)| name)),
                (None, Some(Target::AtRunTime)) => used.machines.any(!self.machines.is_empty()),
                (None, None) => false,
            };
            if !is_defined {
                return Err(Error::NoTask(state.name.to_string()));
            }
        }
        used.check(self)?;
        let machines = self.machines.iter();
        let problem = machines.into_iter().find_map(|(name, machine)| {
            let error = machine.check().err()?;
            Some(Error::Machine(name.clone(), Box::new(error)))
        });
        problem.map_or(Ok(()), Err)
    }
}

/// What the Tasks of a state machine mean.
#[derive(Default)]
struct Used<'a> {
    states: BTreeSet<&'a str>,
    functions: Names<'a>,
    machines: Names<'a>,
}

#[derive(Default)]
struct Names<'a> {
    named: BTreeSet<&'a str>,
    /// Whether one is chosen at run time.
    any: bool,
}

impl<'a> Names<'a> {
    fn add(&mut self, name: Option<&'a str>) -> bool {
        self.named.extend(name);
        name.is_some()
    }

    fn any(&mut self, some: bool) -> bool {
        self.any = true;
        some
    }

    fn unused(&self, known: impl Iterator<Item = &'a String>) -> Option<&'a str> {
        let mut known = known.map(String::as_str);
        known.find(|name| !self.any && !self.named.contains(name))
    }
}

impl<'a> Used<'a> {
    fn check(&self, harness: &'a Harness) -> Result<(), Error> {
        let mut states = harness.states.keys();
        let state = states.find(|name| !self.states.contains(name.as_str()));
        let unused = [
            ("state", state.map(String::as_str)),
            ("function", self.functions.unused(harness.functions.keys())),
            ("state machine", self.machines.unused(harness.machines.keys())),
        ];
        let unused = unused.into_iter().find_map(|(kind, name)| Some((kind, name?)));
        unused.map_or(Ok(()), |(kind, name)| {
            Err(Error::Unused(format!("the {kind} `{name}`")))
        })
    }
}
