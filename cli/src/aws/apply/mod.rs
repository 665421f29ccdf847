//! Carries out a plan: one function per API action, as many at once as the plan's order allows.

mod alias;
mod cloudwatch;
mod iam;
mod lambda;
mod logs;
mod poll;
mod s3;
mod shift;
mod states;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use asl::MachineType;
use stack::{Action, Plan, Scope, Step, When};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

pub use lambda::MAX_ZIP;
pub use shift::Return;

use super::observe::running_executions;
use super::parallel::{CALLS, resume};
use super::{Cloud, Error, Event};

/// The zips of the functions by deployed name.
pub type Artifacts = BTreeMap<String, PathBuf>;

/// What became of the steps of a plan, by their places.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Carried out.
    pub applied: Vec<usize>,
    /// Left for a later deploy, because executions of older versions are under way.
    pub postponed: Vec<usize>,
    /// Tried in vain.
    pub failed: Vec<(usize, Error)>,
    /// Begun, and left because somebody interrupted.
    pub unfinished: Vec<usize>,
    /// Not tried, because something before them failed or somebody interrupted.
    pub not_tried: Vec<usize>,
    /// The versions of functions and state machines that were published, or were there before.
    pub published: Published,
    /// What became of traffic that began to shift and did not come to its end.
    pub back: Option<Return>,
    /// Why the stack's lock could not be given back.
    pub lock: Option<Error>,
}

impl Outcome {
    /// Whether every step was carried out or is for later.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty() && self.unfinished.is_empty() && self.not_tried.is_empty()
    }
}

/// Carries out `plan`. After the first failure, or once somebody wants it to end, no further step begins; what is under
/// way ends.
pub async fn apply(cloud: &Cloud, scope: &Scope, plan: &Plan, artifacts: Artifacts) -> Outcome {
    let stage = Stage {
        cloud: cloud.clone(),
        scope: scope.clone(),
        artifacts: Arc::new(artifacts),
        uploads: Arc::new(Semaphore::new(UPLOADS)),
        published: Arc::new(Mutex::new(Published {
            functions: plan.versions.clone(),
            machines: plan.machine_versions.clone(),
        })),
        alarms: plan.alarms.as_slice().into(),
        failed: Arc::default(),
    };
    let mut progress = Progress::new(plan);
    let mut tasks = JoinSet::new();
    let mut drained = None;
    loop {
        while tasks.len() < CALLS
            && progress.outcome.failed.is_empty()
            && !cloud.is_stopped()
            && let Some((place, step)) = progress.next(plan)
        {
            if step.when == When::Drained && drained.is_none() {
                drained = Some(is_drained(&stage, plan).await);
            }
            match &drained {
                Some(Err(_)) | Some(Ok(false)) if step.when == When::Drained => progress.postpone(&stage, place, step),
                _ => {
                    let (stage, step) = (stage.clone(), step.clone());
                    tasks.spawn(async move { (place, stage.take(&step).await) });
                }
            }
        }
        match tasks.join_next().await {
            Some(Ok((place, result))) => progress.record(&stage, plan, place, result),
            Some(Err(error)) => resume(error),
            None => break,
        }
    }
    let mut outcome = progress.outcome;
    outcome.applied.sort_unstable();
    outcome.back = shift::go_back(&stage, plan, &outcome).await;
    outcome.published = stage.published();
    outcome
}

/// How many zips are uploaded at once.
const UPLOADS: usize = 4;

/// What the steps of one plan share.
#[derive(Clone)]
struct Stage {
    cloud: Cloud,
    scope: Scope,
    artifacts: Arc<Artifacts>,
    /// Permits to have a zip in memory.
    uploads: Arc<Semaphore>,
    published: Arc<Mutex<Published>>,
    /// Names of the alarms that are watched while traffic shifts.
    alarms: Arc<[String]>,
    /// Whether a step has failed.
    failed: Arc<AtomicBool>,
}

/// Versions by deployed name, as far as they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Of functions.
    pub functions: BTreeMap<String, u64>,
    /// Of state machines.
    pub machines: BTreeMap<String, u64>,
}

