//! Executions that states start, of state machines of the same workspace.

use std::rc::Rc;
use std::sync::Arc;

use executor::{
    Execution, FailedAt, Failure, Nested, Reply, Start, TaskRequest,
    services::{
        Refusal,
        executions::{self, refused},
    },
};

use super::{Loaded, Machine, Offline};
use crate::settings::MachineType;

/// How many executions may be inside each other: nobody means more, and each takes memory until the innermost ends.
const DEPTH: usize = 64;

/// The execution that `request` starts inside that of `offline`.
///
/// # Errors
/// How the task ends where it cannot be started.
pub(super) fn start(offline: &Offline, request: &TaskRequest) -> Result<Box<Nested<Offline>>, Reply> {
    let refuse = |refusal: Refusal| executions::refusal(request, &refusal);
    let shared = &offline.shared;
    let arn = executions::machine_arn(request);
    let name = shared.targets.machine(arn);
    let machine = match name.and_then(|name| shared.machines.nested.get(name)) {
        Some(Loaded::Ready(machine)) => machine,
        Some(Loaded::Refused(why)) => return Err(not_offline(arn, why)),
        None => return Err(refuse(executions::does_not_exist(arn))),
    };
    executions::check(request, machine.machine_type.into())?;
    if offline.depth >= DEPTH {
        let message = format!("Execution Limit Exceeded: {DEPTH} executions are inside each other");
        return Err(refuse(refused("ExecutionLimitExceeded", message)));
    }
    let start = start_of(offline, machine, request).map_err(refuse)?;
    let execution = Execution::at_start(Arc::clone(&machine.program), start, request.at);
    let surroundings = Offline::nested(shared, machine, offline.depth + 1);
    Ok(Box::new(executions::nested(request, execution, surroundings)))
}

/// The state machine was named when the state ran, and this machine cannot run it.
fn not_offline(arn: &str, why: &str) -> Reply {
    let cause = format!("The state machine '{arn}' cannot be run offline: {why}");
    Reply {
        answer: executor::Answer::Failed(Failure::new("States.Runtime", cause), FailedAt::Run),
        ..Reply::never()
    }
}

fn start_of(offline: &Offline, machine: &Rc<Machine>, request: &TaskRequest) -> Result<Start, Refusal> {
    let scope = &offline.shared.scope;
    let name = executions::name(request);
    let input = executions::input(request)?;
    let execution_arn = match machine.machine_type {
        MachineType::Standard => scope.execution_arn(&machine.name, name),
        MachineType::Express => scope.express_execution_arn(&machine.name, name, &request.request_id),
    };
    if !offline.shared.names.borrow_mut().insert(execution_arn.clone()) {
        let message = format!("Execution Already Exists: '{execution_arn}'");
        return Err(refused("ExecutionAlreadyExists", message));
    }
    Ok(Start {
        execution_arn: execution_arn.into(),
        execution_name: name.into(),
        state_machine_arn: scope.machine_arn(&machine.name).into(),
        state_machine_name: machine.name.as_str().into(),
        role_arn: scope.role_arn(&machine.name).into(),
        region: scope.region.as_str().into(),
        workflow: machine.machine_type.into(),
        input,
        seed: executions::seed(request),
    })
}
