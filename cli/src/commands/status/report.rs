//! What is deployed, for people and for programs.

use std::collections::BTreeSet;
use std::fmt;

use anstyle::AnsiColor;
use jiff::Timestamp;
use serde::Serialize;
use stack::{Executions, ObservedFunction, ObservedMachine, Resource, Route, Scope};

use crate::{
    aws::{AlarmState, Rates},
    commands::{Context, executions::Entry},
    output::{Field, Table},
};

/// What is deployed.
#[derive(Serialize)]
pub(super) struct Status {
    #[serde(flatten)]
    pub(super) scope: Scope,
    pub(super) functions: Vec<FunctionStatus>,
    #[serde(rename = "stateMachines")]
    pub(super) machines: Vec<MachineStatus>,
    /// What is there where there is neither a function nor a state machine, such as log groups that were kept.
    pub(super) left: Vec<Resource>,
    /// Who changes the stack.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lock: Option<Lock>,
    /// The stack's alarms and those that its deploys watch.
    pub(super) alarms: Vec<AlarmState>,
    #[serde(skip)]
    pub(super) warnings: Vec<String>,
    /// Columns of the terminal, if it is one.
    #[serde(skip)]
    pub(super) columns: Option<usize>,
}

/// Who changes the stack.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Lock {
    pub(super) name: String,
    pub(super) command: String,
    pub(super) since: String,
    /// Whether it may still do so; the next command takes over from one that has died.
    pub(super) is_held: bool,
    #[serde(skip)]
    pub(super) text: String,
}

#[derive(Serialize)]
pub(super) struct FunctionStatus {
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
pub(super) struct MachineStatus {
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
    /// What executions did in the last hour, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_hour: Option<LastHour>,
    executions: Vec<Entry>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LastHour {
    #[serde(flatten)]
    rates: Rates,
    /// The part of those that ended which failed or timed out, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    error_rate: Option<f64>,
}

impl FunctionStatus {
    pub(super) fn new(name: &str, function: &ObservedFunction, live: Option<&BTreeSet<u64>>) -> FunctionStatus {
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

    fn row(&self) -> Vec<Field> {
        vec![
            Field::new(&self.name),
            Field::new(self.versions()),
            Field::new(format!("{} MiB", self.memory)).right(),
            Field::new(format!("{} s", self.timeout)).right(),
            Field::new(self.architecture.to_string()),
        ]
    }
}

impl MachineStatus {
    pub(super) fn new(
        scope: &Scope,
        name: &str,
        machine: &ObservedMachine,
        executions: Vec<Entry>,
        last_hour: Option<Rates>,
    ) -> MachineStatus {
        MachineStatus {
            name: name.to_owned(),
            machine_type: stack::type_name(machine.machine_type),
            live: machine.alias.clone(),
            alias: scope.alias_arn(name),
            back_from: machine.back_from(),
            live_before: machine.live_before(),
            waits_for: Executions::of_others(name, machine, machine.live().filter(|_| !machine.is_shifting())),
            last_hour: last_hour.map(|rates| LastHour {
                error_rate: rates.error_rate(),
                rates,
            }),
            executions,
        }
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

impl Status {
    /// Tells what is likely not what the user wants.
    pub(super) fn warn(&self, context: &Context<'_>) {
        let reporter = context.output.reporter();
        self.warnings.iter().for_each(|warning| reporter.warning(warning, None));
    }

    /// One of many, with when it was.
    pub(super) fn block(&self) -> Block<'_> {
        Block {
            time: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            status: self,
        }
    }

    fn table(&self, formatter: &mut fmt::Formatter<'_>, indent: &str, rows: &[Vec<Field>]) -> fmt::Result {
        let table = Table {
            rows,
            indent,
            columns: self.columns,
        };
        write!(formatter, "\n{table}")
    }

    fn write_lock(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.lock {
            None => Ok(()),
            Some(Lock {
                is_held: true, text, ..
            }) => write!(formatter, "\nis being changed: {text}"),
            Some(Lock { text, .. }) => write!(
                formatter,
                "\nwas being changed: {text}, and has died; the same command goes on"
            ),
        }
    }

    /// What there is where nothing runs.
    fn write_left(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.left.is_empty() {
            return write!(formatter, "\nnothing is deployed");
        }
        write!(formatter, "\nnothing of it runs; there are still")?;
        let mut left = self.left.iter();
        left.try_for_each(|Resource { kind, name }| write!(formatter, "\n  {kind:<13} {name}"))
    }

    fn write_machine(&self, formatter: &mut fmt::Formatter<'_>, machine: &MachineStatus) -> fmt::Result {
        let head = [&machine.name, machine.machine_type, &machine.live()].map(Field::new);
        self.table(formatter, "  ", &[head.to_vec()])?;
        for executions in &machine.waits_for {
            write!(
                formatter,
                "\n    {executions}: once that has ended, the next deploy removes what nothing else needs"
            )?;
        }
        if let Some(last_hour) = &machine.last_hour {
            self.table(formatter, "    ", &[last_hour.row()])?;
        }
        if machine.executions.is_empty() {
            return Ok(());
        }
        let rows: Vec<Vec<Field>> = machine.executions.iter().map(Entry::row).collect();
        self.table(formatter, "    ", &rows)
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
        self.write_lock(formatter)?;
        if self.functions.is_empty() && self.machines.is_empty() {
            return self.write_left(formatter);
        }
        write!(formatter, "\n\nfunctions")?;
        let functions: Vec<Vec<Field>> = self.functions.iter().map(FunctionStatus::row).collect();
        self.table(formatter, "  ", &functions)?;
        write!(formatter, "\n\nstate machines")?;
        if self.machines.is_empty() {
            write!(formatter, "\n  none: a deploy or a teardown did not end")?;
        }
        for machine in &self.machines {
            self.write_machine(formatter, machine)?;
        }
        if !self.alarms.is_empty() {
            write!(formatter, "\n\nalarms")?;
            let alarms: Vec<Vec<Field>> = self.alarms.iter().map(alarm_row).collect();
            self.table(formatter, "  ", &alarms)?;
        }
        Ok(())
    }
}

impl LastHour {
    fn row(&self) -> Vec<Field> {
        let Rates {
            started,
            failed,
            timed_out,
            ..
        } = self.rates;
        let rate = self.error_rate.map(|rate| format!("error rate {:.1} %", rate * 100.0));
        let counts = [
            format!("last hour: {started} started"),
            format!("{failed} failed"),
            format!("{timed_out} timed out"),
        ];
        counts.into_iter().chain(rate).map(Field::new).collect()
    }
}

fn alarm_row(alarm: &AlarmState) -> Vec<Field> {
    let (state, style) = match alarm.state.as_deref() {
        Some("OK") => ("OK", AnsiColor::Green.on_default()),
        Some("ALARM") => ("ALARM", AnsiColor::Red.on_default().bold()),
        Some(_) => ("no data yet", AnsiColor::Yellow.on_default()),
        None => ("is not there", AnsiColor::Red.on_default()),
    };
    let reason = if state == "ALARM" { alarm.reason.as_str() } else { "" };
    vec![
        Field::new(&alarm.name),
        Field::new(state).styled(style),
        Field::new(reason),
    ]
}

/// A status of many.
#[derive(Serialize)]
pub(super) struct Block<'a> {
    time: String,
    #[serde(flatten)]
    status: &'a Status,
}

impl fmt::Display for Block<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}\n{}", self.time, self.status)
    }
}
