use aws_sdk_sfn::types;
use jiff::Timestamp;
use stack::Scope;

use super::{Execution, ExecutionStatus, call, moment};
use crate::aws::observe::number;
use crate::aws::{Cloud, Error};

/// Which executions are asked for.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// Those of these statuses; of any where there is none.
    pub statuses: &'a [ExecutionStatus],
    /// Those that started since.
    pub since: Option<Timestamp>,
    /// So many at most, the newest.
    pub limit: usize,
}

/// The most executions AWS gives at once.
///
/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html>
const PAGE: usize = 1000;

/// The executions of a Standard state machine, the newest first; none where it is gone.
///
/// # Errors
/// A call that fails.
pub async fn list(cloud: &Cloud, scope: &Scope, machine: &str, wanted: &Wanted<'_>) -> Result<Vec<Execution>, Error> {
    let mut found = Vec::new();
    if wanted.statuses.is_empty() {
        found = of_status(cloud, scope, machine, wanted, None).await?;
    }
    for status in wanted.statuses {
        found.extend(of_status(cloud, scope, machine, wanted, Some(*status)).await?);
    }
    found.sort_by_key(|execution| std::cmp::Reverse(execution.start_date));
    // One that went on or ended in between was found twice.
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|execution| seen.insert(execution.execution_arn.clone()));
    found.truncate(wanted.limit);
    Ok(found)
}

async fn of_status(
    cloud: &Cloud,
    scope: &Scope,
    machine: &str,
    wanted: &Wanted<'_>,
    status: Option<ExecutionStatus>,
) -> Result<Vec<Execution>, Error> {
    let arn = scope.machine_arn(machine);
    let mut found: Vec<Execution> = Vec::new();
    let mut token = None;
    loop {
        let size = (wanted.limit - found.len()).min(PAGE);
        let request = || {
            let request = cloud.states.list_executions().state_machine_arn(&arn);
            request
                .set_status_filter(status.map(types::ExecutionStatus::from))
                .set_next_token(token.clone())
                .max_results(size as i32)
                .send()
        };
        let page = match cloud.call(call("ListExecutions", machine), request).await {
            Err(error) if error.is_not_found() => return Ok(Vec::new()),
            page => page?,
        };
        let count = page.executions.len();
        let executions = page.executions.into_iter().map(execution);
        let recent = executions.take_while(|execution| wanted.since.is_none_or(|since| execution.start_date >= since));
        let before = found.len();
        found.extend(recent);
        token = page.next_token;
        let is_over = found.len() - before < count || found.len() >= wanted.limit;
        if token.is_none() || is_over {
            found.truncate(wanted.limit);
            return Ok(found);
        }
    }
}

fn execution(found: types::ExecutionListItem) -> Execution {
    Execution {
        status: ExecutionStatus::from(&found.status),
        start_date: moment(&found.start_date),
        stop_date: found.stop_date.as_ref().map(moment),
        version: found.state_machine_version_arn.as_deref().and_then(number),
        redrive_count: found.redrive_count.unwrap_or_default(),
        not_redrivable: None,
        output: None,
        error: None,
        cause: None,
        execution_arn: found.execution_arn,
        name: found.name,
    }
}

impl From<ExecutionStatus> for types::ExecutionStatus {
    fn from(status: ExecutionStatus) -> types::ExecutionStatus {
        match status {
            ExecutionStatus::Running => types::ExecutionStatus::Running,
            ExecutionStatus::Succeeded => types::ExecutionStatus::Succeeded,
            ExecutionStatus::Failed => types::ExecutionStatus::Failed,
            ExecutionStatus::TimedOut => types::ExecutionStatus::TimedOut,
            ExecutionStatus::Aborted => types::ExecutionStatus::Aborted,
            ExecutionStatus::PendingRedrive => types::ExecutionStatus::PendingRedrive,
        }
    }
}
