//! An execution on AWS, followed to its end.

use std::{collections::BTreeMap, fmt, time::Duration};

use asl::Json;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Context, session::Session};
use crate::{
    aws::{self, Execution, ExecutionStatus, HistoryEvent, UNSEEN},
    error::{Error, Exit},
    history::{self, Teller},
    interrupt::{self, Interrupted},
    output::{Spinner, Verbosity},
};

/// How long it is waited for more after there was something new.
const SOON: Duration = Duration::from_millis(400);

/// How long it is waited for more at most. AWS lets an account read histories 20 times in a second, and not only this
/// one.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>
const LATEST: Duration = Duration::from_secs(2);

/// An execution that is followed.
pub(super) struct Followed<'a> {
    execution_arn: &'a str,
    teller: Teller,
    /// The last event that was told.
    last: u64,
    /// How often it was redriven.
    redrives: i32,
}

impl<'a> Followed<'a> {
    /// One that was just started.
    pub(super) fn new(execution_arn: &'a str, teller: Teller) -> Followed<'a> {
        Followed {
            execution_arn,
            teller,
            last: 0,
            redrives: 0,
        }
    }

    /// One that goes on after all that is in `history`, of which nothing is told again.
    pub(super) fn again(execution_arn: &'a str, history: &[HistoryEvent], redrives: i32) -> Followed<'a> {
        let events: Vec<history::Event> = history.iter().map(history::Event::from).collect();
        let mut teller = Teller::new(history::width(history::states(&events)), None);
        for event in &events {
            teller.tell(event.clone());
        }
        Followed {
            execution_arn,
            teller,
            last: events.last().map_or(0, |event| event.id),
            redrives,
        }
    }
}

/// Tells the states of an execution as they happen, and prints its result. At Ctrl-C it is left to run.
pub(super) async fn to_end(context: &Context<'_>, session: &Session, followed: Followed<'_>) -> Result<Exit, Error> {
    let arn = followed.execution_arn;
    match interrupt::or_interrupted(wait(context, session, followed)).await {
        Ok(Ok(execution)) => {
            let ended = EndResult(execution);
            context.output.reporter().event(&ended.line());
            context.output.print_result(&ended)?;
            Ok(ended.exit())
        }
        Ok(Err(aws::Error::Interrupted)) | Err(_) => {
            let help = format!("`stepwright history {arn}` shows it, `stepwright stop {arn}` stops it");
            context.output.reporter().warning("the execution goes on", Some(&help));
            Err(Error::Interrupted(Interrupted))
        }
        Ok(Err(error)) => Err(Error::Aws(error)),
    }
}

async fn wait(context: &Context<'_>, session: &Session, followed: Followed<'_>) -> Result<Execution, aws::Error> {
    let (arn, redrives) = (followed.execution_arn, followed.redrives);
    let reporter = context.output.reporter();
    // Of what nobody reads nothing is asked for.
    if reporter.verbosity() > Verbosity::Quiet
        && let Err(error) = tell(context, session, followed).await
    {
        if !error.is_unavailable() {
            return Err(error);
        }
        let help = error.help();
        reporter.warning("states are not shown: the history cannot be read", help.as_deref());
    }
    aws::wait(&session.cloud, arn, redrives).await
}

/// Tells the states until the history has an end.
async fn tell(context: &Context<'_>, session: &Session, mut followed: Followed<'_>) -> Result<(), aws::Error> {
    let reporter = context.output.reporter();
    let spinner: Spinner = reporter.spinner();
    let mut backlog = Backlog::after(followed.last);
    let (mut unseen, mut delay, mut has_ended) = (Duration::ZERO, SOON, false);
    loop {
        match aws::history_since(&session.cloud, followed.execution_arn, backlog.last).await {
            Ok(news) => backlog.add(news),
            Err(error) if error.is_not_found() && unseen < UNSEEN => unseen += delay,
            Err(error) => return Err(error),
        }
        let is_calm = delay == LATEST;
        delay = (delay * 3 / 2).min(LATEST);
        while let Some(event) = backlog.next() {
            if let Some(told) = followed.teller.tell((&event).into()) {
                reporter.event(&told);
            }
            if event.is_end() {
                return Ok(());
            }
            delay = SOON;
        }
        if has_ended {
            return Ok(());
        }
        has_ended = is_calm && delay == LATEST && is_over(session, &followed).await?;
        spinner.message(followed.teller.running());
        session.cloud.pause(delay).await?;
    }
}

/// Whether an execution has ended of whose end the history has nothing yet.
async fn is_over(session: &Session, followed: &Followed<'_>) -> Result<bool, aws::Error> {
    match aws::describe(&session.cloud, followed.execution_arn).await {
        Ok(found) => Ok(!found.status.is_under_way() && found.redrive_count >= followed.redrives),
        Err(error) if error.is_not_found() => Ok(false),
        Err(error) => Err(error),
    }
}

/// Events that are read more than once and not always in order: AWS's answers may be those of a moment ago.
struct Backlog {
    /// The last event that was given.
    last: u64,
    events: BTreeMap<u64, HistoryEvent>,
}

impl Backlog {
    fn after(last: u64) -> Backlog {
        Backlog {
            last,
            events: BTreeMap::new(),
        }
    }

    fn add(&mut self, events: Vec<HistoryEvent>) {
        let new = events.into_iter().filter(|event| event.id > self.last);
        self.events.extend(new.map(|event| (event.id, event)));
    }

    /// The event after the last one, if it is there.
    fn next(&mut self) -> Option<HistoryEvent> {
        let next = self.events.remove(&(self.last + 1))?;
        self.last = next.id;
        Some(next)
    }
}

/// The names of all states in a definition.
pub(super) fn state_names(definition: &Json) -> Vec<&str> {
    let mut names = Vec::new();
    let mut within = vec![definition];
    while let Some(json) = within.pop() {
        match json {
            Json::Object(object) => {
                if let Some(Json::Object(states)) = object.get("States") {
                    names.extend(states.iter().map(|(name, _)| &**name));
                }
                within.extend(object.iter().map(|(_, value)| value));
            }
            Json::Array(items) => within.extend(items.items()),
            _ => {}
        }
    }
    names
}

/// An execution that has ended: its output, or its error and cause.
#[derive(Serialize)]
pub(super) struct EndResult(pub(super) Execution);

impl EndResult {
    pub(super) fn exit(&self) -> Exit {
        match self.0.status {
            ExecutionStatus::Succeeded => Exit::Ok,
            _ => Exit::Unsuccessful,
        }
    }

    /// How it ended, for people who watch.
    fn line(&self) -> history::Ended<'_> {
        let execution = &self.0;
        history::Ended {
            name: &execution.name,
            status: execution.status.as_str(),
            duration: history::in_milliseconds(execution.duration()),
            seed: None,
            failure: execution
                .error
                .as_deref()
                .map(|error| (error, execution.cause.as_deref().unwrap_or_default())),
            reason: None,
            running: String::new(),
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
            // DescribeExecution shows no error of an execution that timed out; people want one.
            (ExecutionStatus::TimedOut, _) => json!({ "Error": "States.Timeout" }),
            _ => {
                let error = error.clone().unwrap_or_else(|| status.to_string());
                let cause = cause.iter().map(|cause| ("Cause", cause.clone()));
                let parts = [("Error", error)].into_iter().chain(cause);
                Value::from_iter(parts.map(|(name, part)| (name.to_owned(), part)))
            }
        }
    }
}

impl fmt::Display for EndResult {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:#}", self.result())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(reads: &[&[u64]], expected: &[u64]) {
        let event = |id: &u64| HistoryEvent::of_tests(*id);
        let mut backlog = Backlog::after(2);
        let mut told = Vec::new();
        for read in reads {
            backlog.add(read.iter().map(event).collect());
            told.extend(std::iter::from_fn(|| backlog.next()).map(|event| event.id));
        }
        assert_eq!(told, expected, "{reads:?}");
    }

    #[test]
    fn every_event_is_told_once_and_after_the_one_before() {
        check(&[&[3, 4], &[5]], &[3, 4, 5]);
        check(&[&[1, 2, 3], &[3, 4], &[]], &[3, 4]);
        check(&[&[4, 5], &[3], &[6]], &[3, 4, 5, 6]);
        check(&[&[5, 3], &[3], &[4]], &[3, 4, 5]);
        check(&[&[4]], &[]);
    }

    #[test]
    fn the_states_of_a_definition_are_those_in_branches_too() {
        let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Parallel", "Branches": [{"States": {"B": {}}}]},
            "C": {"ItemProcessor": {"States": {"D": {}}}}}}"#;
        let definition: Json = definition.parse().unwrap_or_default();
        let mut names = state_names(&definition);
        names.sort_unstable();
        assert_eq!(names, ["A", "B", "C", "D"]);
    }
}
