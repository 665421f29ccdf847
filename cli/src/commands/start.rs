//! `stepwright start`

use std::fmt;

use serde::Serialize;
use serde_json::{Value, json};

use super::{Context, session::Session};
use crate::{
    args,
    aws::{self, Execution, ExecutionStatus, Start},
    error::{Error, Exit},
    input, interrupt,
};

/// Starts an execution through the alias; with `--wait` follows it to its end.
pub(crate) async fn start(context: &Context<'_>, args: args::Start) -> Result<Exit, Error> {
    let settings = context.settings()?;
    let (logical, machine) = settings.machine(args.machine.as_deref())?;
    let input = input::read(args.input.as_deref(), machine.input.as_deref())?.to_string();
    let session = Session::open(context).await?;
    let start = Start {
        machine: &session.scope.name(logical),
        input: &input,
        name: args.name.as_deref(),
    };
    let arn = interrupt::or_interrupted(aws::start(&session.cloud, &session.scope, start)).await??;
    let started = Started { execution_arn: arn };
    if !args.wait {
        context.output.print_result(&started)?;
        return Ok(Exit::Ok);
    }
    context.output.reporter().event(&started);
    let waiting = interrupt::or_interrupted(aws::wait(&session.cloud, &started.execution_arn));
    let ended = Ended(waiting.await??);
    context.output.print_result(&ended)?;
    Ok(ended.exit())
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
            _ => json!({ "Error": error.clone().unwrap_or_else(|| status.to_string()), "Cause": cause }),
        }
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:#}", self.result())
    }
}
