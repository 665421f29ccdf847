//! `stepwright destroy`

use std::fmt;

use serde::Serialize;
use stack::{Scope, Summary};

use super::{Context, carry_out, session::Session};
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
    reporter.event(&summary);
    for foreign in foreign {
        reporter.warning(&format!("{foreign}: it is left alone"), None);
    }
    if !summary.is_empty() {
        let question = format!("type the stack's name, `{}`, to delete all this:", session.scope.stack);
        context
            .output
            .consent(args.yes.into(), &question, &session.scope.stack)
            .await?;
        let work = aws::apply(&session.cloud, &session.scope, &plan, Artifacts::new());
        carry_out::finish(context, &plan, work).await?;
    }
    context.output.print_result(&Destroyed {
        scope: session.scope,
        deleted: summary.changes.len(),
    })?;
    Ok(Exit::Ok)
}

/// What was taken down.
#[derive(Serialize)]
struct Destroyed {
    #[serde(flatten)]
    scope: Scope,
    deleted: usize,
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
