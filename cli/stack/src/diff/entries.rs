use asl::Json;

use super::fields::{Field, differences, shown};
use crate::Property;

/// A list of things each of which is looked for by what it is for: retriers and catchers by their errors, rules of a
/// Choice by their conditions.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entries {
    /// The field of the language.
    pub(super) name: &'static str,
    /// The field that tells what an entry is for.
    pub(super) key: &'static str,
    pub(super) entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    /// What it is for.
    pub(super) key: String,
    pub(super) fields: Vec<Field>,
}

impl Entries {
    /// What changes from these to `new`: entries for the same are compared, of the others each is compared with one that
    /// does the same, and what is left comes or goes.
    pub(super) fn differences(&self, new: &Entries) -> Vec<Property> {
        let mut old: Vec<&Entry> = self.entries.iter().collect();
        let mut differences = Vec::new();
        let mut left = Vec::new();
        for entry in &new.entries {
            match take(&mut old, |found| found.key == entry.key) {
                Some(was) => differences.extend(self.within(&entry.key, &was.fields, &entry.fields)),
                None => left.push(entry),
            }
        }
        for entry in left {
            let label = self.label(&entry.key);
            differences.push(match take(&mut old, |found| found.fields == entry.fields) {
                Some(was) => {
                    let name = format!("{}: {}", self.name, new.key);
                    Property::new(&name, was.key.clone(), entry.key.clone())
                }
                None => Property::optional(&label, None, Some(&entry.shown())),
            });
        }
        let goes = |entry: &Entry| Property::optional(&self.label(&entry.key), Some(&entry.shown()), None);
        differences.extend(old.into_iter().map(goes));
        differences.extend(self.order(new));
        differences
    }

    fn within(&self, key: &str, old: &[Field], new: &[Field]) -> Vec<Property> {
        let label = self.label(key);
        let inside = |property: Property| Property {
            name: format!("{label}: {}", property.name),
            ..property
        };
        differences(old, new).into_iter().map(inside).collect()
    }

    fn label(&self, key: &str) -> String {
        format!("{} {key}", self.name)
    }

    /// The first entry that applies counts, so their order matters.
    fn order(&self, new: &Entries) -> Option<Property> {
        let both = |entries: &Entries, others: &Entries| -> Vec<String> {
            let keys = entries.entries.iter().map(|entry| entry.key.clone());
            keys.filter(|key| others.entries.iter().any(|other| other.key == *key))
                .collect()
        };
        let (before, after) = (both(self, new), both(new, self));
        let name = format!("{} order", self.name);
        (before != after).then(|| Property::new(&name, before.join("; "), after.join("; ")))
    }
}

impl Entry {
    fn shown(&self) -> String {
        let fields = self.fields.iter();
        let texts = fields.map(|field| format!("{} {}", field.name, shown(&field.value)));
        texts.collect::<Vec<_>>().join(", ")
    }
}

fn take<'a>(entries: &mut Vec<&'a Entry>, is_it: impl Fn(&Entry) -> bool) -> Option<&'a Entry> {
    let place = entries.iter().position(|entry| is_it(entry))?;
    Some(entries.remove(place))
}

/// The value of a field that is a list of names.
pub(super) fn names(names: &[std::sync::Arc<str>]) -> String {
    names.join(", ")
}

pub(super) fn text(value: impl Into<std::sync::Arc<str>>) -> Json {
    Json::string(value)
}
