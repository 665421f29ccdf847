use std::fmt;
use std::time::Duration;

use aws_sdk_sfn::primitives::{DateTime, DateTimeFormat};
use aws_sdk_sfn::types;
use serde::Serialize;
use serde_json::Value;
use stack::{Scope, Service};

use super::call::Call;
use super::observe::{number, running_arns};
use super::parallel::for_each;
use super::{Cloud, Error};

/// An execution on AWS.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Execution {
    /// Its ARN.
    pub execution_arn: String,
    /// Its name.
    pub name: String,
    /// Its status.
    pub status: ExecutionStatus,
    /// When it started, as RFC 3339.
    pub start_date: String,
    /// When it ended, as RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_date: Option<String>,
    /// The version of the state machine it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// Its output, once it has succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    /// Its error, once it has failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The cause of its error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

/// The status of an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the names are those of the Step Functions API")]
pub enum ExecutionStatus {
    Running,
    Succeeded,
    Failed,
    TimedOut,
    Aborted,
    PendingRedrive,
}

/// Looks at an execution.
///
/// # Errors
/// A call that fails.
pub async fn describe(cloud: &Cloud, execution_arn: &str) -> Result<Execution, Error> {
    let request = || cloud.states.describe_execution().execution_arn(execution_arn).send();
    let found = cloud.call(call("DescribeExecution", execution_arn), request).await?;
    Ok(Execution {
        name: found.name.clone().unwrap_or_default(),
        status: ExecutionStatus::from(&found.status),
        start_date: shown(&found.start_date),
        stop_date: found.stop_date.as_ref().map(shown),
        version: found.state_machine_version_arn.as_deref().and_then(number),
        output: json(found.output.as_deref()),
        error: found.error,
        cause: found.cause,
        execution_arn: found.execution_arn,
    })
}

/// Looks at an execution until it has ended.
///
/// # Errors
/// A call that fails.
pub async fn wait(cloud: &Cloud, execution_arn: &str) -> Result<Execution, Error> {
    let mut delay = Duration::from_millis(200);
    let mut unseen = Duration::ZERO;
    loop {
        match describe(cloud, execution_arn).await {
            Ok(execution) if execution.status != ExecutionStatus::Running => return Ok(execution),
            Ok(_) => {}
            // What was just started may not be seen everywhere.
            Err(error) if error.is_not_found() && unseen < Duration::from_secs(10) => unseen += delay,
            Err(error) => return Err(error),
        }
        cloud.sleep(delay).await?;
        delay = (delay * 2).min(Duration::from_secs(2));
    }
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
            let cause = "the stack is taken down";
            let request = || {
                let request = cloud.states.stop_execution().execution_arn(&execution);
                request.cause(cause).send()
            };
            match cloud.call(call("StopExecution", &execution), request).await {
                Err(error) if error.is_not_found() => Ok(()),
                stopped => stopped.map(drop),
            }
        }
    });
    Ok(stopped.await?.len())
}

/// The last `count` executions of a Standard state machine, the newest first; none where it is gone.
///
/// # Errors
/// A call that fails.
pub async fn recent(cloud: &Cloud, scope: &Scope, machine: &str, count: i32) -> Result<Vec<Execution>, Error> {
    let arn = scope.machine_arn(machine);
    let request = || {
        cloud
            .states
            .list_executions()
            .state_machine_arn(&arn)
            .max_results(count)
            .send()
    };
    let page = match cloud.call(call("ListExecutions", machine), request).await {
        Err(error) if error.is_not_found() => return Ok(Vec::new()),
        page => page?,
    };
    let execution = |found: types::ExecutionListItem| Execution {
        status: ExecutionStatus::from(&found.status),
        start_date: shown(&found.start_date),
        stop_date: found.stop_date.as_ref().map(shown),
        version: found.state_machine_version_arn.as_deref().and_then(number),
        output: None,
        error: None,
        cause: None,
        execution_arn: found.execution_arn,
        name: found.name,
    };
    Ok(page.executions.into_iter().map(execution).collect())
}

impl From<&types::ExecutionStatus> for ExecutionStatus {
    /// A status that this SDK does not know is one in which the execution has not ended.
    fn from(status: &types::ExecutionStatus) -> ExecutionStatus {
        match status {
            types::ExecutionStatus::Succeeded => ExecutionStatus::Succeeded,
            types::ExecutionStatus::Failed => ExecutionStatus::Failed,
            types::ExecutionStatus::TimedOut => ExecutionStatus::TimedOut,
            types::ExecutionStatus::Aborted => ExecutionStatus::Aborted,
            types::ExecutionStatus::PendingRedrive => ExecutionStatus::PendingRedrive,
            _ => ExecutionStatus::Running,
        }
    }
}

impl fmt::Display for ExecutionStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            ExecutionStatus::Running => "RUNNING",
            ExecutionStatus::Succeeded => "SUCCEEDED",
            ExecutionStatus::Failed => "FAILED",
            ExecutionStatus::TimedOut => "TIMED_OUT",
            ExecutionStatus::Aborted => "ABORTED",
            ExecutionStatus::PendingRedrive => "PENDING_REDRIVE",
        })
    }
}

pub(super) fn json(text: Option<&str>) -> Option<Value> {
    text.and_then(|text| serde_json::from_str(text).ok())
}

/// A date to the millisecond, which is what Step Functions gives: as a fraction of a second that is not exact.
pub(super) fn shown(date: &DateTime) -> String {
    let milliseconds = (date.as_nanos() + 500_000).div_euclid(1_000_000);
    let rounded = i64::try_from(milliseconds).map_or(*date, DateTime::from_millis);
    rounded.fmt(DateTimeFormat::DateTime).unwrap_or_default()
}

fn call<'a>(action: &'static str, name: &'a str) -> Call<'a> {
    Call {
        service: Service::States,
        action,
        name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_shown_to_the_millisecond() {
        let check = |seconds: f64, expected| assert_eq!(shown(&DateTime::from_secs_f64(seconds)), expected);
        check(1_764_068_480.791, "2025-11-25T11:01:20.791Z");
        check(1_764_068_480.999_9, "2025-11-25T11:01:21Z");
        check(1_764_068_480.0, "2025-11-25T11:01:20Z");
    }
}
