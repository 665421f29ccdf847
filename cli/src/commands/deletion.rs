//! Deleting what a plan names, once the user has agreed to it.

use std::collections::BTreeMap;

use stack::{Observed, ObservedMachine, Plan, Scope, Summary};

use super::{
    Context,
    carry_out::{Job, Question, carry_out, confirm},
    session::Session,
    under_way,
};
use crate::{aws::Artifacts, error::Error, output::Consent};

/// What goes, and what was said about it on the command line.
pub(crate) struct Deletion<'a> {
    /// The command, as others see it who wait for the stack's lock.
    pub(crate) command: &'static str,
    /// What the plan was made for.
    pub(crate) observed: Option<&'a Observed>,
    /// What removes it, by stage.
    pub(crate) plans: &'a [(Scope, Plan)],
    pub(crate) summary: &'a Summary,
    /// The state machines that go.
    pub(crate) machines: &'a BTreeMap<String, ObservedMachine>,
    pub(crate) consent: Consent,
    pub(crate) stops_executions: bool,
}

/// Tells of executions, asks for the stack's name, and deletes.
pub(crate) async fn delete(context: &Context<'_>, session: &Session, deletion: Deletion<'_>) -> Result<(), Error> {
    let stack = &session.scope.stack;
    under_way::warn(context, deletion.machines, deletion.stops_executions);
    let text = format!("type the stack's name, `{stack}`, to delete all this:");
    let question = Question {
        text: &text,
        expected: &[stack],
    };
    confirm(context, deletion.summary, deletion.consent, question).await?;
    if deletion.stops_executions {
        under_way::stop(context, session, deletion.machines).await?;
    }
    for (scope, plan) in deletion.plans {
        let job = Job {
            command: deletion.command,
            scope,
            observed: deletion.observed,
            plan,
            artifacts: Artifacts::new(),
        };
        carry_out(context, session, job).await?;
    }
    Ok(())
}
