//! `stepwright rollback`

use std::fmt;

use serde::Serialize;
use stack::{ObservedMachine, Rollback, Scope, Summary};

use super::{
    Context,
    carry_out::{Job, Question, carry_out, clear_lock, confirm},
    session::Session,
};
use crate::{
    args,
    aws::{self, Artifacts},
    error::{Error, Exit},
    interrupt,
};

const COMMAND: &str = "rollback";

/// Shows to which version it goes back, asks, and moves the alias.
pub(crate) async fn rollback(context: &Context<'_>, args: args::Rollback) -> Result<Exit, Error> {
    let settings = context.settings()?;
    let (logical, _) = settings.machine(args.machine.as_deref())?;
    let session = Session::open(context).await?;
    let (scope, name) = (&session.scope, session.scope.name(logical));
    let observed = interrupt::or_interrupted(aws::observe(&session.cloud, scope, &session.names())).await??;
    let rollback = stack::rollback(scope, &observed, &name, args.to)?;
    let summary = Summary::new(scope, &rollback.plan);
    if summary.is_empty() {
        let further = match settings.machines.len() {
            1 => "rollback".to_owned(),
            _ => format!("rollback {logical}"),
        };
        tell_done(context, &rollback, &further, observed.machines.get(&name));
        clear_lock(&session, &observed, COMMAND).await?;
    } else {
        let question = Question {
            text: "go back to this version? [y/N]",
            expected: &["y", "Y", "yes"],
        };
        confirm(context, &summary, args.yes.into(), question).await?;
        let job = Job {
            command: COMMAND,
            scope,
            observed: Some(&observed),
            plan: &rollback.plan,
            artifacts: Artifacts::new(),
        };
        carry_out(context, &session, job).await?;
    }
    context.output.print_result(&RolledBack {
        alias: scope.alias_arn(&name),
        scope: scope.clone(),
        state_machine: name,
        version: rollback.version,
        from: rollback.from,
        changed: !summary.is_empty(),
    })?;
    Ok(Exit::Ok)
}

/// Says why going back again goes no further.
fn tell_done(context: &Context<'_>, rollback: &Rollback, command: &str, machine: Option<&ObservedMachine>) {
    let Some(version) = rollback.back_from else { return };
    let further = machine.and_then(|machine| machine.live_before().first().copied());
    let help = further.map(|further| format!("`stepwright {command} --to {further}` goes further back"));
    let message = format!("version {version} was gone back from already");
    context.output.reporter().warning(&message, help.as_deref());
}

/// What is live after a rollback.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RolledBack {
    #[serde(flatten)]
    scope: Scope,
    state_machine: String,
    alias: String,
    /// The version that is live.
    version: u64,
    /// The version that was live; while traffic shifted, the one that it shifted away from.
    from: u64,
    /// Whether anything had to change for it.
    changed: bool,
}

impl fmt::Display for RolledBack {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RolledBack {
            state_machine, version, ..
        } = self;
        match self.changed {
            true => write!(formatter, "version {version} of {state_machine} is live again"),
            false => write!(formatter, "version {version} of {state_machine} is live already"),
        }
    }
}
