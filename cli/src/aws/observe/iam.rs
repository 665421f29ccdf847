use std::collections::{BTreeMap, BTreeSet};

use asl::Json;
use stack::{ObservedRole, Service};

use super::existing;
use crate::aws::call::Call;
use crate::aws::{Cloud, Error};

/// The names of the roles under a path.
pub(super) async fn role_names(cloud: &Cloud, path: &str) -> Result<BTreeSet<String>, Error> {
    let mut names = BTreeSet::new();
    let mut marker = None;
    loop {
        let request = || {
            cloud
                .iam
                .list_roles()
                .path_prefix(path)
                .set_marker(marker.clone())
                .send()
        };
        let page = cloud.call(call("ListRoles", ""), request).await?;
        names.extend(page.roles.into_iter().map(|role| role.role_name));
        marker = page.marker;
        if marker.is_none() {
            return Ok(names);
        }
    }
}

/// A role with its policies.
pub(in crate::aws) async fn role(cloud: &Cloud, name: &str) -> Result<Option<ObservedRole>, Error> {
    let request = || cloud.iam.get_role().role_name(name).send();
    let Some(found) = existing(cloud.call(call("GetRole", name), request).await)? else {
        return Ok(None);
    };
    let Some(role) = found.role else { return Ok(None) };
    let (policies, attached) = tokio::try_join!(inline_policies(cloud, name), attached_policies(cloud, name))?;
    Ok(Some(ObservedRole {
        trust: document(role.assume_role_policy_document.as_deref()),
        path: role.path,
        created: Some(role.create_date.secs()),
        boundary: role
            .permissions_boundary
            .and_then(|boundary| boundary.permissions_boundary_arn),
        policies,
        attached,
        tags: role
            .tags
            .unwrap_or_default()
            .into_iter()
            .map(|tag| (tag.key, tag.value))
            .collect(),
    }))
}

async fn inline_policies(cloud: &Cloud, role: &str) -> Result<BTreeMap<String, Json>, Error> {
    let mut names = Vec::new();
    let mut marker = None;
    loop {
        let request = || {
            cloud
                .iam
                .list_role_policies()
                .role_name(role)
                .set_marker(marker.clone())
                .send()
        };
        let Some(page) = existing(cloud.call(call("ListRolePolicies", role), request).await)? else {
            return Ok(BTreeMap::new());
        };
        names.extend(page.policy_names);
        marker = page.marker;
        if marker.is_none() {
            break;
        }
    }
    let mut policies = BTreeMap::new();
    for name in names {
        let request = || cloud.iam.get_role_policy().role_name(role).policy_name(&name).send();
        if let Some(policy) = existing(cloud.call(call("GetRolePolicy", role), request).await)? {
            policies.insert(name, document(Some(&policy.policy_document)));
        }
    }
    Ok(policies)
}

async fn attached_policies(cloud: &Cloud, role: &str) -> Result<BTreeSet<String>, Error> {
    let mut arns = BTreeSet::new();
    let mut marker = None;
    loop {
        let request = || {
            let request = cloud.iam.list_attached_role_policies().role_name(role);
            request.set_marker(marker.clone()).send()
        };
        let Some(page) = existing(cloud.call(call("ListAttachedRolePolicies", role), request).await)? else {
            return Ok(arns);
        };
        arns.extend(
            page.attached_policies
                .unwrap_or_default()
                .into_iter()
                .filter_map(|policy| policy.policy_arn),
        );
        marker = page.marker;
        if marker.is_none() {
            return Ok(arns);
        }
    }
}

/// A policy document, which IAM gives percent-encoded; what cannot be read is equal to nothing of ours.
pub(in crate::aws) fn document(text: Option<&str>) -> Json {
    let text = percent_encoding::percent_decode_str(text.unwrap_or_default()).decode_utf8_lossy();
    text.parse().unwrap_or_default()
}

fn call<'a>(action: &'static str, name: &'a str) -> Call<'a> {
    Call {
        service: Service::Iam,
        action,
        name,
    }
}
