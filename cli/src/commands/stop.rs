//! `stepwright stop`

use std::fmt;

use serde::Serialize;

use super::{Context, find::find, session::Session};
use crate::{
    args, aws,
    aws::ExecutionStatus,
    error::{Error, Exit},
    interrupt,
};

/// Stops an execution; one that has ended already is left as it is.
pub(crate) async fn stop(context: &Context<'_>, args: args::Stop) -> Result<Exit, Error> {
    let session = Session::open(context).await?;
    let found = interrupt::or_interrupted(find(&session, &args.execution)).await??;
    let execution = found.standard("stopped")?;
    let mut stopped = Stopped {
        name: execution.name,
        status: execution.status,
        stopped: execution.status.is_under_way(),
        execution_arn: execution.execution_arn,
        stop_date: execution.stop_date.map(|date| date.to_string()),
    };
    if stopped.stopped {
        let arn = &stopped.execution_arn;
        let stopping = aws::stop(&session.cloud, arn, args.error.as_deref(), args.cause.as_deref());
        let date = interrupt::or_insisted(stopping).await??;
        stopped.status = ExecutionStatus::Aborted;
        stopped.stop_date = Some(date.to_string());
    }
    context.output.print_result(&stopped)?;
    Ok(Exit::Ok)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Stopped {
    execution_arn: String,
    #[serde(skip)]
    name: String,
    /// Whether it was stopped now.
    stopped: bool,
    status: ExecutionStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_date: Option<String>,
}

impl fmt::Display for Stopped {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Stopped { name, status, .. } = self;
        match self.stopped {
            true => write!(formatter, "{name} is stopped"),
            false => write!(formatter, "{name} has ended already: {status}"),
        }
    }
}
