use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_cloudwatchlogs::types::LogGroup;
use jiff::Timestamp;
use stack::{Holder, ObservedLogGroup, Scope, Service, Tags};

use super::existing;
use crate::aws::call::Call;
use crate::aws::parallel::for_each;
use crate::aws::{Cloud, Error};

/// How long the holder of a lock is silent that nobody waits for any more: many times [`stack::LEASE`].
const ABANDONED: Duration = Duration::from_secs(15 * 60);

/// The log groups of functions and state machines whose names begin with `prefix`. The tags of those that are `known`
/// already are not asked for: CloudWatch Logs answers that far less often than all else.
pub(super) async fn log_groups(
    cloud: &Cloud,
    scope: &Scope,
    prefix: &str,
    known: &BTreeMap<String, ObservedLogGroup>,
) -> Result<BTreeMap<String, ObservedLogGroup>, Error> {
    let (functions, machines) = tokio::try_join!(
        named(cloud, Scope::function_log_group(prefix)),
        named(cloud, Scope::machine_log_group(prefix))
    )?;
    tagged(cloud, scope, functions.into_iter().chain(machines), known).await
}

/// The locks of all stages of the stack whose holders have been silent for so long that no clock explains it.
pub(super) async fn abandoned_locks(cloud: &Cloud, scope: &Scope) -> Result<BTreeMap<String, ObservedLogGroup>, Error> {
    let found = named(cloud, scope.locks()).await?;
    let mut locks = tagged(cloud, scope, found, &BTreeMap::new()).await?;
    let is_silent = |group: &ObservedLogGroup| {
        let renewed: Option<Timestamp> = Holder::of(&group.tags).renewed.parse().ok();
        renewed.is_some_and(|renewed| Timestamp::now().duration_since(renewed).unsigned_abs() > ABANDONED)
    };
    locks.retain(|_, group| is_silent(group));
    Ok(locks)
}

async fn tagged(
    cloud: &Cloud,
    scope: &Scope,
    groups: impl IntoIterator<Item = (String, LogGroup)>,
    known: &BTreeMap<String, ObservedLogGroup>,
) -> Result<BTreeMap<String, ObservedLogGroup>, Error> {
    let groups = for_each(groups, |(name, group)| {
        let (cloud, arn) = (cloud.clone(), scope.log_group_arn(&name));
        let created = group.creation_time;
        let known = known
            .get(&name)
            .filter(|known| created.is_some() && known.created == created);
        let known = known.map(|known| known.tags.clone());
        async move {
            let tags = match known {
                Some(tags) => Some(tags),
                None => tags(&cloud, &name, &arn).await?,
            };
            let observed = |tags| ObservedLogGroup {
                created,
                retention_days: group.retention_in_days,
                kms_key: group.kms_key_id,
                tags,
            };
            Ok(tags.map(|tags| (name, observed(tags))))
        }
    });
    Ok(groups.await?.into_iter().flatten().collect())
}

async fn named(cloud: &Cloud, prefix: String) -> Result<Vec<(String, LogGroup)>, Error> {
    let mut groups = Vec::new();
    let mut token = None;
    loop {
        let request = || {
            let request = cloud.logs.describe_log_groups().log_group_name_prefix(&prefix);
            request.set_next_token(token.clone()).send()
        };
        let page = cloud.call(call("DescribeLogGroups", &prefix), request).await?;
        let found = page.log_groups.unwrap_or_default();
        groups.extend(
            found
                .into_iter()
                .filter_map(|group| Some((group.log_group_name.clone()?, group))),
        );
        token = page.next_token;
        if token.is_none() {
            return Ok(groups);
        }
    }
}

pub(in crate::aws) async fn tags(cloud: &Cloud, name: &str, arn: &str) -> Result<Option<Tags>, Error> {
    let request = || cloud.logs.list_tags_for_resource().resource_arn(arn).send();
    let tags = existing(cloud.call(call("ListTagsForResource", name), request).await)?;
    Ok(tags.map(|tags| tags.tags.unwrap_or_default().into_iter().collect()))
}

fn call<'a>(action: &'static str, name: &'a str) -> Call<'a> {
    Call {
        service: Service::Logs,
        action,
        name,
    }
}
