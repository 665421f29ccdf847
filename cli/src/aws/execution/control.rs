use jiff::Timestamp;
use stack::Scope;
use uuid::Uuid;

use super::{call, moment};
use crate::aws::observe::running_arns;
use crate::aws::parallel::for_each;
use crate::aws::{Cloud, Error};

/// Stops an execution under way; gives when it ended.
///
/// # Errors
/// A call that fails.
pub async fn stop(
    cloud: &Cloud,
    execution_arn: &str,
    error: Option<&str>,
    cause: Option<&str>,
) -> Result<Timestamp, Error> {
    let request = || {
        let request = cloud.states.stop_execution().execution_arn(execution_arn);
        let request = request.set_error(error.map(str::to_owned));
        request.set_cause(cause.map(str::to_owned)).send()
    };
    let stopped = cloud.call(call("StopExecution", execution_arn), request).await?;
    Ok(moment(&stopped.stop_date))
}

/// Has an execution that was not successful go on where it ended; gives when it began to.
///
/// # Errors
/// A call that fails, for one because it cannot be redriven.
pub async fn redrive(cloud: &Cloud, execution_arn: &str) -> Result<Timestamp, Error> {
    // Of calls with the same token AWS carries out one.
    let token = Uuid::new_v4().to_string();
    let request = || {
        let request = cloud.states.redrive_execution().execution_arn(execution_arn);
        request.client_token(&token).send()
    };
    let redriven = cloud.call(call("RedriveExecution", execution_arn), request).await?;
    Ok(moment(&redriven.redrive_date))
}

/// Stops the executions under way of a Standard state machine; gives how many there were.
///
/// # Errors
/// A call that fails.
pub async fn stop_running(cloud: &Cloud, scope: &Scope, machine: &str) -> Result<usize, Error> {
    let arn = scope.machine_arn(machine);
    let running = running_arns(cloud, machine, &arn).await?;
    let stopped = for_each(running, |execution| {
        let cloud = cloud.clone();
        async move {
            match stop(&cloud, &execution, None, Some("the stack is taken down")).await {
                Err(error) if error.is_not_found() => Ok(()),
                stopped => stopped.map(drop),
            }
        }
    });
    Ok(stopped.await?.len())
}
