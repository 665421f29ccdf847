//! `stepwright status`

mod report;
mod watch;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use asl::MachineType;
use jiff::Timestamp;
use stack::{Kind, Names, Observed, ObservedMachine, Resource, Scope, Summary};

use super::{Context, executions::Entry, session::Session};
use crate::{
    args,
    aws::{self, AlarmState, Rates, Wanted},
    error::{Error, Exit},
    interrupt,
};
use report::{FunctionStatus, Lock, MachineStatus, Status};

/// How many executions of a state machine are shown.
const EXECUTIONS: usize = 5;

/// Shows what is deployed; with `--watch` again and again.
pub(crate) async fn status(context: &Context<'_>, args: args::Status) -> Result<Exit, Error> {
    let session = Session::open(context).await?;
    if args.watch {
        return watch::watch(context, session, Duration::from_secs(args.interval)).await;
    }
    let status = interrupt::or_interrupted(read(context, &session)).await??;
    status.warn(context);
    context.output.print_result(&status)?;
    Ok(Exit::Ok)
}

async fn read(context: &Context<'_>, session: &Session) -> Result<Status, Error> {
    // Nothing of the bucket is shown, so who asks need not be allowed to list it.
    let names = Names {
        bucket: None,
        ..session.names()
    };
    let scope = &session.scope;
    let observed = aws::observe(&session.cloud, scope, &names).await?;
    let foreign = stack::foreign(scope, &names, &observed);
    let mut warnings: Vec<String> = foreign.iter().map(ToString::to_string).collect();
    let functions = observed
        .functions
        .iter()
        .filter(|(_, function)| scope.owns(&function.tags));
    let live = observed.live_functions(scope);
    let rates = rates(session, &observed, &mut warnings).await?;
    let mut machines = Vec::new();
    for (name, machine) in observed.machines_of(scope) {
        let executions = executions(session, name, machine).await?;
        machines.push(MachineStatus::new(
            scope,
            name,
            machine,
            executions,
            rates.get(name).copied(),
        ));
    }
    Ok(Status {
        scope: scope.clone(),
        functions: functions
            .map(|(name, function)| FunctionStatus::new(name, function, live.get(name)))
            .collect(),
        left: left(scope, &names, &observed),
        lock: observed.lock.as_ref().map(|holder| Lock {
            is_held: aws::may_live(&session.cloud, holder),
            text: holder.to_string(),
            name: holder.name.clone(),
            command: holder.command.clone(),
            since: holder.since.clone(),
        }),
        machines,
        alarms: alarms(session, &observed).await?,
        warnings,
        columns: context.output.columns(),
    })
}

/// What executions did in the last hour. Who may not ask for metrics, or a service without them, is told.
async fn rates(
    session: &Session,
    observed: &Observed,
    warnings: &mut Vec<String>,
) -> Result<BTreeMap<String, Rates>, aws::Error> {
    let machines: Vec<&str> = observed.machines_of(&session.scope).map(|(name, _)| name).collect();
    if machines.is_empty() {
        return Ok(BTreeMap::new());
    }
    match aws::last_hour(&session.cloud, &session.scope, &machines, Timestamp::now()).await {
        Err(error) if error.is_unavailable() => {
            warnings.push(format!("error rates are not shown: {error}"));
            Ok(BTreeMap::new())
        }
        rates => rates,
    }
}

async fn executions(session: &Session, name: &str, machine: &ObservedMachine) -> Result<Vec<Entry>, aws::Error> {
    let newest = Wanted {
        statuses: &[],
        since: None,
        limit: EXECUTIONS,
    };
    let found = match machine.machine_type {
        MachineType::Standard => aws::list(&session.cloud, &session.scope, name, &newest).await?,
        MachineType::Express => Vec::new(),
    };
    Ok(found.into_iter().map(Entry::new).collect())
}

/// The stack's own alarms, and those that its deploys watch.
async fn alarms(session: &Session, observed: &Observed) -> Result<Vec<AlarmState>, aws::Error> {
    let scope = &session.scope;
    let own = observed.alarms.iter().filter(|(_, alarm)| scope.owns(&alarm.tags));
    let watched = session.settings.deploys.alarms.iter();
    let names: BTreeSet<&String> = own.map(|(name, _)| name).chain(watched).collect();
    let names: Vec<String> = names.into_iter().cloned().collect();
    aws::alarm_states(&session.cloud, &names).await
}

/// What there is of a stack that has no function and no state machine.
fn left(scope: &Scope, names: &Names, observed: &Observed) -> Vec<Resource> {
    let (plan, _) = stack::teardown(scope, names, observed);
    let resources = Summary::new(scope, &plan)
        .changes
        .into_iter()
        .map(|change| change.resource);
    let resources: Vec<Resource> = resources.collect();
    let runs = |resource: &Resource| matches!(resource.kind, Kind::Function | Kind::StateMachine);
    if resources.iter().any(runs) {
        Vec::new()
    } else {
        resources
    }
}
