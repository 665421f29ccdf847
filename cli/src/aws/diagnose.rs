//! Reads the policies of a role that a service has refused for long, and finds out what they lack.

use std::collections::BTreeMap;
use std::pin::Pin;

use asl::Json;
use stack::{Diagnosis, LogPolicy, RolePolicies, RoleUse, Scope, Service};

use super::call::Call;
use super::observe::{policy_document, role};
use super::parallel::for_each;
use super::{CallError, Cloud, Error};

/// A role that a call gives to a service, and what for.
#[derive(Clone, Copy)]
pub(super) struct GivenRole<'a> {
    pub(super) scope: &'a Scope,
    pub(super) used: RoleUse<'a>,
}

/// What the role lacks, as its policies are now.
///
/// # Errors
/// Somebody wants it to end, or may not read the policies.
pub(super) fn diagnose<'a>(cloud: &'a Cloud, given: GivenRole<'a>, refusal: &'a CallError) -> Diagnosing<'a> {
    Box::pin(async move {
        match read(cloud, given, refusal).await {
            Err(error) if matches!(error, Error::Interrupted) || error.is_unavailable() => Err(error),
            Err(_) => Ok(Diagnosis::Unclear),
            Ok(diagnosis) => Ok(diagnosis),
        }
    })
}

/// In a box, because a call may lead to a diagnosis, and that makes calls.
type Diagnosing<'a> = Pin<Box<dyn Future<Output = Result<Diagnosis, Error>> + Send + 'a>>;

async fn read(cloud: &Cloud, given: GivenRole<'_>, refusal: &CallError) -> Result<Diagnosis, Error> {
    let GivenRole { scope, used } = given;
    let Some(policies) = role_policies(cloud, used.role()).await? else {
        return Ok(Diagnosis::Unclear);
    };
    let diagnosis = stack::diagnose(scope, used, &policies, &refusal.message);
    let RoleUse::Machine(machine) = used else {
        return Ok(diagnosis);
    };
    if diagnosis != Diagnosis::Complete || !refusal.message.contains("access the Log Destination") {
        return Ok(diagnosis);
    }
    let missing = stack::log_destination(scope, machine, &log_policies(cloud).await?);
    Ok(missing.map_or(diagnosis, |missing| Diagnosis::Missing(vec![missing])))
}

/// All policies that say what a role may do. Nothing where there is no such role.
async fn role_policies(cloud: &Cloud, name: &str) -> Result<Option<RolePolicies>, Error> {
    let Some(found) = role(cloud, name).await? else {
        return Ok(None);
    };
    let attached = for_each(found.attached, |arn| {
        let cloud = cloud.clone();
        async move { managed_policy(&cloud, arn).await }
    });
    let mut permissions: BTreeMap<String, Json> = found.policies;
    permissions.extend(attached.await?);
    Ok(Some(RolePolicies {
        trust: found.trust,
        permissions,
        boundary: match found.boundary {
            Some(arn) => Some(managed_policy(cloud, arn).await?),
            None => None,
        },
    }))
}

/// The version of a managed policy that is in force.
async fn managed_policy(cloud: &Cloud, arn: String) -> Result<(String, Json), Error> {
    const MISSING: Error = Error::Answer {
        action: "GetPolicy",
        missing: "default version",
    };
    let request = || cloud.iam.get_policy().policy_arn(&arn).send();
    let found = cloud.call(call(Service::Iam, "GetPolicy", &arn), request).await?;
    let version = found
        .policy
        .and_then(|policy| policy.default_version_id)
        .ok_or(MISSING)?;
    let request = || {
        cloud
            .iam
            .get_policy_version()
            .policy_arn(&arn)
            .version_id(&version)
            .send()
    };
    let found = cloud
        .call(call(Service::Iam, "GetPolicyVersion", &arn), request)
        .await?;
    let document = found.policy_version.and_then(|version| version.document);
    let document = policy_document(document.as_deref());
    Ok((arn, document))
}

async fn log_policies(cloud: &Cloud) -> Result<Vec<LogPolicy>, Error> {
    let mut policies = Vec::new();
    let mut token = None;
    loop {
        let request = || {
            cloud
                .logs
                .describe_resource_policies()
                .set_next_token(token.clone())
                .send()
        };
        let page = cloud
            .call(call(Service::Logs, "DescribeResourcePolicies", ""), request)
            .await?;
        let found = page.resource_policies.unwrap_or_default().into_iter();
        policies.extend(found.map(|policy| LogPolicy {
            name: policy.policy_name.unwrap_or_default(),
            document: policy.policy_document.unwrap_or_default(),
        }));
        token = page.next_token;
        if token.is_none() {
            return Ok(policies);
        }
    }
}

fn call<'a>(service: Service, action: &'static str, name: &'a str) -> Call<'a> {
    Call { service, action, name }
}
