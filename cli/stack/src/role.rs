use std::collections::{BTreeMap, BTreeSet};

use asl::Json;

use crate::action::Action;
use crate::plan::{Property, StepId, Steps, When};
use crate::tags::{Tagging, Tags};
use crate::{managed_policies, policy};

/// The name of the one inline policy of a role.
pub const POLICY_NAME: &str = "stepwright";

/// Properties of roles.
pub(crate) const TRUST: &str = "trust policy";
pub(crate) const PERMISSIONS: &str = "permissions";
pub(crate) const SUPERFLUOUS: &str = "permissions no longer needed";

/// The property of a policy that is none of a deploy's.
pub(crate) fn added_policy(policy: &str) -> String {
    format!("policy {policy}, added by somebody else")
}

/// A role as it should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    /// Its name; the path comes from the scope.
    pub name: String,
    /// Who may assume it.
    pub trust: Json,
    /// What it may do: its one inline policy.
    pub permissions: Json,
    /// ARNs of the managed policies attached to it.
    pub managed_policies: BTreeSet<String>,
    /// ARN of the policy that bounds what it may do.
    pub boundary: Option<String>,
    /// Its tags.
    pub tags: Tags,
}

/// A role as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ObservedRole {
    /// Its path.
    pub path: String,
    /// Who may assume it.
    pub trust: Json,
    /// Its inline policies.
    pub policies: BTreeMap<String, Json>,
    /// ARNs of the managed policies attached to it.
    pub attached: BTreeSet<String>,
    /// ARN of the policy that bounds what it may do.
    pub boundary: Option<String>,
    /// When it was made, in seconds since 1970; nothing where it is not known.
    pub created: Option<i64>,
    /// Its tags.
    pub tags: Tags,
}

/// Adds what gives `desired`, before anything uses it; the result is what dependents wait for. Nothing that executions
/// under way may need is taken away here: that is for [`cleanup`].
pub(crate) fn steps(desired: &Role, observed: Option<&ObservedRole>, steps: &mut Steps) -> Vec<StepId> {
    let Some(observed) = observed else {
        let new = Role {
            tags: managed_policies::tags(desired, None),
            ..desired.clone()
        };
        let created = steps.add(Action::CreateRole(new), &[]);
        let mut done = vec![steps.add(put(desired, desired.permissions.clone()), &[created])];
        done.extend(managed_policies::attach(desired, &BTreeSet::new(), &[created], steps));
        return done;
    };
    let role = || desired.name.clone();
    let tagging = Tagging {
        tag: |tags| Action::TagRole { role: role(), tags },
        untag: |keys| Action::UntagRole { role: role(), keys },
    };
    // Whoever may give permissions within the boundary alone can do so once it is there.
    let mut bounded = Vec::new();
    if observed.boundary != desired.boundary {
        let (before, after) = (observed.boundary.as_ref(), desired.boundary.as_ref());
        let changes = vec![Property::optional("permissions boundary", before, after)];
        bounded.push(steps.add_changing(boundary(desired), &[], changes));
    }
    let mut done = managed_policies::attach(desired, &observed.attached, &bounded, steps);
    let tags = managed_policies::tags(desired, Some(observed));
    done.extend(tagging.steps_after(&tags, &observed.tags, &done, steps));
    if observed.trust != desired.trust {
        let action = Action::UpdateAssumeRolePolicy {
            role: desired.name.clone(),
            document: desired.trust.clone(),
        };
        done.push(steps.add_changing(action, &[], vec![Property::changed(TRUST)]));
    }
    let found = observed.policies.get(POLICY_NAME);
    if !found.is_some_and(|found| policy::covers(found, &desired.permissions)) {
        let document = found.map_or_else(
            || desired.permissions.clone(),
            |found| policy::union(found, &desired.permissions),
        );
        let changes = vec![Property::changed(PERMISSIONS)];
        done.push(steps.add_changing(put(desired, document), &bounded, changes));
    }
    done.extend(bounded);
    done
}

/// Adds what takes away more than `desired` has, once nothing needs it any more.
pub(crate) fn cleanup(desired: &Role, observed: Option<&ObservedRole>, after: &[StepId], steps: &mut Steps) {
    let Some(observed) = observed else { return };
    let found = observed.policies.get(POLICY_NAME);
    if found.is_some_and(|found| !policy::covers(&desired.permissions, found)) {
        let action = put(desired, desired.permissions.clone());
        let changes = vec![Property::changed(SUPERFLUOUS)];
        steps.push(action, after, When::Drained, changes);
    }
    let added = observed.policies.keys().filter(|name| *name != POLICY_NAME);
    // No execution was promised what somebody else gave.
    for (action, policy) in policy_removals(&desired.name, added, &BTreeSet::new()) {
        let changes = vec![Property::changed(&added_policy(policy))];
        steps.push(action, after, When::Always, changes);
    }
    managed_policies::detach(desired, observed, after, steps);
}

/// Adds what removes the role and all that keeps it from being deleted.
pub(crate) fn removal(name: &str, observed: &ObservedRole, after: &[StepId], when: When, steps: &mut Steps) -> StepId {
    let mut after = after.to_vec();
    for (action, _) in policy_removals(name, observed.policies.keys(), &observed.attached) {
        after.push(steps.add_when(action, &after, when));
    }
    steps.add_when(Action::DeleteRole { role: name.to_owned() }, &after, when)
}

/// The actions that leave a role without policies, each with the policy's name or ARN.
fn policy_removals<'a>(
    role: &str,
    inline: impl Iterator<Item = &'a String>,
    attached: &'a BTreeSet<String>,
) -> Vec<(Action, &'a String)> {
    let inline = inline.map(|policy| {
        let action = Action::DeleteRolePolicy {
            role: role.to_owned(),
            policy: policy.clone(),
        };
        (action, policy)
    });
    let attached = attached.iter().map(|policy_arn| {
        let action = Action::DetachRolePolicy {
            role: role.to_owned(),
            policy_arn: policy_arn.clone(),
        };
        (action, policy_arn)
    });
    inline.chain(attached).collect()
}

fn boundary(desired: &Role) -> Action {
    let role = desired.name.clone();
    match desired.boundary.clone() {
        Some(boundary) => Action::PutRolePermissionsBoundary { role, boundary },
        None => Action::DeleteRolePermissionsBoundary { role },
    }
}

fn put(role: &Role, document: Json) -> Action {
    Action::PutRolePolicy {
        role: role.name.clone(),
        policy: POLICY_NAME.to_owned(),
        document,
    }
}
