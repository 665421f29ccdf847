use std::collections::{BTreeMap, BTreeSet};

use crate::action::Action;
use crate::plan::{StepId, Steps, When};
use crate::{Desired, Function, Scope};

/// A zip in S3, for Lambda to fetch where it is too large for a call. What it is called tells what is in it, so one that
/// is there need not be uploaded again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Object {
    /// The bucket.
    pub bucket: String,
    /// The key: the stack's prefix, SHA-256 of the zip in hexadecimal digits, `.zip`.
    pub key: String,
}

impl Object {
    /// The one for a zip with this SHA-256 in hexadecimal digits.
    pub(crate) fn new(scope: &Scope, bucket: &str, sha256: &str) -> Object {
        Object {
            bucket: bucket.to_owned(),
            key: format!("{}{sha256}.zip", scope.object_prefix()),
        }
    }

    /// The one of the stack that is called `key`; nothing where somebody else's is called so.
    #[must_use]
    pub fn of_stack(scope: &Scope, bucket: &str, key: &str) -> Option<Object> {
        let name = key.strip_prefix(&scope.object_prefix())?.strip_suffix(".zip")?;
        let is_digest = name.len() == 64 && name.chars().all(|c| c.is_ascii_hexdigit());
        is_digest.then(|| Object {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
        })
    }
}

/// What is uploaded, each object once.
pub(crate) struct Uploads<'a> {
    observed: &'a BTreeSet<Object>,
    begun: BTreeMap<Object, StepId>,
}

impl<'a> Uploads<'a> {
    pub(crate) fn new(observed: &'a BTreeSet<Object>) -> Uploads<'a> {
        Uploads {
            observed,
            begun: BTreeMap::new(),
        }
    }

    /// Adds what puts the function's zip where Lambda fetches it, unless it is there or goes with the call; the result is
    /// what the call waits for.
    pub(crate) fn step(&mut self, function: &Function, steps: &mut Steps) -> Option<StepId> {
        let object = function
            .object
            .as_ref()
            .filter(|object| !self.observed.contains(object))?;
        let upload = || {
            let action = Action::PutObject {
                function: function.name.clone(),
                sha256: function.code.sha256.clone(),
                object: object.clone(),
            };
            steps.add(action, &[])
        };
        Some(*self.begun.entry(object.clone()).or_insert_with(upload))
    }
}

/// Adds what removes the zips that no function has any more: Lambda has copies of its own of those that versions have.
pub(crate) fn cleanup(desired: &Desired, observed: &BTreeSet<Object>, after: &[StepId], steps: &mut Steps) {
    let wanted = |object: &&Object| {
        desired
            .functions
            .iter()
            .any(|function| function.object.as_ref() == Some(object))
    };
    let superfluous = observed.iter().filter(|object| !wanted(object));
    superfluous.for_each(|object| removal(object, after, When::Always, steps));
}

/// Adds what removes the zip.
pub(crate) fn removal(object: &Object, after: &[StepId], when: When, steps: &mut Steps) {
    steps.add_when(Action::DeleteObject(object.clone()), after, when);
}
