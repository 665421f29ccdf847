//! `stepwright orphans`

use std::fmt;

use serde::Serialize;
use stack::{Orphan, Orphans, Reason, Scope, Summary, Workspace};

use super::{
    Context,
    deletion::{self, Deletion},
    session::Session,
};
use crate::{
    args, aws,
    error::{Error, Exit},
    interrupt,
};

/// Lists what carries the stack's tags and belongs to nothing of the workspace, and removes it if asked to.
pub(crate) async fn orphans(context: &Context<'_>, args: args::Orphans) -> Result<Exit, Error> {
    let session = Session::open(context).await?;
    let observing = aws::observe_all_stages(&session.cloud, &session.scope);
    let observed = interrupt::or_interrupted(observing).await??;
    let found = stack::orphans(&session.scope, &workspace(&session), &observed);
    let deleted = match args.delete && !found.orphans.is_empty() {
        true => delete(context, &session, &found, args).await?,
        false => 0,
    };
    context
        .output
        .print_result(&Listed::new(&session.scope, found, deleted))?;
    Ok(Exit::Ok)
}

fn workspace(session: &Session) -> Workspace {
    let settings = &session.settings;
    Workspace {
        stages: settings.stages.clone(),
        functions: settings.function_names().map(str::to_owned).collect(),
        machines: settings.machines.keys().cloned().collect(),
    }
}

async fn delete(
    context: &Context<'_>,
    session: &Session,
    found: &Orphans,
    args: args::Orphans,
) -> Result<usize, Error> {
    let plan = found.removal();
    let summary = Summary::new(&session.scope, &plan);
    let deletion = Deletion {
        command: "orphans",
        observed: None,
        plans: &found.removals(),
        summary: &summary,
        machines: found.machines(),
        consent: args.yes.into(),
        stops_executions: args.stop_executions,
    };
    deletion::delete(context, session, deletion).await?;
    Ok(summary.changes.len())
}

/// What was found, and what became of it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    partition: String,
    account: String,
    region: String,
    stack: String,
    orphans: Vec<Orphan>,
    in_use: Vec<Orphan>,
    /// How many of the orphans were deleted: all or none.
    deleted: usize,
}

impl Listed {
    fn new(scope: &Scope, found: Orphans, deleted: usize) -> Listed {
        let Scope {
            partition,
            account,
            region,
            stack,
            ..
        } = scope.clone();
        Listed {
            partition,
            account,
            region,
            stack,
            orphans: found.orphans,
            in_use: found.in_use,
            deleted,
        }
    }
}

impl fmt::Display for Listed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Listed {
            account,
            region,
            stack,
            orphans,
            ..
        } = self;
        let place = format!("account {account}, region {region}");
        match (orphans.len(), self.deleted) {
            (0, _) => write!(formatter, "nothing of {stack} is orphaned in {place}")?,
            (found, 0) => write!(formatter, "{found} orphan(s) of {stack} in {place}")?,
            (_, deleted) => write!(formatter, "{deleted} orphan(s) of {stack} deleted in {place}")?,
        }
        let mut heading = None;
        for orphan in orphans {
            let Orphan { stage, reason, .. } = orphan;
            if heading != Some((stage, reason)) {
                heading = Some((stage, reason));
                match reason {
                    Reason::NoStage => write!(formatter, "\n\nstepwright.toml has no stage {stage}")?,
                    Reason::NoResource => write!(formatter, "\n\nof stage {stage}, and not in stepwright.toml")?,
                }
            }
            write!(formatter, "\n  {orphan}")?;
        }
        if !self.in_use.is_empty() {
            write!(
                formatter,
                "\n\nnot in stepwright.toml and still used: a deploy removes it when it can"
            )?;
        }
        self.in_use
            .iter()
            .try_for_each(|orphan| write!(formatter, "\n  {orphan}"))
    }
}
