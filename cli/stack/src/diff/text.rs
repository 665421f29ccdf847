use std::fmt;

use super::{DefinitionChange, Edit, StateChange};
use crate::Property;

/// Most characters of a value that people see; programs get all of it.
const MAX_VALUE: usize = 80;

impl fmt::Display for DefinitionChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let properties = self.properties.iter().map(|property| abridged(property).to_string());
        let states = self.states.iter().map(StateChange::to_string);
        formatter.write_str(&properties.chain(states).collect::<Vec<_>>().join("\n"))
    }
}

impl fmt::Display for StateChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path: String = self.path.iter().map(|segment| format!("{segment}/")).collect();
        let sign = match self.change {
            Edit::Add => "+",
            Edit::Remove => "-",
            Edit::Rename | Edit::Update => "~",
        };
        write!(formatter, "{sign} state {path}{}", self.state)?;
        match (&self.change, &self.renamed_from) {
            (Edit::Add | Edit::Remove, _) => write!(formatter, " ({})", self.state_type)?,
            (_, Some(old)) => write!(formatter, ", renamed from {old}")?,
            (_, None) => {}
        }
        let mut properties = self.properties.iter().map(abridged);
        properties.try_for_each(|property| write!(formatter, "\n    {property}"))
    }
}

/// The property with long values cut.
fn abridged(property: &Property) -> Property {
    Property {
        before: property.before.as_deref().map(cut),
        after: property.after.as_deref().map(cut),
        ..property.clone()
    }
}

fn cut(value: &str) -> String {
    match value.char_indices().nth(MAX_VALUE) {
        Some((end, _)) => format!("{}...", value.get(..end).unwrap_or(value)),
        None => value.to_owned(),
    }
}
