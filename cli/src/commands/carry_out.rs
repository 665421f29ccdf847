//! Carrying out a plan, and telling how far it came.

use std::fmt;

use serde::Serialize;
use stack::{Plan, Resource};

use super::Context;
use crate::{
    aws::{self, Outcome},
    error::Error,
    interrupt,
};

/// Waits for `work` on `plan`; a second Ctrl-C gives up the calls that are under way. Gives the number of steps that
/// were carried out.
pub(crate) async fn finish(
    context: &Context<'_>,
    plan: &Plan,
    work: impl Future<Output = Outcome>,
) -> Result<usize, Error> {
    let outcome = interrupt::or_insisted(work).await?;
    if outcome.failed.is_empty() && outcome.not_tried.is_empty() {
        return Ok(outcome.applied.len());
    }
    context.output.reporter().event(&Report::new(plan, &outcome));
    let is_failure = |error: &aws::Error| !matches!(error, aws::Error::Interrupted);
    let remaining = outcome.failed.len() + outcome.not_tried.len();
    let cause = outcome.failed.into_iter().map(|(_, error)| error).find(is_failure);
    Err(Error::Incomplete {
        remaining,
        total: plan.steps.len(),
        interrupted: interrupt::requested() && cause.is_none(),
        cause,
    })
}

/// What was done of a plan and what was not.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    done: Vec<Line>,
    failed: Vec<Line>,
    not_done: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    action: &'static str,
    #[serde(flatten)]
    resource: Resource,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Report {
    fn new(plan: &Plan, outcome: &Outcome) -> Report {
        let line = |place: usize, error: Option<String>| {
            let step = plan.steps.get(place)?;
            Some(Line {
                action: step.action.name(),
                resource: step.action.resource(),
                error,
            })
        };
        let lines = |places: &[usize]| places.iter().filter_map(|place| line(*place, None)).collect();
        let failed = outcome.failed.iter();
        Report {
            done: lines(&outcome.applied),
            failed: failed
                .filter_map(|(place, error)| line(*place, Some(error.to_string())))
                .collect(),
            not_done: lines(&outcome.not_tried),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} steps done", self.done.len())?;
        for Line {
            action,
            resource,
            error,
        } in &self.failed
        {
            write!(formatter, "\n  failed    {action} {}", resource.name)?;
            write!(formatter, "\n            {}", error.as_deref().unwrap_or_default())?;
        }
        for Line { action, resource, .. } in &self.not_done {
            write!(formatter, "\n  not done  {action} {}", resource.name)?;
        }
        Ok(())
    }
}
