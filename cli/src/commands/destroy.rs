//! `stepwright destroy`

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use stack::{Foreign, Observed, ObservedMachine, Scope, Summary};

use super::{
    Context,
    carry_out::clear_lock,
    deletion::{Deletion, delete},
    session::Session,
};
use crate::{
    args, aws,
    error::{Error, Exit},
    interrupt,
};

/// Lists what goes, asks, and takes the stack down.
pub(crate) async fn destroy(context: &Context<'_>, args: args::Destroy) -> Result<Exit, Error> {
    let session = Session::open(context).await?;
    let names = session.names();
    let observed = interrupt::or_interrupted(aws::observe(&session.cloud, &session.scope, &names)).await??;
    let kept_logs = kept_logs(&session.scope, &observed, args.keep_logs);
    let machines = owned_machines(&session.scope, &observed);
    let mut going = observed.clone();
    going.log_groups.retain(|name, _| !kept_logs.contains(name));
    let (plan, foreign) = stack::teardown(&session.scope, &names, &going);
    let summary = Summary::new(&session.scope, &plan);
    let reporter = context.output.reporter();
    for foreign in &foreign {
        reporter.warning(&format!("{foreign}: it is left alone"), None);
    }
    if !summary.is_empty() {
        let deletion = Deletion {
            command: "destroy",
            observed: Some(&observed),
            plans: &[(session.scope.clone(), plan)],
            summary: &summary,
            machines: &machines,
            consent: args.yes.into(),
            stops_executions: args.stop_executions,
        };
        delete(context, &session, deletion).await?;
    } else {
        clear_lock(&session, &observed, "destroy").await?;
    }
    context.output.print_result(&Destroyed {
        scope: session.scope,
        deleted: summary.changes.len(),
        kept_logs,
        left_alone: foreign,
    })?;
    Ok(Exit::Ok)
}

/// The log groups of the stack that stay because they are to be kept.
fn kept_logs(scope: &Scope, observed: &Observed, are_kept: bool) -> Vec<String> {
    let ours = observed
        .log_groups
        .iter()
        .filter(|(_, group)| are_kept && scope.owns(&group.tags));
    ours.map(|(name, _)| name.clone()).collect()
}

/// The state machines that go.
fn owned_machines(scope: &Scope, observed: &Observed) -> BTreeMap<String, ObservedMachine> {
    let ours = observed.machines_of(scope);
    ours.map(|(name, machine)| (name.to_owned(), machine.clone())).collect()
}

/// What was taken down.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Destroyed {
    #[serde(flatten)]
    scope: Scope,
    /// How many resources.
    deleted: usize,
    /// The log groups that are left, as was asked for.
    kept_logs: Vec<String>,
    /// What has a name of the stack and belongs to somebody else.
    left_alone: Vec<Foreign>,
}

impl fmt::Display for Destroyed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Scope { stack, stage, .. } = &self.scope;
        let logs = self.kept_logs.len();
        match self.deleted {
            0 => write!(formatter, "nothing of {stack}/{stage} is deployed")?,
            deleted => write!(formatter, "{stack}/{stage} is gone: {deleted} resources deleted")?,
        }
        match logs {
            0 => Ok(()),
            logs => write!(formatter, ", {logs} log groups kept"),
        }
    }
}
