//! Executions under way of state machines that are about to go.

use std::collections::BTreeMap;
use std::fmt;

use asl::MachineType;
use serde::Serialize;
use stack::ObservedMachine;

use super::{Context, session::Session};
use crate::{aws, error::Error, interrupt};

/// Tells of the executions that end with the state machines, as far as they can be known.
pub(crate) fn warn(context: &Context<'_>, machines: &BTreeMap<String, ObservedMachine>, are_stopped: bool) {
    let reporter = context.output.reporter();
    for (name, machine) in machines {
        match (machine.machine_type, machine.executions()) {
            (MachineType::Express, _) => reporter.warning(
                &format!("`{name}` is an Express state machine, whose executions cannot be listed or stopped"),
                Some(
                    "those under way, if there are any, fail when they need what is deleted; none lasts over 5 minutes",
                ),
            ),
            (MachineType::Standard, 0) => {}
            (MachineType::Standard, executions) => {
                let and_more = if machine.has_uncounted() { " or more" } else { "" };
                let message = format!("`{name}` has {executions}{and_more} execution(s) under way");
                let help = (!are_stopped)
                    .then_some("they end at their next transition; `--stop-executions` stops them at once");
                reporter.warning(&message, help);
            }
        }
    }
}

/// Stops the executions under way of Standard state machines.
pub(crate) async fn stop(
    context: &Context<'_>,
    session: &Session,
    machines: &BTreeMap<String, ObservedMachine>,
) -> Result<(), Error> {
    let running = machines.iter().filter(|(_, machine)| machine.executions() > 0);
    for (name, _) in running {
        let stopping = aws::stop_running(&session.cloud, &session.scope, name);
        let executions = interrupt::or_interrupted(stopping).await??;
        let stopped = Stopped {
            state_machine: name,
            executions,
        };
        context.output.reporter().event(&stopped);
    }
    Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Stopped<'a> {
    state_machine: &'a str,
    executions: usize,
}

impl fmt::Display for Stopped<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "stopped {} execution(s) of {}",
            self.executions, self.state_machine
        )
    }
}
