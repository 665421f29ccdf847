//! `stepwright start`

use std::fmt;

use asl::MachineType;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Context, session::Session};
use crate::{
    args,
    aws::{self, Execution, ExecutionStatus, Start},
    error::{Error, Exit},
    input,
    interrupt::{self, Interrupted},
};

/// Starts an execution through the alias; with `--wait` follows it to its end.
pub(crate) async fn start(context: &Context<'_>, args: args::Start) -> Result<Exit, Error> {
    let settings = context.settings()?;
    let (logical, machine) = settings.machine(args.machine.as_deref())?;
    let input = input::read(args.input.as_deref(), machine.input.as_deref())
        .await?
        .to_string();
    let session = Session::open(context).await?;
    let name = args.name.unwrap_or_else(|| Uuid::new_v4().to_string());
    let start = Start {
        machine: &session.scope.name(logical),
        input: &input,
        name: &name,
    };
    let machine_type = deployed_type(&session, start.machine).await?;
    let ended = match (args.wait, machine_type) {
        (true, MachineType::Express) => run_express(&session, start).await?,
        (true, MachineType::Standard) => {
            let started = begin(&session, machine_type, start).await?;
            context.output.reporter().event(&started);
            return follow_to_end(context, &session, &started.execution_arn, 0).await;
        }
        (false, _) => {
            context
                .output
                .print_result(&begin(&session, machine_type, start).await?)?;
            return Ok(Exit::Ok);
        }
    };
    context.output.print_result(&ended)?;
    Ok(ended.exit())
}

async fn deployed_type(session: &Session, machine: &str) -> Result<MachineType, Error> {
    let found = interrupt::or_interrupted(aws::deployed_type(&session.cloud, &session.scope, machine)).await??;
    found.ok_or_else(|| session.not_deployed(machine))
}

/// At Ctrl-C the call is finished: whoever started something wants to know what.
async fn begin(session: &Session, machine_type: MachineType, start: Start<'_>) -> Result<Started, Error> {
    let starting = aws::start(&session.cloud, &session.scope, machine_type, start);
    let started = interrupt::or_insisted(starting).await?;
    Ok(Started {
        execution_arn: started.map_err(|error| without_alias(session, start.machine, error))?,
    })
}

async fn run_express(session: &Session, start: Start<'_>) -> Result<Ended, Error> {
    let running = aws::start_sync(&session.cloud, &session.scope, start);
    let ended = interrupt::or_interrupted(running).await?;
    Ok(Ended(
        ended.map_err(|error| without_alias(session, start.machine, error))?,
    ))
}

/// Follows an execution that was redriven so often to its end, and prints its result. At Ctrl-C it is left to run.
pub(super) async fn follow_to_end(
    context: &Context<'_>,
    session: &Session,
    execution_arn: &str,
    redrives: i32,
) -> Result<Exit, Error> {
    let waiting = interrupt::or_interrupted(aws::wait(&session.cloud, execution_arn, redrives));
    match waiting.await {
        Ok(Ok(ended)) => {
            let ended = Ended(ended);
            context.output.print_result(&ended)?;
            Ok(ended.exit())
        }
        Ok(Err(aws::Error::Interrupted)) | Err(_) => {
            let stop = format!("`stepwright stop {execution_arn}` stops it");
            context.output.reporter().warning("the execution goes on", Some(&stop));
            Err(Error::Interrupted(Interrupted))
        }
        Ok(Err(error)) => Err(Error::Aws(error)),
    }
}

/// A state machine without the alias is one whose first deploy did not come to its end.
fn without_alias(session: &Session, machine: &str, error: aws::Error) -> Error {
    match error.call() {
        Some(call) if call.code == "StateMachineDoesNotExist" => session.not_deployed(machine),
        _ => Error::Aws(error),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Started {
    execution_arn: String,
}

impl fmt::Display for Started {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.execution_arn)
    }
}

/// An execution that has ended: its output, or its error and cause.
#[derive(Serialize)]
struct Ended(Execution);

impl Ended {
    fn exit(&self) -> Exit {
        match self.0.status {
            ExecutionStatus::Succeeded => Exit::Ok,
            _ => Exit::Unsuccessful,
        }
    }

    fn result(&self) -> Value {
        let Execution {
            status,
            output,
            error,
            cause,
            ..
        } = &self.0;
        match (status, output) {
            (ExecutionStatus::Succeeded, Some(output)) => output.clone(),
            // DescribeExecution shows no error of an execution that timed out; people want one.
            (ExecutionStatus::TimedOut, _) => json!({ "Error": "States.Timeout" }),
            _ => {
                let error = error.clone().unwrap_or_else(|| status.to_string());
                let cause = cause.iter().map(|cause| ("Cause", cause.clone()));
                let parts = [("Error", error)].into_iter().chain(cause);
                Value::from_iter(parts.map(|(name, part)| (name.to_owned(), part)))
            }
        }
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:#}", self.result())
    }
}
