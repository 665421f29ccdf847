use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::primitives::ByteStream;
use stack::{Object, Service};

use super::lambda::UPLOAD_TIMEOUT;
use super::{Stage, gone};
use crate::aws::Error;
use crate::aws::call::Call;
use crate::aws::cloud::timeouts;

/// Uploads the zip of `function`; S3 takes it only if it is the one that was measured.
pub(super) async fn put_object(stage: &Stage, function: &str, sha256: &str, object: &Object) -> Result<(), Error> {
    let _upload = stage.uploads.acquire().await;
    let path = stage.artifacts.get(function).cloned().unwrap_or_default();
    let request = || async {
        let body = ByteStream::from_path(&path).await;
        let body = body.map_err(SdkError::construction_failure)?;
        let request = stage.cloud.s3.put_object().bucket(&object.bucket).key(&object.key);
        let configuration = aws_sdk_s3::Config::builder().timeout_config(timeouts(UPLOAD_TIMEOUT));
        let request = request.checksum_sha256(sha256).body(body).customize();
        request.config_override(configuration).send().await
    };
    stage.cloud.call(call("PutObject", object), request).await.map(drop)
}

pub(super) async fn delete_object(stage: &Stage, object: &Object) -> Result<(), Error> {
    let request = || {
        let request = stage.cloud.s3.delete_object().bucket(&object.bucket);
        request.key(&object.key).send()
    };
    gone(stage.cloud.call(call("DeleteObject", object), request).await)
}

fn call<'a>(action: &'static str, object: &'a Object) -> Call<'a> {
    Call {
        service: Service::S3,
        action,
        name: &object.key,
    }
}
