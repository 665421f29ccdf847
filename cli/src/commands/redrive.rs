//! `stepwright redrive`

use std::fmt;

use serde::Serialize;

use super::{
    Context,
    find::{FindError, find},
    follow::{self, Followed},
    session::Session,
};
use crate::{
    args, aws,
    aws::{Execution, ExecutionStatus, HistoryEvent},
    error::{Error, Exit},
    interrupt,
};

/// Has an execution that was not successful go on where it ended; with `--wait` follows it to its end.
pub(crate) async fn redrive(context: &Context<'_>, args: args::Redrive) -> Result<Exit, Error> {
    let session = Session::open(context).await?;
    let found = interrupt::or_interrupted(find(&session, &args.execution)).await??;
    let execution = found.standard("redriven")?;
    if let Some(reason) = hindrance(&execution) {
        let name = execution.name;
        return Err(FindError::NotRedrivable { name, reason }.into());
    }
    let history = match args.wait {
        true => interrupt::or_interrupted(before(&session, &execution.execution_arn)).await??,
        false => Vec::new(),
    };
    let redriving = aws::redrive(&session.cloud, &execution.execution_arn);
    let date = interrupt::or_insisted(redriving).await?;
    let redriven = Redriven {
        redrive_date: date.map_err(|error| refused(&execution, error))?.to_string(),
        redrive_count: execution.redrive_count + 1,
        execution_arn: execution.execution_arn,
        name: execution.name,
    };
    if !args.wait {
        context.output.print_result(&redriven)?;
        return Ok(Exit::Ok);
    }
    context.output.reporter().event(&redriven);
    let followed = Followed::again(&redriven.execution_arn, &history, redriven.redrive_count);
    follow::to_end(context, &session, followed).await
}

/// What was told of it before. Where that may not be read, what follows cannot be either.
async fn before(session: &Session, execution_arn: &str) -> Result<Vec<HistoryEvent>, aws::Error> {
    match aws::history(&session.cloud, execution_arn).await {
        Err(error) if error.is_unavailable() => Ok(Vec::new()),
        history => history,
    }
}

/// Why the execution cannot be redriven, as far as it says so itself.
fn hindrance(execution: &Execution) -> Option<String> {
    match (execution.status, &execution.not_redrivable) {
        (ExecutionStatus::Running, _) => Some("it is under way".to_owned()),
        (ExecutionStatus::Succeeded, _) => Some("it was successful".to_owned()),
        (_, Some(reason)) if reason.is_empty() => Some("AWS says that it is not redrivable".to_owned()),
        (_, reason) => reason.clone(),
    }
}

fn refused(execution: &Execution, error: aws::Error) -> Error {
    match error.call() {
        Some(call) if call.code == "ExecutionNotRedrivable" => FindError::NotRedrivable {
            name: execution.name.clone(),
            reason: call.message.clone(),
        }
        .into(),
        _ => error.into(),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Redriven {
    execution_arn: String,
    #[serde(skip)]
    name: String,
    redrive_date: String,
    /// How often it was redriven, this time included.
    redrive_count: i32,
}

impl fmt::Display for Redriven {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} goes on where it ended", self.name)
    }
}
