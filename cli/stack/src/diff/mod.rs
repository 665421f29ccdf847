//! What changes in a definition, state by state. Two texts that mean the same have no difference, and neither have two
//! that name different versions of a function.

mod entries;
mod fields;
mod renames;
mod states;
mod text;
mod unversioned;
mod values;

use asl::{Json, MachineType, StateMachine};
use serde::Serialize;

use crate::{Definition, Property, Scope};
use fields::Naming;
use states::Placed;

pub(crate) use unversioned::versions;

/// What changes in a definition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DefinitionChange {
    /// Fields of the state machine itself.
    pub properties: Vec<Property>,
    /// States, in the order of the new definition; those that go come last.
    pub states: Vec<StateChange>,
}

/// What changes in a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StateChange {
    /// Its name.
    pub state: String,
    /// The states around it, the outermost first: `Name[0]` is the first branch of a Parallel, `Name` a Map.
    pub path: Vec<String>,
    /// Its type.
    #[serde(rename = "type")]
    pub state_type: &'static str,
    /// What becomes of it.
    pub change: Edit,
    /// What it was called before, where it is called otherwise now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
    /// Its fields that change; empty for a state that comes or goes.
    pub properties: Vec<Property>,
}

/// What becomes of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Edit {
    /// It comes.
    Add,
    /// It goes.
    Remove,
    /// It has another name.
    Rename,
    /// Its fields change.
    Update,
}

impl DefinitionChange {
    /// What changes from `old`, a definition as it is deployed, to `new`; nothing where `old` cannot be read.
    #[must_use]
    pub fn new(scope: &Scope, old: &Json, new: &Definition, machine_type: MachineType) -> Option<DefinitionChange> {
        let old = read(&unversioned::like(old, new, scope), machine_type)?;
        let new = read(new.unversioned(), machine_type)?;
        Some(compare(&old, &new, &scope.function_arn_prefix()))
    }

    /// Whether both mean the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.properties.is_empty() && self.states.is_empty()
    }
}

pub(crate) fn read(definition: &Json, machine_type: MachineType) -> Option<StateMachine> {
    asl::parse_as(&definition.to_string(), machine_type).machine
}

fn compare(old: &StateMachine, new: &StateMachine, arn_prefix: &str) -> DefinitionChange {
    let before = states::all(&old.flow);
    let after = states::all(&new.flow);
    let renamed = renames::find(&before, &after, arn_prefix);
    let naming = Naming::new(&renamed, arn_prefix);
    let mut states: Vec<StateChange> = Vec::new();
    for state in &after {
        let name = &state.state.name;
        let was = before.iter().find(|found| {
            let found = &found.state.name;
            renamed.get(found).unwrap_or(found) == name
        });
        match was {
            Some(was) => states.extend(changed(was, state, &naming)),
            None => states.push(StateChange::whole(state, Edit::Add)),
        }
    }
    let goes = |state: &&Placed<'_>| {
        let name = &state.state.name;
        !renamed.contains_key(name) && !after.iter().any(|found| found.state.name == *name)
    };
    states.extend(
        before
            .iter()
            .filter(goes)
            .map(|state| StateChange::whole(state, Edit::Remove)),
    );
    DefinitionChange {
        properties: fields::differences(
            &fields::of_machine(old, &naming),
            &fields::of_machine(new, &Naming::none(arn_prefix)),
        ),
        states,
    }
}

fn changed(was: &Placed<'_>, state: &Placed<'_>, naming: &Naming<'_>) -> Option<StateChange> {
    let renamed_from = (was.state.name != state.state.name).then(|| was.state.name.to_string());
    let mut properties = Vec::new();
    let path = was.path_after(naming);
    if path != state.path {
        properties.push(Property::new("place", within(&path), within(&state.path)));
    }
    let new = Naming::none(naming.arn_prefix());
    properties.extend(fields::of_state(was.state, naming).differences(&fields::of_state(state.state, &new)));
    if renamed_from.is_none() && properties.is_empty() {
        return None;
    }
    Some(StateChange {
        change: if renamed_from.is_some() {
            Edit::Rename
        } else {
            Edit::Update
        },
        renamed_from,
        properties,
        ..StateChange::whole(state, Edit::Update)
    })
}

fn within(path: &[String]) -> String {
    match path {
        [] => "the state machine itself".to_owned(),
        path => path.join("/"),
    }
}

impl StateChange {
    fn whole(placed: &Placed<'_>, change: Edit) -> StateChange {
        StateChange {
            state: placed.state.name.to_string(),
            path: placed.path.clone(),
            state_type: placed.state.kind.type_name(),
            change,
            renamed_from: None,
            properties: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
