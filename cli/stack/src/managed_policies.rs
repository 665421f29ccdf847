//! Managed policies of roles. Which of them a deploy attached is remembered in a tag of the role, as a list of digests: the
//! ARNs themselves would not fit.

use std::collections::BTreeSet;

use crate::ObservedRole;
use crate::action::Action;
use crate::plan::{Property, StepId, Steps, When};
use crate::role::Role;
use crate::tags::Tags;

/// The tag that remembers which managed policies deploys attached.
pub(crate) const TAG: &str = "stepwright:managed-policies";

/// The property of a role that a managed policy is.
pub(crate) fn property(arn: &str) -> String {
    format!("managed policy {arn}")
}

/// Adds what attaches the policies that are missing.
pub(crate) fn attach(desired: &Role, attached: &BTreeSet<String>, after: &[StepId], steps: &mut Steps) -> Vec<StepId> {
    let missing = desired.managed_policies.difference(attached);
    let mut done = Vec::new();
    for arn in missing {
        let action = Action::AttachRolePolicy {
            role: desired.name.clone(),
            policy_arn: arn.clone(),
        };
        let changes = vec![Property::optional(&property(arn), None, Some(&"attached".to_owned()))];
        done.push(steps.add_changing(action, after, changes));
    }
    done
}

/// Adds what detaches the policies that are not asked for: those that deploys attached once nothing needs them, which are
/// forgotten then, and those that somebody else did at once.
pub(crate) fn detach(desired: &Role, observed: &ObservedRole, after: &[StepId], steps: &mut Steps) {
    let detach = |arn: &String| Action::DetachRolePolicy {
        role: desired.name.clone(),
        policy_arn: arn.clone(),
    };
    let superfluous = observed.attached.difference(&desired.managed_policies);
    let (recorded, added): (Vec<&String>, Vec<&String>) = superfluous.partition(|arn| is_recorded(observed, arn));
    for arn in added {
        let changes = vec![Property::changed(&crate::role::added_policy(arn))];
        steps.push(detach(arn), after, When::Always, changes);
    }
    let mut after = after.to_vec();
    for arn in recorded {
        let changes = vec![Property::changed(&property(arn))];
        after = vec![steps.push(detach(arn), &after, When::Drained, changes)];
    }
    let (kept, wanted) = (tags(desired, Some(observed)), tags(desired, None));
    if kept == wanted {
        return;
    }
    let role = desired.name.clone();
    let action = match wanted.get(TAG) {
        Some(value) => Action::TagRole {
            role,
            tags: Tags::from([(TAG.to_owned(), value.clone())]),
        },
        None => Action::UntagRole {
            role,
            keys: vec![TAG.to_owned()],
        },
    };
    steps.push(
        action,
        &after,
        When::Drained,
        vec![Property::changed("record of managed policies")],
    );
}

/// The tags of a role, with the record of the policies that are attached, and of those that still are.
pub(crate) fn tags(desired: &Role, observed: Option<&ObservedRole>) -> Tags {
    let attached = observed.into_iter().flat_map(|observed| {
        let recorded = |arn: &&String| is_recorded(observed, arn);
        observed.attached.iter().filter(recorded)
    });
    let recorded: BTreeSet<String> = attached
        .chain(&desired.managed_policies)
        .map(|arn| digest(arn))
        .collect();
    let mut tags = desired.tags.clone();
    if !recorded.is_empty() {
        let recorded: Vec<String> = recorded.into_iter().collect();
        tags.insert(TAG.to_owned(), recorded.join(" "));
    }
    tags
}

/// Whether a deploy attached the policy.
pub(crate) fn is_recorded(observed: &ObservedRole, arn: &str) -> bool {
    let digest = digest(arn);
    let record = observed.tags.get(TAG);
    record.is_some_and(|record| record.split(' ').any(|known| known == digest))
}

/// Short, as a tag has room for few: somebody who makes two policies with one digest hides one change of their own.
fn digest(arn: &str) -> String {
    crate::tags::digest([arn.to_owned()]).chars().take(8).collect()
}
