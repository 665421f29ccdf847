use std::collections::HashMap;

use stack::{Holder, Scope, Service};

use crate::aws::apply::gone;
use crate::aws::call::Call;
use crate::aws::observe::{existing, log_group_tags};
use crate::aws::{Cloud, Error};

/// Whether it was made: not where it is there already.
pub(super) async fn create(cloud: &Cloud, scope: &Scope, holder: &Holder) -> Result<bool, Error> {
    let tags: HashMap<String, String> = scope.lock_tags(holder).into_iter().collect();
    let name = scope.lock();
    let request = || {
        let request = cloud.logs.create_log_group().log_group_name(&name);
        request.set_tags(Some(tags.clone())).send()
    };
    match cloud.call(call("CreateLogGroup", &name), request).await {
        Ok(_) => Ok(true),
        Err(error) if error.is_already_there() => Ok(false),
        Err(error) => Err(error),
    }
}

pub(super) async fn tag(cloud: &Cloud, scope: &Scope, holder: &Holder) -> Result<(), Error> {
    let tags: HashMap<String, String> = scope.lock_tags(holder).into_iter().collect();
    let name = scope.lock();
    let arn = scope.log_group_arn(&name);
    let request = || {
        let request = cloud.logs.tag_resource().resource_arn(&arn);
        request.set_tags(Some(tags.clone())).send()
    };
    cloud.call(call("TagResource", &name), request).await.map(drop)
}

/// As the tags tell; nothing where there is no lock.
pub(in crate::aws) async fn holder(cloud: &Cloud, scope: &Scope) -> Result<Option<Holder>, Error> {
    let name = scope.lock();
    let tags = log_group_tags(cloud, &name, &scope.log_group_arn(&name)).await?;
    Ok(tags.as_ref().map(Holder::of))
}

/// The number of the last takeover; nothing where there is no lock.
pub(super) async fn takeovers(cloud: &Cloud, scope: &Scope) -> Result<Option<u32>, Error> {
    let name = scope.lock();
    let mut most = 0;
    let mut token = None;
    loop {
        let request = || {
            let request = cloud.logs.describe_log_streams().log_group_name(&name);
            request.set_next_token(token.clone()).send()
        };
        let Some(page) = existing(cloud.call(call("DescribeLogStreams", &name), request).await)? else {
            return Ok(None);
        };
        let streams = page.log_streams.unwrap_or_default();
        let numbers = streams
            .iter()
            .filter_map(|stream| stream.log_stream_name()?.parse().ok());
        most = numbers.fold(most, u32::max);
        token = page.next_token;
        if token.is_none() {
            return Ok(Some(most));
        }
    }
}

/// Whether the takeover is this one's: not where somebody else was before.
pub(super) async fn take_over(cloud: &Cloud, scope: &Scope, number: u32) -> Result<bool, Error> {
    let name = scope.lock();
    let stream = number.to_string();
    let request = || {
        let request = cloud.logs.create_log_stream().log_group_name(&name);
        request.log_stream_name(&stream).send()
    };
    match cloud.call(call("CreateLogStream", &name), request).await {
        Ok(_) => Ok(true),
        Err(error) if error.is_own_earlier_success() => Ok(true),
        Err(error) if error.is_already_there() || error.is_not_found() => Ok(false),
        Err(error) => Err(error),
    }
}

pub(super) async fn delete(cloud: &Cloud, scope: &Scope) -> Result<(), Error> {
    let name = scope.lock();
    let request = || cloud.logs.delete_log_group().log_group_name(&name).send();
    gone(cloud.call(call("DeleteLogGroup", &name), request).await)
}

fn call<'a>(action: &'static str, name: &'a str) -> Call<'a> {
    Call {
        service: Service::Logs,
        action,
        name,
    }
}
