//! `stepwright status`

use std::collections::BTreeSet;
use std::fmt;

use asl::MachineType;
use serde::Serialize;
use stack::{Executions, Kind, Names, Observed, ObservedFunction, ObservedMachine, Resource, Route, Scope, Summary};

use super::{Context, session::Session};
use crate::{
    aws::{self, Cloud, Execution, Wanted},
    error::{Error, Exit},
    interrupt,
};

/// How many executions of a state machine are shown.
const EXECUTIONS: usize = 5;

/// Shows what is deployed.
pub(crate) async fn status(context: &Context<'_>) -> Result<Exit, Error> {
    let session = Session::open(context).await?;
    let status = interrupt::or_interrupted(read(context, &session)).await??;
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
    for foreign in stack::foreign(scope, &names, &observed) {
        context.output.reporter().warning(&foreign.to_string(), None);
    }
    let functions = observed
        .functions
        .iter()
        .filter(|(_, function)| scope.owns(&function.tags));
    let live = observed.live_functions(scope);
    let mut machines = Vec::new();
    for (name, machine) in observed.machines_of(scope) {
        machines.push(MachineStatus::read(&session.cloud, scope, name, machine).await?);
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
    })
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

/// What is deployed.
#[derive(Serialize)]
struct Status {
    #[serde(flatten)]
    scope: Scope,
    functions: Vec<FunctionStatus>,
    #[serde(rename = "stateMachines")]
    machines: Vec<MachineStatus>,
    /// What is there where there is neither a function nor a state machine, such as log groups that were kept.
    left: Vec<Resource>,
    /// Who changes the stack.
    #[serde(skip_serializing_if = "Option::is_none")]
    lock: Option<Lock>,
}

/// Who changes the stack.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Lock {
    name: String,
    command: String,
    since: String,
    /// Whether it may still do so; the next command takes over from one that has died.
    is_held: bool,
    #[serde(skip)]
    text: String,
}

#[derive(Serialize)]
struct FunctionStatus {
    name: String,
    /// The newest version.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u64>,
    /// The versions that live versions of state machines call.
    live: BTreeSet<u64>,
    memory: i32,
    timeout: i32,
    architecture: stack::Architecture,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MachineStatus {
    name: String,
    #[serde(rename = "type")]
    machine_type: &'static str,
    /// The versions that are live, with their parts of the traffic in percent.
    live: Vec<Route>,
    alias: String,
    /// The version that was gone back from to the one that is live.
    #[serde(skip_serializing_if = "Option::is_none")]
    back_from: Option<u64>,
    /// The versions that were live before, the last one first.
    live_before: Vec<u64>,
    /// Executions of other versions: what they need stays until they end, and the next deploy removes it then.
    waits_for: Vec<Executions>,
    executions: Vec<Execution>,
}

impl FunctionStatus {
    fn new(name: &str, function: &ObservedFunction, live: Option<&BTreeSet<u64>>) -> FunctionStatus {
        FunctionStatus {
            live: live.cloned().unwrap_or_default(),
            name: name.to_owned(),
            version: function.versions.iter().map(|version| version.number).max(),
            memory: function.configuration.memory,
            timeout: function.configuration.timeout,
            architecture: function.code.architecture,
        }
    }

    fn versions(&self) -> String {
        let Some(newest) = self.version else {
            return "unpublished".to_owned();
        };
        let live: Vec<String> = self.live.iter().map(u64::to_string).collect();
        match live.as_slice() {
            [] => format!("version {newest}, not live"),
            [one] if self.live.contains(&newest) => format!("version {one}"),
            several => format!("version {} of {newest}", several.join(", ")),
        }
    }
}

impl MachineStatus {
    async fn read(
        cloud: &Cloud,
        scope: &Scope,
        name: &str,
        machine: &ObservedMachine,
    ) -> Result<MachineStatus, aws::Error> {
        let newest = Wanted {
            statuses: &[],
            since: None,
            limit: EXECUTIONS,
        };
        let executions = match machine.machine_type {
            MachineType::Standard => aws::list(cloud, scope, name, &newest).await?,
            MachineType::Express => Vec::new(),
        };
        Ok(MachineStatus {
            name: name.to_owned(),
            machine_type: stack::type_name(machine.machine_type),
            live: machine.alias.clone(),
            alias: scope.alias_arn(name),
            back_from: machine.back_from(),
            live_before: machine.live_before(),
            waits_for: Executions::of_others(name, machine, machine.live().filter(|_| !machine.is_shifting())),
            executions,
        })
    }

    fn live(&self) -> String {
        match self.live.as_slice() {
            [] => "no version is live".to_owned(),
            [Route { version, .. }] => match self.back_from {
                Some(from) => format!("version {version} is live, back from {from}"),
                None => format!("version {version} is live"),
            },
            several => {
                let parts = several
                    .iter()
                    .map(|Route { version, weight }| format!("version {version} ({weight} %)"));
                format!("{} are live", parts.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Scope {
            stack,
            stage,
            account,
            region,
            ..
        } = &self.scope;
        write!(formatter, "{stack}/{stage} in account {account}, region {region}")?;
        if let Some(Lock { is_held, text, .. }) = &self.lock {
            match is_held {
                true => write!(formatter, "\nis being changed: {text}")?,
                false => write!(
                    formatter,
                    "\nwas being changed: {text}, and has died; the same command goes on"
                )?,
            }
        }
        if self.functions.is_empty() && self.machines.is_empty() {
            return match self.left.as_slice() {
                [] => write!(formatter, "\nnothing is deployed"),
                left => {
                    write!(formatter, "\nnothing of it runs; there are still")?;
                    left.iter()
                        .try_for_each(|Resource { kind, name }| write!(formatter, "\n  {kind:<13} {name}"))
                }
            };
        }
        let width = self
            .functions
            .iter()
            .map(|function| function.name.len())
            .max()
            .unwrap_or(0);
        let versions = self.functions.iter().map(|function| function.versions().len());
        let version_width = versions.max().unwrap_or(0);
        writeln!(formatter, "\n\nfunctions")?;
        for function in &self.functions {
            let version = function.versions();
            let FunctionStatus {
                name,
                memory,
                timeout,
                architecture,
                ..
            } = function;
            writeln!(
                formatter,
                "  {name:width$}  {version:version_width$}  {memory} MiB  {timeout} s  {architecture}"
            )?;
        }
        write!(formatter, "\nstate machines")?;
        if self.machines.is_empty() {
            write!(formatter, "\n  none: a deploy or a teardown did not end")?;
        }
        for machine in &self.machines {
            write!(
                formatter,
                "\n  {}  {}  {}",
                machine.name,
                machine.machine_type,
                machine.live()
            )?;
            for executions in &machine.waits_for {
                write!(
                    formatter,
                    "\n    {executions}: once that has ended, the next deploy removes what nothing else needs"
                )?;
            }
            for execution in &machine.executions {
                let Execution {
                    name,
                    status,
                    start_date,
                    ..
                } = execution;
                write!(formatter, "\n    {status:<15}  {start_date}  {name}")?;
            }
        }
        Ok(())
    }
}
