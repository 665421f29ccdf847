use std::collections::{BTreeMap, BTreeSet};

use crate::action::Action;
use crate::plan::{StepId, Steps};
use crate::{Function, Scope};

/// A zip in S3, for Lambda to fetch where it is too large for a call. What it is called tells what is in it, so one that a
/// deploy left behind when it did not end need not be uploaded again.
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

/// The zips of a plan in S3. Each is uploaded once, however many functions have it, and none outlives the deploy: Lambda
/// keeps a copy of its own.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-self-managed-storage.html>
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

    /// Adds what removes them all.
    pub(crate) fn end(&self, after: &[StepId], steps: &mut Steps) {
        let objects: BTreeSet<&Object> = self.observed.iter().chain(self.begun.keys()).collect();
        for object in objects {
            steps.add(Action::DeleteObject(object.clone()), after);
        }
    }
}
