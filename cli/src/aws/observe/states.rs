use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use asl::MachineType;
use aws_sdk_sfn::operation::describe_state_machine::DescribeStateMachineOutput;
use aws_sdk_sfn::types::{self, ExecutionStatus, StateMachineStatus};
use stack::{
    AliasNote, Logging, LoggingLevel, MachineVersion, ObservedMachine, OldExecutions, Revision, Route, Scope, Service,
    Tags,
};

use super::existing;
use crate::aws::call::Call;
use crate::aws::parallel::for_each;
use crate::aws::{Cloud, Error};

/// How long an Express execution may take.
const EXPRESS_LIMIT: Duration = Duration::from_secs(5 * 60);

/// The names of the state machines that begin with `prefix`.
pub(super) async fn machine_names(cloud: &Cloud, prefix: &str) -> Result<BTreeSet<String>, Error> {
    let mut names = BTreeSet::new();
    let mut token = None;
    loop {
        let request = || cloud.states.list_state_machines().set_next_token(token.clone()).send();
        let page = cloud.call(call("ListStateMachines", ""), request).await?;
        let found = page.state_machines.into_iter().map(|machine| machine.name);
        names.extend(found.filter(|name| name.starts_with(prefix)));
        token = page.next_token;
        if token.is_none() {
            return Ok(names);
        }
    }
}

/// A state machine with its versions and its alias.
pub(super) async fn machine(cloud: &Cloud, scope: &Scope, name: &str) -> Result<Option<ObservedMachine>, Error> {
    let arn = scope.machine_arn(name);
    let Some(found) = describe(cloud, name, &arn).await? else {
        return Ok(None);
    };
    let machine_type = machine_type(&found);
    let alias_arn = scope.alias_arn(name);
    let (tags, versions, alias, aliased, standard) = tokio::try_join!(
        tags(cloud, name, &arn),
        versions(cloud, scope, name),
        alias(cloud, name, &alias_arn),
        aliased_elsewhere(cloud, scope, name),
        running(cloud, name, &arn, machine_type)
    )?;
    let running = match machine_type {
        MachineType::Standard => standard,
        MachineType::Express => alias.express_executions(),
    };
    Ok(Some(ObservedMachine {
        current: revision(&found),
        machine_type,
        deleting: found.status == Some(StateMachineStatus::Deleting),
        versions,
        alias: alias.routes,
        note: alias.note,
        aliased,
        running,
        tags,
    }))
}

/// Executions under way by version; those of Express state machines cannot be listed. Of very many it is only said that
/// there are some.
pub(in crate::aws) async fn running(
    cloud: &Cloud,
    name: &str,
    arn: &str,
    machine_type: MachineType,
) -> Result<Vec<OldExecutions>, Error> {
    if machine_type == MachineType::Express {
        return Ok(Vec::new());
    }
    let mut counts: BTreeMap<Option<u64>, u64> = BTreeMap::new();
    let mut token = None;
    for _ in 0..MAX_PAGES {
        let page;
        (page, token) = running_page(cloud, name, arn, token).await?;
        for execution in page {
            let version = execution.state_machine_version_arn.as_deref().and_then(number);
            *counts.entry(version).or_default() += 1;
        }
        if token.is_none() {
            break;
        }
    }
    let counted = counts.into_iter().map(|(version, count)| (version, Some(count)));
    let rest = token.map(|_| (None, None));
    let of = |(version, count)| OldExecutions { version, count };
    Ok(counted.chain(rest).map(of).collect())
}

/// The ARNs of all executions under way of a Standard state machine.
pub(in crate::aws) async fn running_arns(cloud: &Cloud, name: &str, arn: &str) -> Result<Vec<String>, Error> {
    let mut arns = Vec::new();
    let mut token = None;
    loop {
        let page;
        (page, token) = running_page(cloud, name, arn, token).await?;
        arns.extend(page.into_iter().map(|execution| execution.execution_arn));
        if token.is_none() {
            return Ok(arns);
        }
    }
}

/// How many pages of executions are read to count them.
const MAX_PAGES: usize = 10;

/// The most executions AWS gives at once.
const PAGE: i32 = 1000;

async fn running_page(
    cloud: &Cloud,
    name: &str,
    arn: &str,
    token: Option<String>,
) -> Result<(Vec<types::ExecutionListItem>, Option<String>), Error> {
    let request = || {
        let request = cloud.states.list_executions().state_machine_arn(arn);
        request
            .status_filter(ExecutionStatus::Running)
            .max_results(PAGE)
            .set_next_token(token.clone())
            .send()
    };
    let page = existing(cloud.call(call("ListExecutions", name), request).await)?;
    Ok(page.map_or_else(Default::default, |page| (page.executions, page.next_token)))
}

/// All versions with what they are made of, the oldest first.
async fn versions(cloud: &Cloud, scope: &Scope, name: &str) -> Result<Vec<MachineVersion>, Error> {
    let numbers = version_numbers(cloud, name, &scope.machine_arn(name)).await?;
    let look = |number: u64| {
        let (cloud, name, arn) = (cloud.clone(), name.to_owned(), scope.machine_version_arn(name, number));
        async move {
            let found = describe(&cloud, &name, &arn).await?;
            Ok(MachineVersion {
                number,
                revision: found.as_ref().map(revision),
            })
        }
    };
    for_each(numbers, look).await
}

