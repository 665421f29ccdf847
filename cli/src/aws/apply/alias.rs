use aws_sdk_sfn::types::RoutingConfigurationListItem;
use stack::{AliasTarget, LIVE, Route};

use super::Stage;
use super::states::call;
use crate::aws::observe::existing;
use crate::aws::{Error, Event};

/// An alias that came to be since the plan was made is moved: it cannot be made again.
pub(super) async fn create(stage: &Stage, machine: &str, version: Option<u64>) -> Result<(), Error> {
    const ACTION: &str = "CreateStateMachineAlias";
    let target = AliasTarget {
        version,
        rest: None,
        back_from: None,
        before: Vec::new(),
    };
    if exists(stage, machine).await? {
        return update(stage, machine, &target).await;
    }
    let version = version_of(stage, machine, &target, ACTION)?;
    let routes = items(stage, machine, &routes(&target, version), ACTION)?;
    let description = target.note(version).to_string();
    let request = || {
        let request = stage.cloud.states.create_state_machine_alias().name(LIVE);
        let request = request.description(&description);
        request.set_routing_configuration(Some(routes.clone())).send()
    };
    stage.cloud.call(call(ACTION, machine), request).await.map(drop)
}

/// Routes and description change in one call, so that what was live before is never forgotten.
pub(super) async fn update(stage: &Stage, machine: &str, target: &AliasTarget) -> Result<(), Error> {
    const ACTION: &str = "UpdateStateMachineAlias";
    let version = version_of(stage, machine, target, ACTION)?;
    let routes = routes(target, version);
    let items = items(stage, machine, &routes, ACTION)?;
    let arn = stage.scope.alias_arn(machine);
    let description = target.note(version).to_string();
    let request = || {
        let request = stage.cloud.states.update_state_machine_alias();
        let request = request.state_machine_alias_arn(&arn).description(&description);
        request.set_routing_configuration(Some(items.clone())).send()
    };
    stage.cloud.call(call(ACTION, machine), request).await?;
    if target.rest.is_some() {
        let newest_first = routes.into_iter().rev();
        stage.cloud.tell(&Event::Shifted {
            state_machine: machine.to_owned(),
            routes: newest_first.collect(),
        });
    }
    Ok(())
}

async fn exists(stage: &Stage, machine: &str) -> Result<bool, Error> {
    let arn = stage.scope.alias_arn(machine);
    let request = || {
        let request = stage.cloud.states.describe_state_machine_alias();
        request.state_machine_alias_arn(&arn).send()
    };
    let call = call("DescribeStateMachineAlias", machine);
    Ok(existing(stage.cloud.call(call, request).await)?.is_some())
}

/// The version the alias comes to lead to, which is noted as published.
fn version_of(stage: &Stage, machine: &str, target: &AliasTarget, action: &'static str) -> Result<u64, Error> {
    let version = target.version.or_else(|| stage.published_version(machine));
    let version = version.ok_or(Error::Answer {
        action,
        missing: "version of the state machine",
    })?;
    stage.publish(|published| {
        published.machines.insert(machine.to_owned(), version);
    });
    Ok(version)
}

/// The version that comes has what is left of the traffic.
fn routes(target: &AliasTarget, version: u64) -> Vec<Route> {
    let weight = 100 - target.rest.map_or(0, |rest| rest.weight);
    let main = Route { version, weight };
    target.rest.into_iter().chain([main]).collect()
}

fn items(
    stage: &Stage,
    machine: &str,
    routes: &[Route],
    action: &'static str,
) -> Result<Vec<RoutingConfigurationListItem>, Error> {
    let item = |route: &Route| {
        let arn = stage.scope.machine_version_arn(machine, route.version);
        let item = RoutingConfigurationListItem::builder().state_machine_version_arn(arn);
        let item = item.weight(i32::from(route.weight)).build();
        item.map_err(|_| Error::Answer {
            action,
            missing: "routing configuration",
        })
    };
    routes.iter().map(item).collect()
}