impl Stage {
    fn published(&self) -> Published {
        self.published.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The version of a state machine that is published.
    fn published_version(&self, machine: &str) -> Option<u64> {
        let published = self.published.lock().unwrap_or_else(PoisonError::into_inner);
        published.machines.get(machine).copied()
    }

    fn publish(&self, note: impl FnOnce(&mut Published)) {
        note(&mut self.published.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    async fn take(&self, step: &Step) -> Result<(), Error> {
        if let Some(time) = step.watch {
            shift::watch(self, step, time).await?;
        }
        self.carry_out(&step.action).await
    }

    async fn carry_out(&self, action: &Action) -> Result<(), Error> {
        match action {
            Action::CreateRole(role) => iam::create_role(self, role).await,
            Action::TagRole { role, tags } => iam::tag_role(self, role, tags).await,
            Action::UntagRole { role, keys } => iam::untag_role(self, role, keys).await,
            Action::PutRolePermissionsBoundary { role, boundary } => {
                iam::put_role_permissions_boundary(self, role, boundary).await
            }
            Action::DeleteRolePermissionsBoundary { role } => iam::delete_role_permissions_boundary(self, role).await,
            Action::UpdateAssumeRolePolicy { role, document } => {
                iam::update_assume_role_policy(self, role, document).await
            }
            Action::PutRolePolicy { role, policy, document } => {
                iam::put_role_policy(self, role, policy, document).await
            }
            Action::DeleteRolePolicy { role, policy } => iam::delete_role_policy(self, role, policy).await,
            Action::AttachRolePolicy { role, policy_arn } => iam::attach_role_policy(self, role, policy_arn).await,
            Action::DetachRolePolicy { role, policy_arn } => iam::detach_role_policy(self, role, policy_arn).await,
            Action::DeleteRole { role } => iam::delete_role(self, role).await,
            Action::CreateAlarm(alarm) | Action::UpdateAlarm(alarm) => cloudwatch::put_metric_alarm(self, alarm).await,
            Action::TagAlarm { name, tags } => cloudwatch::tag_resource(self, name, tags).await,
            Action::UntagAlarm { name, keys } => cloudwatch::untag_resource(self, name, keys).await,
            Action::DeleteAlarm { name } => cloudwatch::delete_alarm(self, name).await,
            Action::CreateDashboard(dashboard) | Action::UpdateDashboard(dashboard) => {
                cloudwatch::put_dashboard(self, dashboard).await
            }
            Action::DeleteDashboard { name } => cloudwatch::delete_dashboard(self, name).await,
            Action::CreateLogGroup(group) => logs::create_log_group(self, group).await,
            Action::TagLogGroup { name, tags } => logs::tag_resource(self, name, tags).await,
            Action::UntagLogGroup { name, keys } => logs::untag_resource(self, name, keys).await,
            Action::AssociateKmsKey { name, key } => logs::associate_kms_key(self, name, key).await,
            Action::DisassociateKmsKey { name } => logs::disassociate_kms_key(self, name).await,
            Action::PutRetentionPolicy { name, days } => logs::put_retention_policy(self, name, *days).await,
            Action::DeleteRetentionPolicy { name } => logs::delete_retention_policy(self, name).await,
            Action::DeleteLogGroup { name } => logs::delete_log_group(self, name).await,
            Action::PutObject {
                function,
                sha256,
                object,
            } => Box::pin(s3::put_object(self, function, sha256, object)).await,
            Action::DeleteObject(object) => Box::pin(s3::delete_object(self, object)).await,
            Action::CreateFunction(function) => lambda::create_function(self, function).await,
            Action::TagFunction { name, tags } => lambda::tag_resource(self, name, tags).await,
            Action::UntagFunction { name, keys } => lambda::untag_resource(self, name, keys).await,
            Action::UpdateFunctionConfiguration(function) => {
                lambda::update_function_configuration(self, function).await
            }
            Action::UpdateFunctionCode(function) => lambda::update_function_code(self, function).await,
            Action::PublishVersion(function) => lambda::publish_version(self, function).await,
            Action::DeleteFunction { name } => lambda::delete_function(self, name).await,
            Action::CreateStateMachine(machine) => states::create_state_machine(self, machine).await,
            Action::TagStateMachine { name, tags } => states::tag_resource(self, name, tags).await,
            Action::UntagStateMachine { name, keys } => states::untag_resource(self, name, keys).await,
            Action::UpdateStateMachine(machine) => states::update_state_machine(self, machine).await,
            Action::PublishStateMachineVersion(machine) => states::publish_version(self, machine).await,
            Action::DeleteStateMachine { name } => states::delete_state_machine(self, name).await,
            Action::CreateStateMachineAlias { machine, version } => alias::create(self, machine, *version).await,
            Action::UpdateStateMachineAlias { machine, target, .. } => alias::update(self, machine, target).await,
            Action::DeleteStateMachineVersion { machine, version } => {
                states::delete_version(self, machine, *version).await
            }
            Action::DeleteFunctionVersion { name, version } => lambda::delete_version(self, name, *version).await,
        }
    }
}

/// Which steps are done and which can begin.
struct Progress {
    waiting: BTreeSet<usize>,
    over: BTreeSet<usize>,
    outcome: Outcome,
}

impl Progress {
    fn new(plan: &Plan) -> Progress {
        Progress {
            waiting: (0..plan.steps.len()).collect(),
            over: BTreeSet::new(),
            outcome: Outcome {
                not_tried: (0..plan.steps.len()).collect(),
                ..Outcome::default()
            },
        }
    }

    /// Takes a step whose predecessors are all over.
    fn next<'a>(&mut self, plan: &'a Plan) -> Option<(usize, &'a Step)> {
        let mut waiting = self
            .waiting
            .iter()
            .filter_map(|place| Some((*place, plan.steps.get(*place)?)));
        let ready = waiting.find(|(_, step)| step.after.iter().all(|before| self.over.contains(before)));
        let (place, step) = ready?;
        self.waiting.remove(&place);
        Some((place, step))
    }

    fn postpone(&mut self, stage: &Stage, place: usize, step: &Step) {
        stage.cloud.tell(&Event::Postponed {
            action: step.action.name(),
            resource: step.action.resource(),
        });
        self.end(place);
        self.outcome.postponed.push(place);
    }

    fn record(&mut self, stage: &Stage, plan: &Plan, place: usize, result: Result<(), Error>) {
        self.end(place);
        match (result, plan.steps.get(place)) {
            (Err(Error::Interrupted), _) => self.outcome.unfinished.push(place),
            (Err(error), _) => {
                stage.failed.store(true, Ordering::Relaxed);
                self.outcome.failed.push((place, error));
            }
            (Ok(()), Some(step)) => {
                stage.cloud.tell(&Event::Applied {
                    action: step.action.name(),
                    resource: step.action.resource(),
                });
                self.outcome.applied.push(place);
            }
            (Ok(()), None) => {}
        }
    }

    fn end(&mut self, place: usize) {
        self.over.insert(place);
        self.outcome.not_tried.retain(|other| *other != place);
    }
}

/// Whether no execution of an older version is under way any more, now that the aliases have moved.
async fn is_drained(stage: &Stage, plan: &Plan) -> Result<bool, Error> {
    for step in &plan.steps {
        let Action::UpdateStateMachineAlias {
            machine,
            machine_type,
            target,
        } = &step.action
        else {
            continue;
        };
        if target.rest.is_some() {
            continue;
        }
        if *machine_type == MachineType::Express {
            return Ok(false);
        }
        let live = target.version.or_else(|| stage.published_version(machine));
        let arn = stage.scope.machine_arn(machine);
        let running = running_executions(&stage.cloud, machine, &arn, *machine_type).await?;
        if running
            .iter()
            .any(|running| running.version.is_none() || running.version != live)
        {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What was to be deleted and does not exist is deleted.
pub(super) fn gone<T>(deleted: Result<T, Error>) -> Result<(), Error> {
    match deleted {
        Err(error) if error.is_not_found() => Ok(()),
        deleted => deleted.map(drop),
    }
}
