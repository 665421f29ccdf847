use asl::Json;
use aws_sdk_iam::types::Tag;
use stack::{Role, Service, Tags};

use super::{Stage, gone};
use crate::aws::Error;
use crate::aws::call::Call;
use crate::aws::observe;

pub(super) async fn create_role(stage: &Stage, role: &Role) -> Result<(), Error> {
    let tags = tags(&role.tags);
    let request = || {
        let request = stage
            .cloud
            .iam
            .create_role()
            .role_name(&role.name)
            .path(stage.scope.role_path());
        let request = request.assume_role_policy_document(role.trust.to_string());
        request
            .description("Made by stepwright")
            .set_permissions_boundary(role.boundary.clone())
            .set_tags(Some(tags.clone()))
            .send()
    };
    match stage.cloud.call(call("CreateRole", &role.name), request).await {
        Err(error) if error.is_own_earlier_success() => Ok(()),
        created => created.map(drop),
    }
}

pub(super) async fn tag_role(stage: &Stage, role: &str, new: &Tags) -> Result<(), Error> {
    let tags = tags(new);
    let request = || {
        stage
            .cloud
            .iam
            .tag_role()
            .role_name(role)
            .set_tags(Some(tags.clone()))
            .send()
    };
    stage.cloud.call(call("TagRole", role), request).await.map(drop)
}

pub(super) async fn untag_role(stage: &Stage, role: &str, keys: &[String]) -> Result<(), Error> {
    let request = || {
        let request = stage.cloud.iam.untag_role().role_name(role);
        request.set_tag_keys(Some(keys.to_vec())).send()
    };
    stage.cloud.call(call("UntagRole", role), request).await.map(drop)
}

pub(super) async fn put_role_permissions_boundary(stage: &Stage, role: &str, boundary: &str) -> Result<(), Error> {
    let request = || {
        let request = stage.cloud.iam.put_role_permissions_boundary().role_name(role);
        request.permissions_boundary(boundary).send()
    };
    let call = call("PutRolePermissionsBoundary", role);
    stage.cloud.call(call, request).await.map(drop)
}

pub(super) async fn delete_role_permissions_boundary(stage: &Stage, role: &str) -> Result<(), Error> {
    let request = || {
        let request = stage.cloud.iam.delete_role_permissions_boundary();
        request.role_name(role).send()
    };
    gone(
        stage
            .cloud
            .call(call("DeleteRolePermissionsBoundary", role), request)
            .await,
    )
}

pub(super) async fn update_assume_role_policy(stage: &Stage, role: &str, document: &Json) -> Result<(), Error> {
    let document = document.to_string();
    let request = || {
        let request = stage.cloud.iam.update_assume_role_policy().role_name(role);
        request.policy_document(&document).send()
    };
    stage
        .cloud
        .call(call("UpdateAssumeRolePolicy", role), request)
        .await
        .map(drop)
}

pub(super) async fn put_role_policy(stage: &Stage, role: &str, policy: &str, document: &Json) -> Result<(), Error> {
    let document = document.to_string();
    let request = || {
        let request = stage.cloud.iam.put_role_policy().role_name(role).policy_name(policy);
        request.policy_document(&document).send()
    };
    stage.cloud.call(call("PutRolePolicy", role), request).await.map(drop)
}

pub(super) async fn delete_role_policy(stage: &Stage, role: &str, policy: &str) -> Result<(), Error> {
    let request = || {
        stage
            .cloud
            .iam
            .delete_role_policy()
            .role_name(role)
            .policy_name(policy)
            .send()
    };
    gone(stage.cloud.call(call("DeleteRolePolicy", role), request).await)
}

pub(super) async fn attach_role_policy(stage: &Stage, role: &str, policy_arn: &str) -> Result<(), Error> {
    let request = || {
        let request = stage.cloud.iam.attach_role_policy().role_name(role);
        request.policy_arn(policy_arn).send()
    };
    stage
        .cloud
        .call(call("AttachRolePolicy", role), request)
        .await
        .map(drop)
}

pub(super) async fn detach_role_policy(stage: &Stage, role: &str, policy_arn: &str) -> Result<(), Error> {
    let request = || {
        stage
            .cloud
            .iam
            .detach_role_policy()
            .role_name(role)
            .policy_arn(policy_arn)
            .send()
    };
    gone(stage.cloud.call(call("DetachRolePolicy", role), request).await)
}

pub(super) async fn delete_role(stage: &Stage, role: &str) -> Result<(), Error> {
    let request = || stage.cloud.iam.delete_role().role_name(role).send();
    match stage.cloud.call(call("DeleteRole", role), request).await {
        // Of a role that is gone IAM knows no path, so that who may touch those of a path alone is denied.
        Err(error) if error.is_denied_again() && observe::role(&stage.cloud, role).await?.is_none() => Ok(()),
        deleted => gone(deleted),
    }
}

fn tags(tags: &Tags) -> Vec<Tag> {
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    // A tag can only lack its key or value, and has both.
    tags.iter().map(tag).filter_map(Result::ok).collect()
}

fn call<'a>(action: &'static str, name: &'a str) -> Call<'a> {
    Call {
        service: Service::Iam,
        action,
        name,
    }
}