/// The versions that other aliases than the stack's lead to.
async fn aliased_elsewhere(cloud: &Cloud, scope: &Scope, name: &str) -> Result<BTreeSet<u64>, Error> {
    let (arn, ours) = (scope.machine_arn(name), scope.alias_arn(name));
    let mut aliases = Vec::new();
    let mut token = None;
    loop {
        let request = || {
            let request = cloud.states.list_state_machine_aliases().state_machine_arn(&arn);
            request.set_next_token(token.clone()).send()
        };
        let Some(page) = existing(cloud.call(call("ListStateMachineAliases", name), request).await)? else {
            break;
        };
        let found = page.state_machine_aliases.into_iter();
        aliases.extend(
            found
                .map(|alias| alias.state_machine_alias_arn)
                .filter(|arn| *arn != ours),
        );
        token = page.next_token;
        if token.is_none() {
            break;
        }
    }
    let look = |arn: String| {
        let (cloud, name) = (cloud.clone(), name.to_owned());
        async move { alias(&cloud, &name, &arn).await }
    };
    let routes = for_each(aliases, look)
        .await?
        .into_iter()
        .flat_map(|alias| alias.routes);
    Ok(routes.map(|route| route.version).collect())
}

/// An alias.
#[derive(Default)]
struct Alias {
    routes: Vec<Route>,
    note: Option<AliasNote>,
    moved: Option<SystemTime>,
}

impl Alias {
    /// What may still be under way since the alias moved.
    fn express_executions(&self) -> Vec<OldExecutions> {
        let recent = |moved: SystemTime| moved.elapsed().is_ok_and(|passed| passed < EXPRESS_LIMIT);
        let several = self.moved.is_some_and(recent);
        let unknown = OldExecutions {
            version: None,
            count: None,
        };
        several.then_some(unknown).into_iter().collect()
    }
}

async fn alias(cloud: &Cloud, name: &str, arn: &str) -> Result<Alias, Error> {
    let request = || {
        cloud
            .states
            .describe_state_machine_alias()
            .state_machine_alias_arn(arn)
            .send()
    };
    let Some(found) = existing(cloud.call(call("DescribeStateMachineAlias", name), request).await)? else {
        return Ok(Alias::default());
    };
    let route = |item: &types::RoutingConfigurationListItem| {
        Some(Route {
            version: number(&item.state_machine_version_arn)?,
            weight: u8::try_from(item.weight).ok()?,
        })
    };
    // An alias that was never moved has no older executions behind it.
    let moved = found
        .update_date
        .filter(|updated| Some(updated) != found.creation_date.as_ref());
    Ok(Alias {
        note: found.description.as_deref().and_then(AliasNote::of),
        routes: found
            .routing_configuration
            .unwrap_or_default()
            .iter()
            .filter_map(route)
            .collect(),
        moved: moved.and_then(|moved| SystemTime::try_from(moved).ok()),
    })
}

pub(in crate::aws) async fn describe(
    cloud: &Cloud,
    name: &str,
    arn: &str,
) -> Result<Option<DescribeStateMachineOutput>, Error> {
    let request = || cloud.states.describe_state_machine().state_machine_arn(arn).send();
    existing(cloud.call(call("DescribeStateMachine", name), request).await)
}

async fn tags(cloud: &Cloud, name: &str, arn: &str) -> Result<Tags, Error> {
    let request = || cloud.states.list_tags_for_resource().resource_arn(arn).send();
    let found = existing(cloud.call(call("ListTagsForResource", name), request).await)?;
    let tags = found.and_then(|found| found.tags).unwrap_or_default();
    Ok(tags
        .into_iter()
        .filter_map(|tag| Some((tag.key?, tag.value?)))
        .collect())
}

/// In ascending order.
async fn version_numbers(cloud: &Cloud, name: &str, arn: &str) -> Result<Vec<u64>, Error> {
    let mut numbers = Vec::new();
    let mut token = None;
    loop {
        let request = || {
            let request = cloud.states.list_state_machine_versions().state_machine_arn(arn);
            request.set_next_token(token.clone()).send()
        };
        let Some(page) = existing(cloud.call(call("ListStateMachineVersions", name), request).await)? else {
            break;
        };
        let found = page.state_machine_versions.iter();
        numbers.extend(found.filter_map(|version| number(&version.state_machine_version_arn)));
        token = page.next_token;
        if token.is_none() {
            break;
        }
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// The number at the end of a version's ARN.
pub(in crate::aws) fn number(version_arn: &str) -> Option<u64> {
    version_arn.rsplit(':').next()?.parse().ok()
}

pub(in crate::aws) fn revision(found: &DescribeStateMachineOutput) -> Revision {
    Revision {
        definition: found.definition.parse().unwrap_or_default(),
        role_arn: found.role_arn.clone(),
        logging: found.logging_configuration.as_ref().and_then(logging),
        traces: found
            .tracing_configuration
            .as_ref()
            .is_some_and(|tracing| tracing.enabled),
        kms_key: found
            .encryption_configuration
            .as_ref()
            .and_then(|encryption| encryption.kms_key_id.clone()),
    }
}

pub(in crate::aws) fn machine_type(found: &DescribeStateMachineOutput) -> MachineType {
    match found.r#type {
        types::StateMachineType::Express => MachineType::Express,
        _ => MachineType::Standard,
    }
}

fn logging(configuration: &types::LoggingConfiguration) -> Option<Logging> {
    let level = match configuration.level.as_ref()? {
        types::LogLevel::All => LoggingLevel::All,
        types::LogLevel::Error => LoggingLevel::Error,
        types::LogLevel::Fatal => LoggingLevel::Fatal,
        _ => return None,
    };
    let destination = configuration
        .destinations()
        .first()?
        .cloud_watch_logs_log_group
        .as_ref()?;
    Some(Logging {
        level,
        include_execution_data: configuration.include_execution_data,
        log_group_arn: destination.log_group_arn.clone().unwrap_or_default(),
    })
}

fn call<'a>(action: &'static str, name: &'a str) -> Call<'a> {
    Call {
        service: Service::States,
        action,
        name,
    }
}
