use std::collections::BTreeSet;

use stack::{Object, Scope, Service};

use crate::aws::call::Call;
use crate::aws::{Cloud, Error};

/// The stack's zips in `bucket`.
pub(super) async fn objects(cloud: &Cloud, scope: &Scope, bucket: Option<&str>) -> Result<BTreeSet<Object>, Error> {
    let Some(bucket) = bucket else {
        return Ok(BTreeSet::new());
    };
    let call = Call {
        service: Service::S3,
        action: "ListObjectsV2",
        name: bucket,
    };
    let mut objects = BTreeSet::new();
    let mut token = None;
    loop {
        let request = || {
            let request = cloud.s3.list_objects_v2().bucket(bucket).prefix(scope.object_prefix());
            request.set_continuation_token(token.clone()).send()
        };
        let page = cloud
            .call(call, request)
            .await
            .map_err(|error| explained(scope, bucket, error))?;
        let keys = page
            .contents
            .unwrap_or_default()
            .into_iter()
            .filter_map(|found| found.key);
        objects.extend(keys.filter_map(|key| Object::of_stack(scope, bucket, &key)));
        token = page.next_continuation_token;
        if token.is_none() {
            return Ok(objects);
        }
    }
}

/// What S3 says of a bucket that is not there, or not here, in words.
fn explained(scope: &Scope, bucket: &str, error: Error) -> Error {
    const ELSEWHERE: [&str; 3] = [
        "PermanentRedirect",
        "AuthorizationHeaderMalformed",
        "IllegalLocationConstraintException",
    ];
    let code = error.call().map(|call| call.code.as_str()).unwrap_or_default();
    let problem = match code {
        "NoSuchBucket" => "does not exist".to_owned(),
        code if ELSEWHERE.contains(&code) => {
            format!(
                "is not in the region {}, and Lambda fetches zips from its own region alone",
                scope.region
            )
        }
        _ => return error,
    };
    Error::Bucket {
        bucket: bucket.to_owned(),
        problem,
    }
}
