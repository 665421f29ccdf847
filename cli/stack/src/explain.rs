//! What the steps of a deploy mean: states that change, permissions that come and go, executions that go on, and what
//! was changed by somebody else.

use crate::diff::{self, DefinitionChange};
use crate::summary::{Change, ResourceChange, Summary};
use crate::{
    Desired, Kind, LIVE, Machine, Observed, ObservedMachine, Plan, Property, Revision, alias, drift, executions,
    permissions,
};

impl Summary {
    /// The summary of a `plan` that was made from `desired` and `observed`.
    #[must_use]
    pub fn of_deploy(desired: &Desired, observed: &Observed, plan: &Plan) -> Summary {
        let mut summary = Summary::new(&desired.scope, plan);
        for change in summary.changes.iter_mut().chain(&mut summary.waiting) {
            drift::mark(change, desired, observed);
        }
        permissions::explain(desired, observed, plan, [&mut summary.changes, &mut summary.waiting]);
        for machine in &desired.machines {
            if let Some(found) = observed.machines.get(&machine.name) {
                explain_definition(machine, found, desired, plan, &mut summary.changes);
            }
        }
        summary.executions = executions::under_way(&desired.scope, observed);
        summary.live = plan.machine_versions.clone();
        summary
    }
}

impl ObservedMachine {
    /// What executions are started with now; while traffic shifts, what it shifts away from.
    pub(crate) fn live_or_current(&self) -> &Revision {
        let live = self.live();
        let version = self.versions.iter().find(|version| Some(version.number) == live);
        version
            .and_then(|version| version.revision.as_ref())
            .unwrap_or(&self.current)
    }
}

/// Tells what changes for executions that are started from then on, where the state machine changes or, as after a deploy
/// that did not end, only its alias moves.
fn explain_definition(
    machine: &Machine,
    found: &ObservedMachine,
    desired: &Desired,
    plan: &Plan,
    changes: &mut [ResourceChange],
) {
    let alias = format!("{}:{LIVE}", machine.name);
    let is_it = |change: &ResourceChange| match change.resource.kind {
        Kind::StateMachine => change.resource.name == machine.name,
        Kind::Alias => change.resource.name == alias,
        _ => false,
    };
    let Some(change) = changes.iter_mut().find(|change| is_it(change)) else {
        return;
    };
    if !matches!(change.change, Change::Update | Change::Replace) {
        return;
    }
    let drifted = change
        .properties
        .iter()
        .any(|property| property.drift && property.name == "definition");
    let before = if drifted {
        &found.current
    } else {
        found.live_or_current()
    };
    let before = &before.definition;
    let definition = DefinitionChange::new(&desired.scope, before, &machine.definition, machine.machine_type);
    let versions = versions(machine, before, desired, plan);
    change
        .properties
        .splice(definition_end(&change.properties), versions.iter().cloned());
    match definition {
        Some(definition) if !definition.is_empty() => change.definition = Some(definition),
        Some(_) if !versions.is_empty() && !drifted => {
            change.properties.retain(|property| property.name != "definition")
        }
        Some(_) => {
            let definition = change
                .properties
                .iter_mut()
                .find(|property| property.name == "definition");
            if let Some(definition) = definition {
                definition.name = "definition, written otherwise with the same meaning".to_owned();
            }
        }
        None => {}
    }
}

/// Where properties about the definition end.
fn definition_end(properties: &[Property]) -> std::ops::Range<usize> {
    let end = properties.iter().position(|property| property.name == "definition");
    let end = end.map_or(0, |place| place + 1);
    end..end
}

/// The functions of which another version is called.
fn versions(machine: &Machine, before: &asl::Json, desired: &Desired, plan: &Plan) -> Vec<Property> {
    let called = diff::versions(before, &desired.scope);
    let changed = machine.definition.functions().iter().filter_map(|name| {
        let old = called.get(name)?;
        let new = plan.versions.get(name);
        (new != Some(old)).then(|| {
            let after = new.map_or_else(alias::unknown, u64::to_string);
            Property::new(&format!("version of {name}"), old.to_string(), after)
        })
    });
    changed.collect()
}
