use crate::action::Action;
use crate::plan::{Property, StepId, Steps, When};
use crate::tags::{Tagging, Tags};

/// The tag that says which retention was written last: a log group has no versions that would.
pub(crate) const RETENTION_TAG: &str = "stepwright:retention-days";

/// Its value.
pub(crate) fn retention_tag(retention: Option<i32>) -> String {
    retention.map_or_else(|| "none".to_owned(), |days| days.to_string())
}

/// The tags of a log group with this retention.
pub(crate) fn tagged(mut tags: Tags, retention: Option<i32>) -> Tags {
    tags.insert(RETENTION_TAG.to_owned(), retention_tag(retention));
    tags
}

/// A log group as it should be.
#[derive(Clone, Debug, PartialEq)]
pub struct LogGroup {
    /// Its name.
    pub name: String,
    /// How long it keeps events, in days; nothing is for ever.
    pub retention_days: Option<i32>,
    /// ARN of the KMS key that encrypts it; nothing is AWS's own.
    pub kms_key: Option<String>,
    /// Its tags.
    pub tags: Tags,
}

/// A log group as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct ObservedLogGroup {
    /// When it was made, in milliseconds since 1970: another one of the same name is another time's.
    pub created: Option<i64>,
    /// How long it keeps events, in days; nothing is for ever.
    pub retention_days: Option<i32>,
    /// ARN of the KMS key that encrypts it; nothing is AWS's own.
    pub kms_key: Option<String>,
    /// Its tags.
    pub tags: Tags,
}

/// Adds what makes `observed` be like `desired`; the result is what dependents wait for.
pub(crate) fn steps(desired: &LogGroup, observed: Option<&ObservedLogGroup>, steps: &mut Steps) -> Vec<StepId> {
    let mut done = Vec::new();
    let mut before = Vec::new();
    let name = || desired.name.clone();
    match observed {
        None => {
            before.push(steps.add(Action::CreateLogGroup(desired.clone()), &[]));
        }
        Some(observed) => {
            if observed.kms_key != desired.kms_key {
                let (before, after) = (observed.kms_key.as_ref(), desired.kms_key.as_ref());
                let changes = vec![Property::optional("KMS key", before, after)];
                done.push(steps.add_changing(key(desired), &[], changes));
            }
        }
    }
    let found = observed.and_then(|observed| observed.retention_days);
    if found != desired.retention_days {
        let action = match desired.retention_days {
            Some(days) => Action::PutRetentionPolicy { name: name(), days },
            None => Action::DeleteRetentionPolicy { name: name() },
        };
        let changes = observed.map(|_| Property::new("retention", days(found), days(desired.retention_days)));
        done.push(steps.add_changing(action, &before, changes.into_iter().collect()));
    }
    if let Some(observed) = observed {
        // The tag about the retention comes after the retention, or a deploy that ends in between would look like drift.
        let tagging = Tagging {
            tag: |tags| Action::TagLogGroup { name: name(), tags },
            untag: |keys| Action::UntagLogGroup { name: name(), keys },
        };
        for (action, changes) in tagging.actions(&desired.tags, &observed.tags) {
            done = vec![steps.add_changing(action, &done, changes)];
        }
    }
    done.extend(before);
    done
}

/// Adds what removes the log group.
pub(crate) fn removal(name: &str, after: &[StepId], when: When, steps: &mut Steps) {
    steps.add_when(Action::DeleteLogGroup { name: name.to_owned() }, after, when);
}

fn key(desired: &LogGroup) -> Action {
    let name = desired.name.clone();
    match desired.kms_key.clone() {
        Some(key) => Action::AssociateKmsKey { name, key },
        None => Action::DisassociateKmsKey { name },
    }
}

fn days(retention: Option<i32>) -> String {
    match retention {
        None => "for ever".to_owned(),
        Some(1) => "1 day".to_owned(),
        Some(days) => format!("{days} days"),
    }
}
