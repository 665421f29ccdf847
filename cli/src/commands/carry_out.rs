//! Carrying out a plan that the user agreed to, and telling how far it came.

use std::fmt;

use serde::Serialize;
use stack::{Action, Observed, Plan, Resource, Scope, Step, Summary};

use super::{
    Context,
    session::{Session, tell},
    waits::Waits,
};
use crate::{
    aws::{self, Artifacts, Event, Outcome},
    error::Error,
    interrupt,
    output::Consent,
};

/// What the user is asked before anything changes.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) text: &'a str,
    /// The answers that mean yes.
    pub(crate) expected: &'a [&'a str],
}

/// A plan and what it takes to carry it out.
pub(crate) struct Job<'a> {
    /// The command, as others see it who wait for the stack's lock.
    pub(crate) command: &'static str,
    /// The stage that it changes.
    pub(crate) scope: &'a Scope,
    /// What the plan was made for.
    pub(crate) observed: Option<&'a Observed>,
    pub(crate) plan: &'a Plan,
    pub(crate) artifacts: Artifacts,
}

/// Shows what will be done, and asks. Who is asked sees it in any case.
pub(crate) async fn confirm(
    context: &Context<'_>,
    summary: &Summary,
    consent: Consent,
    question: Question<'_>,
) -> Result<(), Error> {
    match consent {
        Consent::Given => context.output.reporter().event(summary),
        Consent::Ask => context.output.reporter().important(summary),
    }
    context.output.consent(consent, question.text, question.expected).await
}

/// Carries out `plan`, a line for each step. At Ctrl-C the calls under way are finished; at the second they are given
/// up.
pub(crate) async fn carry_out(context: &Context<'_>, session: &Session, job: Job<'_>) -> Result<Outcome, Error> {
    let plan = job.plan;
    let reporter = context.output.reporter().clone();
    let progress = reporter.progress(plan.steps.len() as u64);
    let waits = Waits::new(reporter.clone());
    let cloud = session.cloud.telling(move |event| match event {
        Event::Waiting { .. } | Event::Waited { .. } => waits.tell(event),
        Event::Applied { .. } | Event::Postponed { .. } => {
            tell(&reporter, event);
            progress.advance(event);
        }
        Event::Shifted { .. } | Event::Watching { .. } | Event::Hidden { .. } => tell(&reporter, event),
    });
    let names = session.names();
    let observed = job.observed.map(|observed| (&names, observed));
    let work = aws::carry_out(&cloud, job.scope, job.command, observed, plan, job.artifacts);
    let outcome = tokio::select! {
        outcome = interrupt::or_insisted(work) => match outcome.map_err(|_| Error::GivenUp)? {
            Err(aws::Error::Interrupted) => nothing_done(plan),
            outcome => outcome?,
        },
        never = notice(context) => match never {},
    };
    drop(cloud);
    if let Some(error) = outcome.lock.as_ref().filter(|_| outcome.is_complete()) {
        let is_left = !matches!(error, aws::Error::LockLost(_) | aws::Error::Silent(_));
        let help = is_left.then_some("the next command takes the lock over");
        context.output.reporter().warning(&error.to_string(), help);
    }
    match outcome.is_complete() {
        true => Ok(outcome),
        false => Err(incomplete(context, plan, outcome)),
    }
}

/// The outcome where somebody interrupted before the first step.
fn nothing_done(plan: &Plan) -> Outcome {
    Outcome {
        not_tried: (0..plan.steps.len()).collect(),
        ..Outcome::default()
    }
}

/// Removes the lock that a process left which died when all was done.
pub(crate) async fn clear_lock(session: &Session, observed: &Observed, command: &str) -> Result<(), Error> {
    if observed.lock.is_some() {
        interrupt::or_interrupted(aws::clear_lock(&session.cloud, &session.scope, command)).await??;
    }
    Ok(())
}

/// Tells at Ctrl-C that it was heard.
async fn notice(context: &Context<'_>) -> std::convert::Infallible {
    let _ = interrupt::or_interrupted(std::future::pending::<()>()).await;
    let message = "interrupted: the calls under way are finished first";
    context
        .output
        .reporter()
        .warning(message, Some("Ctrl-C again gives them up"));
    std::future::pending().await
}

fn incomplete(context: &Context<'_>, plan: &Plan, mut outcome: Outcome) -> Error {
    context.output.reporter().important(&Report::new(plan, &outcome));
    if let Some(back) = outcome.back.take() {
        for (machine, error) in &back.failed {
            let message = format!("the alias of `{machine}` may still lead to two versions: {error}");
            let help = "`stepwright rollback` goes back, `stepwright deploy` goes on";
            context.output.reporter().warning(&message, Some(help));
        }
        if back.failed.is_empty() {
            return Error::WentBack {
                live: back.live,
                interrupted: outcome.failed.is_empty(),
                cause: outcome.failed.into_iter().map(|(_, error)| error).next(),
            };
        }
    }
    let failed = outcome.failed.into_iter().map(|(_, error)| error);
    let remaining = failed.len() + outcome.unfinished.len() + outcome.not_tried.len();
    let cause = failed.chain(outcome.lock).next();
    Error::Incomplete {
        remaining,
        total: plan.steps.len(),
        interrupted: cause.is_none(),
        cause,
    }
}

/// What was done of a plan and what was not.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    done: Vec<Line>,
    failed: Vec<Line>,
    unfinished: Vec<Line>,
    not_done: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    action: &'static str,
    #[serde(flatten)]
    resource: Resource,
    /// What tells the step from others of the same action on the same resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// An alias moves in several steps where traffic shifts.
fn detail(action: &Action) -> Option<String> {
    match action {
        Action::UpdateStateMachineAlias { target, .. } => target
            .rest
            .map(|rest| format!("{} % to the new version", 100 - rest.weight)),
        _ => None,
    }
}

impl Report {
    fn new(plan: &Plan, outcome: &Outcome) -> Report {
        let line = |step: &Step, error: Option<String>| Line {
            action: step.action.name(),
            resource: step.action.resource(),
            detail: detail(&step.action),
            error,
        };
        let lines = |places: &[usize]| {
            let steps = places.iter().filter_map(|place| plan.steps.get(*place));
            steps.map(|step| line(step, None)).collect()
        };
        let failed = outcome.failed.iter();
        Report {
            done: lines(&outcome.applied),
            failed: failed
                .filter_map(|(place, error)| Some(line(plan.steps.get(*place)?, Some(error.to_string()))))
                .collect(),
            unfinished: lines(&outcome.unfinished),
            not_done: lines(&outcome.not_tried),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let groups = [
            ("done", &self.done),
            ("failed", &self.failed),
            ("unfinished", &self.unfinished),
            ("not done", &self.not_done),
        ];
        let mut separator = "";
        for (word, lines) in groups {
            for line in lines {
                let Line {
                    action,
                    resource,
                    detail,
                    ..
                } = line;
                write!(formatter, "{separator}{word:<10}  {action} {}", resource.name)?;
                if let Some(detail) = detail {
                    write!(formatter, " ({detail})")?;
                }
                separator = "\n";
            }
        }
        Ok(())
    }
}
