//! `stepwright start`

use std::fmt;

use asl::MachineType;
use serde::Serialize;
use uuid::Uuid;

use super::{
    Context,
    follow::{self, EndResult, Followed},
    session::Session,
};
use crate::{
    args,
    aws::{self, Deployed, Start},
    error::{Error, Exit},
    history::{self, Teller},
    input, interrupt,
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
    let deployed = deployed(&session, start.machine).await?;
    match (args.wait, deployed.machine_type) {
        (true, MachineType::Express) => {
            let ended = run_express(&session, start).await?;
            context.output.print_result(&ended)?;
            Ok(ended.exit())
        }
        (true, MachineType::Standard) => {
            let started = begin(&session, deployed.machine_type, start).await?;
            context.output.reporter().event(&started);
            let states = follow::state_names(&deployed.revision.definition);
            let teller = Teller::new(history::width(states.into_iter()), None);
            follow::to_end(context, &session, Followed::new(&started.execution_arn, teller)).await
        }
        (false, machine_type) => {
            let started = begin(&session, machine_type, start).await?;
            context.output.print_result(&started)?;
            Ok(Exit::Ok)
        }
    }
}

async fn deployed(session: &Session, machine: &str) -> Result<Deployed, Error> {
    let found = interrupt::or_interrupted(aws::deployed(&session.cloud, &session.scope, machine)).await??;
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

async fn run_express(session: &Session, start: Start<'_>) -> Result<EndResult, Error> {
    let running = aws::start_sync(&session.cloud, &session.scope, start);
    let ended = interrupt::or_interrupted(running).await?;
    let ended = ended.map_err(|error| without_alias(session, start.machine, error))?;
    Ok(EndResult(ended))
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
