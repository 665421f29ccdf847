//! Traffic that comes to a new version step by step, watched by alarms.

use std::time::Duration;

use stack::{Action, AliasTarget, Plan, Step};

use super::{Outcome, Stage, alias};
use crate::aws::{Cloud, Error, Event, alarms};

/// How often the alarms are looked at.
const EVERY: Duration = Duration::from_secs(10);

/// The versions that are live again after traffic did not come to the new ones, or why they are not.
#[derive(Debug, Default)]
pub struct Return {
    /// State machines by deployed name, each with the version that is live again.
    pub live: Vec<(String, u64)>,
    /// State machines whose aliases may still lead to two versions.
    pub failed: Vec<(String, Error)>,
}

/// Watches the alarms for `time`; with none it only waits.
///
/// # Errors
/// An alarm that is raised, one that cannot be looked at, and a failure anywhere else in the plan.
pub(super) async fn watch(stage: &Stage, step: &Step, time: Duration) -> Result<(), Error> {
    let resource = step.action.resource();
    if !time.is_zero() {
        stage.cloud.tell(&Event::Watching {
            name: resource.name.clone(),
            percent: percent(&step.action),
            seconds: time.as_secs(),
            alarms: stage.alarms.to_vec(),
        });
    }
    let watched = until_over(stage, step, time).await;
    if !time.is_zero() {
        stage.cloud.tell(&Event::Waited {
            action: step.action.name(),
            name: resource.name,
        });
    }
    watched
}

async fn until_over(stage: &Stage, step: &Step, time: Duration) -> Result<(), Error> {
    let mut left = time;
    loop {
        alarms::check(&stage.cloud, &stage.alarms).await?;
        if stage.has_failed() {
            return Err(Error::Interrupted);
        }
        if left.is_zero() {
            return Ok(());
        }
        stage.cloud.tell(&Event::Waiting {
            action: step.action.name(),
            name: step.action.resource().name,
            reason: format!("{} s until the next part of the traffic", left.as_secs()),
            is_notable: false,
        });
        let part = left.min(EVERY);
        stage.cloud.sleep(part).await?;
        left -= part;
    }
}

/// Leads the aliases back to where they were, if traffic began to shift and did not come to its end. Nothing keeps it
/// from that but a second Ctrl-C, and somebody else who may have the stack by now.
pub(super) async fn go_back(stage: &Stage, plan: &Plan, outcome: &Outcome) -> Option<Return> {
    let is_shift = |place: &usize| plan.steps.get(*place).is_some_and(|step| step.watch.is_some());
    let failed = outcome.failed.iter();
    let unclear = failed
        .filter(|(_, error)| matches!(error, Error::Call(_)))
        .map(|(place, _)| place);
    let mut begun = outcome.applied.iter().chain(unclear).chain(&outcome.unfinished);
    let ended = |step: &usize| outcome.applied.contains(step);
    let mut shifts = (0..plan.steps.len()).filter(is_shift);
    if !begun.any(is_shift) || shifts.all(|step| ended(&step)) {
        return None;
    }
    let mut stage = stage.clone();
    stage.cloud = Cloud::persisting(&stage.cloud);
    let mut back = Return::default();
    for action in &plan.back {
        let Action::UpdateStateMachineAlias { machine, target, .. } = action else {
            continue;
        };
        let Some(version) = target.version else { continue };
        let target = AliasTarget {
            back_from: target.back_from.or_else(|| stage.published_version(machine)),
            ..target.clone()
        };
        let moved = match stage.cloud.check_lock(&stage.scope) {
            Ok(()) => alias::update(&stage, machine, &target).await,
            Err(error) => Err(error),
        };
        match moved {
            Ok(()) => back.live.push((machine.clone(), version)),
            Err(error) => back.failed.push((machine.clone(), error)),
        }
    }
    Some(back)
}

/// The part of the traffic that the new version has after the action.
fn percent(action: &Action) -> u8 {
    match action {
        Action::UpdateStateMachineAlias { target, .. } => 100 - target.rest.map_or(0, |rest| rest.weight),
        _ => 100,
    }
}
