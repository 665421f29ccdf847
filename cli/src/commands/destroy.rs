//! `stepwright destroy`

use std::fmt;

use serde::Serialize;
use stack::{Foreign, Observed, Scope, Summary};

use super::{
    Context,
    carry_out::{Question, carry_out, clear_lock, confirm},
    session::Session,
};
use crate::{
    args,
    aws::{self, Artifacts},
    error::{Error, Exit},
    interrupt,
};

/// Lists what goes, asks, and takes the stack down.
pub(crate) async fn destroy(context: &Context<'_>, args: args::Destroy) -> Result<Exit, Error> {
    let session = Session::open(context).await?;
    let names = session.names();
    let observed = interrupt::or_interrupted(aws::observe(&session.cloud, &session.scope, &names)).await??;
    let (plan, foreign) = stack::teardown(&session.scope, &names, &observed);
    let summary = Summary::new(&session.scope, &plan);
    let reporter = context.output.reporter();
    for foreign in &foreign {
        reporter.warning(&format!("{foreign}: it is left alone"), None);
    }
    if !summary.is_empty() {
        let running = running(&session.scope, &observed);
        for Running { machine, executions } in &running {
            let message = format!("`{machine}` has {executions} execution(s) under way");
            let help = (!args.stop_executions)
                .then_some("they end at their next transition; `--stop-executions` stops them at once");
            reporter.warning(&message, help);
        }
        let text = format!("type the stack's name, `{}`, to delete all this:", session.scope.stack);
        let question = Question {
            text: &text,
            expected: &[&session.scope.stack],
        };
        confirm(context, &summary, args.yes.into(), question).await?;
        if args.stop_executions {
            stop(context, &session, &running).await?;
        }
        carry_out(context, &session, "destroy", &observed, &plan, Artifacts::new()).await?;
    } else {
        clear_lock(&session, &observed, "destroy").await?;
    }
    context.output.print_result(&Destroyed {
        scope: session.scope,
        deleted: summary.changes.len(),
        left_alone: foreign,
    })?;
    Ok(Exit::Ok)
}

/// A state machine of the stack with executions under way.
struct Running<'a> {
    machine: &'a str,
    executions: u64,
}

fn running<'a>(scope: &Scope, observed: &'a Observed) -> Vec<Running<'a>> {
    let ours = observed
        .machines
        .iter()
        .filter(|(_, machine)| scope.owns(&machine.tags));
    let running = ours.map(|(name, machine)| Running {
        machine: name,
        executions: machine.executions(),
    });
    running.filter(|running| running.executions > 0).collect()
}

async fn stop(context: &Context<'_>, session: &Session, running: &[Running<'_>]) -> Result<(), Error> {
    for Running { machine, .. } in running {
        let stopping = aws::stop_running(&session.cloud, &session.scope, machine);
        let executions = interrupt::or_interrupted(stopping).await??;
        let stopped = Stopped {
            state_machine: machine,
            executions,
        };
        context.output.reporter().event(&stopped);
    }
    Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Stopped<'a> {
    state_machine: &'a str,
    executions: usize,
}

impl fmt::Display for Stopped<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "stopped {} execution(s) of {}",
            self.executions, self.state_machine
        )
    }
}

/// What was taken down.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Destroyed {
    #[serde(flatten)]
    scope: Scope,
    /// How many resources.
    deleted: usize,
    /// What has a name of the stack and belongs to somebody else.
    left_alone: Vec<Foreign>,
}

impl fmt::Display for Destroyed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Scope { stack, stage, .. } = &self.scope;
        match self.deleted {
            0 => write!(formatter, "nothing of {stack}/{stage} is deployed"),
            deleted => write!(formatter, "{stack}/{stage} is gone: {deleted} resources deleted"),
        }
    }
}
