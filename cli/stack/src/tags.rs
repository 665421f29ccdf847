//! What it takes for a resource to have the tags it should have, and no others.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::action::Action;
use crate::plan::{Property, StepId, Steps};

/// Tags of a resource.
pub type Tags = BTreeMap<String, String>;

/// Most tags of a resource.
///
/// <https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html>
pub const MAX_TAGS: usize = 50;

/// What keys begin with that only AWS gives.
const OF_AWS: &str = "aws:";

/// What tells texts from others, in a form that a tag takes: half of their SHA-256 in hexadecimal digits.
pub(crate) fn digest(texts: impl IntoIterator<Item = String>) -> String {
    let mut digest = Sha256::new();
    for text in texts {
        digest.update(text);
    }
    let bytes = digest.finalize();
    bytes.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// The actions of one kind of resource.
pub(crate) struct Tagging<T, U> {
    pub(crate) tag: T,
    pub(crate) untag: U,
}

impl<T, U> Tagging<T, U>
where
    T: FnOnce(Tags) -> Action,
    U: FnOnce(Vec<String>) -> Action,
{
    /// What makes `found` be `desired`, in order: IAM takes keys that differ in case alone for the same one, so what goes
    /// goes before its successor comes.
    pub(crate) fn actions(self, desired: &Tags, found: &Tags) -> Vec<(Action, Vec<Property>)> {
        let superfluous = |key: &&String| !desired.contains_key(*key) && !key.starts_with(OF_AWS);
        let removed: Vec<String> = found.keys().filter(superfluous).cloned().collect();
        let set: Tags = desired
            .iter()
            .filter(|(key, value)| found.get(*key) != Some(value))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        let changes = |keys: Vec<&String>| -> Vec<Property> {
            let change = |key: &String| Property::optional(&format!("tag {key}"), found.get(key), desired.get(key));
            keys.into_iter().map(change).collect()
        };
        let mut actions = Vec::new();
        if !removed.is_empty() {
            let changes = changes(removed.iter().collect());
            actions.push(((self.untag)(removed), changes));
        }
        if !set.is_empty() {
            let changes = changes(set.keys().collect());
            actions.push(((self.tag)(set), changes));
        }
        actions
    }

    /// Adds these actions; the result is the last of them.
    pub(crate) fn steps(self, desired: &Tags, found: &Tags, steps: &mut Steps) -> Option<StepId> {
        self.steps_after(desired, found, &[], steps)
    }

    /// The same behind other steps.
    pub(crate) fn steps_after(
        self,
        desired: &Tags,
        found: &Tags,
        after: &[StepId],
        steps: &mut Steps,
    ) -> Option<StepId> {
        let mut last = None;
        for (action, changes) in self.actions(desired, found) {
            let after: Vec<StepId> = last.map_or_else(|| after.to_vec(), |last| vec![last]);
            last = Some(steps.add_changing(action, &after, changes));
        }
        last
    }
}
