mod control;
mod list;

use std::fmt;
use std::time::Duration;

use aws_sdk_sfn::primitives::DateTime;
use aws_sdk_sfn::types::{self, ExecutionRedriveStatus};
use clap::ValueEnum;
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::Value;
use stack::Service;

use super::call::Call;
use super::observe::number;
use super::{Cloud, Error};

pub use control::{redrive, stop, stop_running};
pub use list::{Wanted, list};

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
    /// When it started.
    #[serde(serialize_with = "date")]
    pub start_date: Timestamp,
    /// When it ended.
    #[serde(serialize_with = "optional_date", skip_serializing_if = "Option::is_none")]
    pub stop_date: Option<Timestamp>,
    /// The version of the state machine it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// How often it was redriven.
    #[serde(skip_serializing_if = "is_zero")]
    pub redrive_count: i32,
    /// Why it cannot be redriven, if that is known.
    #[serde(skip)]
    pub not_redrivable: Option<String>,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[value(rename_all = "SCREAMING_SNAKE_CASE")]
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
        start_date: moment(&found.start_date),
        stop_date: found.stop_date.as_ref().map(moment),
        version: found.state_machine_version_arn.as_deref().and_then(number),
        redrive_count: found.redrive_count.unwrap_or_default(),
        not_redrivable: match found.redrive_status {
            Some(ExecutionRedriveStatus::NotRedrivable | ExecutionRedriveStatus::RedrivableByMapRun) => {
                Some(found.redrive_status_reason.unwrap_or_default())
            }
            _ => None,
        },
        output: json(found.output.as_deref()),
        error: found.error,
        cause: found.cause,
        execution_arn: found.execution_arn,
    })
}

/// For how long what was just started or redriven may not be seen everywhere.
pub const UNSEEN: Duration = Duration::from_secs(10);

/// Looks at an execution that was redriven so often until it has ended.
///
/// # Errors
/// A call that fails.
pub async fn wait(cloud: &Cloud, execution_arn: &str, redrives: i32) -> Result<Execution, Error> {
    let mut delay = Duration::from_millis(200);
    let mut unseen = Duration::ZERO;
    loop {
        match describe(cloud, execution_arn).await {
            Ok(execution) if execution.status == ExecutionStatus::Running => {}
            Ok(execution) if execution.redrive_count >= redrives || unseen >= UNSEEN => return Ok(execution),
            Ok(_) => unseen += delay,
            Err(error) if error.is_not_found() && unseen < UNSEEN => unseen += delay,
            Err(error) => return Err(error),
        }
        cloud.sleep(delay).await?;
        delay = (delay * 2).min(Duration::from_secs(2));
    }
}

impl Execution {
    /// How long it took, or has taken so far.
    #[must_use]
    pub fn duration(&self) -> Duration {
        let end = self.stop_date.unwrap_or_else(Timestamp::now);
        // The clock here may be behind AWS's.
        Duration::try_from(end.duration_since(self.start_date)).unwrap_or_default()
    }
}

impl ExecutionStatus {
    /// As the API names it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ExecutionStatus::Running => "RUNNING",
            ExecutionStatus::Succeeded => "SUCCEEDED",
            ExecutionStatus::Failed => "FAILED",
            ExecutionStatus::TimedOut => "TIMED_OUT",
            ExecutionStatus::Aborted => "ABORTED",
            ExecutionStatus::PendingRedrive => "PENDING_REDRIVE",
        }
    }

    /// Whether it goes on.
    #[must_use]
    pub fn is_under_way(self) -> bool {
        matches!(self, ExecutionStatus::Running | ExecutionStatus::PendingRedrive)
    }
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
        formatter.pad(self.as_str())
    }
}

pub(super) fn json(text: Option<&str>) -> Option<Value> {
    text.and_then(|text| serde_json::from_str(text).ok())
}

/// A date to the millisecond, which is what Step Functions gives: as a fraction of a second that is not exact.
pub(super) fn moment(date: &DateTime) -> Timestamp {
    let milliseconds = (date.as_nanos() + 500_000).div_euclid(1_000_000);
    let milliseconds = i64::try_from(milliseconds).ok();
    milliseconds
        .and_then(|at| Timestamp::from_millisecond(at).ok())
        .unwrap_or_default()
}

fn date<S: Serializer>(date: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(date)
}

fn optional_date<S: Serializer>(date: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    date.as_ref().map(ToString::to_string).serialize(serializer)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_zero(count: &i32) -> bool {
    *count == 0
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
        let check =
            |seconds: f64, expected| assert_eq!(moment(&DateTime::from_secs_f64(seconds)).to_string(), expected);
        check(1_764_068_480.791, "2025-11-25T11:01:20.791Z");
        check(1_764_068_480.999_9, "2025-11-25T11:01:21Z");
        check(1_764_068_480.0, "2025-11-25T11:01:20Z");
    }
}
