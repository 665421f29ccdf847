use std::collections::HashMap;

use stack::{LogGroup, Service, Tags};

use super::{Stage, gone};
use crate::aws::Error;
use crate::aws::call::Call;

pub(super) async fn create_log_group(stage: &Stage, group: &LogGroup) -> Result<(), Error> {
    let tags: HashMap<String, String> = group.tags.clone().into_iter().collect();
    let request = || {
        let request = stage.cloud.logs.create_log_group().log_group_name(&group.name);
        let request = request.set_kms_key_id(group.kms_key.clone());
        request.set_tags(Some(tags.clone())).send()
    };
    match stage.cloud.call(call("CreateLogGroup", &group.name), request).await {
        Err(error) if error.is_own_earlier_success() => Ok(()),
        created => created.map(drop),
    }
}

pub(super) async fn tag_resource(stage: &Stage, name: &str, tags: &Tags) -> Result<(), Error> {
    let tags: HashMap<String, String> = tags.clone().into_iter().collect();
    let arn = stage.scope.log_group_arn(name);
    let request = || {
        let request = stage.cloud.logs.tag_resource().resource_arn(&arn);
        request.set_tags(Some(tags.clone())).send()
    };
    stage.cloud.call(call("TagResource", name), request).await.map(drop)
}

pub(super) async fn untag_resource(stage: &Stage, name: &str, keys: &[String]) -> Result<(), Error> {
    let arn = stage.scope.log_group_arn(name);
    let request = || {
        let request = stage.cloud.logs.untag_resource().resource_arn(&arn);
        request.set_tag_keys(Some(keys.to_vec())).send()
    };
    stage.cloud.call(call("UntagResource", name), request).await.map(drop)
}

pub(super) async fn associate_kms_key(stage: &Stage, name: &str, key: &str) -> Result<(), Error> {
    let request = || {
        let request = stage.cloud.logs.associate_kms_key().log_group_name(name);
        request.kms_key_id(key).send()
    };
    stage.cloud.call(call("AssociateKmsKey", name), request).await.map(drop)
}

pub(super) async fn disassociate_kms_key(stage: &Stage, name: &str) -> Result<(), Error> {
    let request = || stage.cloud.logs.disassociate_kms_key().log_group_name(name).send();
    stage
        .cloud
        .call(call("DisassociateKmsKey", name), request)
        .await
        .map(drop)
}

pub(super) async fn put_retention_policy(stage: &Stage, name: &str, days: i32) -> Result<(), Error> {
    let request = || {
        let request = stage.cloud.logs.put_retention_policy().log_group_name(name);
        request.retention_in_days(days).send()
    };
    stage
        .cloud
        .call(call("PutRetentionPolicy", name), request)
        .await
        .map(drop)
}

pub(super) async fn delete_retention_policy(stage: &Stage, name: &str) -> Result<(), Error> {
    let request = || stage.cloud.logs.delete_retention_policy().log_group_name(name).send();
    gone(stage.cloud.call(call("DeleteRetentionPolicy", name), request).await)
}

pub(super) async fn delete_log_group(stage: &Stage, name: &str) -> Result<(), Error> {
    let request = || stage.cloud.logs.delete_log_group().log_group_name(name).send();
    gone(stage.cloud.call(call("DeleteLogGroup", name), request).await)
}

fn call<'a>(action: &'static str, name: &'a str) -> Call<'a> {
    Call {
        service: Service::Logs,
        action,
        name,
    }
}
