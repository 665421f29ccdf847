//! `stepwright status`

use std::fmt;

use asl::MachineType;
use serde::Serialize;
use stack::{Executions, Names, ObservedFunction, ObservedMachine, Route, Scope};

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
    let mut machines = Vec::new();
    for (name, machine) in observed.machines_of(scope) {
        machines.push(MachineStatus::read(&session.cloud, scope, name, machine).await?);
    }
    Ok(Status {
        scope: scope.clone(),
        functions: functions
            .map(|(name, function)| FunctionStatus::new(name, function))
            .collect(),
        machines,
    })
}

/// What is deployed.
#[derive(Serialize)]
struct Status {
    #[serde(flatten)]
    scope: Scope,
    functions: Vec<FunctionStatus>,
    #[serde(rename = "stateMachines")]
    machines: Vec<MachineStatus>,
}

#[derive(Serialize)]
struct FunctionStatus {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u64>,
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
    fn new(name: &str, function: &ObservedFunction) -> FunctionStatus {
        FunctionStatus {
            name: name.to_owned(),
            version: function.versions.iter().map(|version| version.number).max(),
            memory: function.configuration.memory,
            timeout: function.configuration.timeout,
            architecture: function.code.architecture,
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
        if self.functions.is_empty() && self.machines.is_empty() {
            return write!(formatter, "\nnothing is deployed");
        }
        let width = self
            .functions
            .iter()
            .map(|function| function.name.len())
            .max()
            .unwrap_or(0);
        writeln!(formatter, "\n\nfunctions")?;
        for function in &self.functions {
            let version = function
                .version
                .map_or_else(|| "unpublished".to_owned(), |v| format!("version {v}"));
            let FunctionStatus {
                name,
                memory,
                timeout,
                architecture,
                ..
            } = function;
            writeln!(
                formatter,
                "  {name:width$}  {version:11}  {memory} MiB  {timeout} s  {architecture}"
            )?;
        }
        write!(formatter, "\nstate machines")?;
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
