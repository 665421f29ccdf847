use aws_sdk_sfn::types::RoutingConfigurationListItem;
use stack::{LIVE, Route, alias_description};

use super::Stage;
use super::states::call;
use crate::aws::{Error, Event};

/// Where an alias is to lead.
pub(super) struct Target<'a> {
    pub(super) machine: &'a str,
    /// The version; nothing is the one that was published by an earlier step.
    pub(super) version: Option<u64>,
    /// The version that keeps a part of the traffic.
    pub(super) rest: Option<Route>,
    /// The versions that were live before.
    pub(super) before: &'a [u64],
}

/// An alias that came to be since the plan was made is moved: it cannot be made again.
pub(super) async fn create(stage: &Stage, machine: &str, version: Option<u64>) -> Result<(), Error> {
    const ACTION: &str = "CreateStateMachineAlias";
    let target = Target {
        machine,
        version,
        rest: None,
        before: &[],
    };
    if exists(stage, machine).await? {
        return update(stage, &target).await;
    }
    let routes = routes(stage, &target, ACTION)?;
    let description = alias_description(target.before);
    let request = || {
        let request = stage.cloud.states.create_state_machine_alias().name(LIVE);
        let request = request.description(&description);
        request.set_routing_configuration(Some(routes.clone())).send()
    };
    stage.cloud.call(call(ACTION, machine), request).await.map(drop)
}

/// Routes and description change in one call, so that what was live before is never forgotten.
pub(super) async fn update(stage: &Stage, target: &Target<'_>) -> Result<(), Error> {
    const ACTION: &str = "UpdateStateMachineAlias";
    let routes = routes(stage, target, ACTION)?;
    let arn = stage.scope.alias_arn(target.machine);
    let description = alias_description(target.before);
    let request = || {
        let request = stage.cloud.states.update_state_machine_alias();
        let request = request.state_machine_alias_arn(&arn).description(&description);
        request.set_routing_configuration(Some(routes.clone())).send()
    };
    stage.cloud.call(call(ACTION, target.machine), request).await?;
    if let (Some(rest), Some(version)) = (target.rest, stage.published().machines.get(target.machine)) {
        stage.cloud.tell(&Event::Shifted {
            state_machine: target.machine.to_owned(),
            routes: vec![
                Route {
                    version: *version,
                    weight: 100 - rest.weight,
                },
                rest,
            ],
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
    match stage
        .cloud
        .call(call("DescribeStateMachineAlias", machine), request)
        .await
    {
        Ok(_) => Ok(true),
        Err(error) if error.is_not_found() => Ok(false),
        Err(error) => Err(error),
    }
}

fn routes(
    stage: &Stage,
    target: &Target<'_>,
    action: &'static str,
) -> Result<Vec<RoutingConfigurationListItem>, Error> {
    let machine = target.machine;
    let version = target
        .version
        .or_else(|| stage.published().machines.get(machine).copied());
    let missing = |missing| Error::Answer { action, missing };
    let version = version.ok_or_else(|| missing("version of the state machine"))?;
    stage.publish(|published| {
        published.machines.insert(machine.to_owned(), version);
    });
    let weight = 100 - target.rest.map_or(0, |rest| rest.weight);
    let routes = target.rest.into_iter().chain([Route { version, weight }]);
    let item = |route: Route| {
        let arn = stage.scope.machine_version_arn(machine, route.version);
        let item = RoutingConfigurationListItem::builder().state_machine_version_arn(arn);
        let item = item.weight(i32::from(route.weight)).build();
        item.map_err(|_| missing("routing configuration"))
    };
    routes.map(item).collect()
}
