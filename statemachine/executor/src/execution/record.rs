//! Writing history, and ending the execution.

use crate::branch::BranchKey;
use crate::context::Context;
use crate::failure::{RUNTIME, TIMEOUT};
use crate::history::EventDetails;
use crate::program::Node;
use crate::{Command, Execution, Failure, Outcome, Workflow};

/// The most events the history of a Standard workflow may have; the last one says so.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>
const EVENT_LIMIT: usize = 25_000;

/// Express workflows have no such limit, but five minutes, into which a loop without an end runs on AWS. No time passes
/// here while states do not wait, so that many events count for five minutes.
const EXPRESS_EVENT_LIMIT: usize = 1_000_000;

impl Execution {
    /// Appends an event to `key`'s chain; what follows in this branch points to it.
    pub(crate) fn record(&mut self, key: BranchKey, details: EventDetails) -> u64 {
        let id = self.record_aside(key, details);
        if let Some(branch) = self.branches.get_mut(&key) {
            branch.last_event = id;
        }
        id
    }

    /// Appends an event that points into `key`'s chain without becoming part of it.
    pub(crate) fn record_aside(&mut self, key: BranchKey, details: EventDetails) -> u64 {
        let previous = self.branches.get(&key).map_or(0, |branch| branch.last_event);
        self.record_after(previous, details)
    }

    /// Appends an event after the event `previous`.
    pub(crate) fn record_after(&mut self, previous: u64, details: EventDetails) -> u64 {
        if self.outcome.is_some() {
            return previous;
        }
        match self.start.workflow {
            Workflow::Standard if self.history.len() + 1 >= EVENT_LIMIT => self.fail_at_limit(previous),
            Workflow::Express if self.history.len() + 1 >= EXPRESS_EVENT_LIMIT => self.time_out(),
            _ => return self.history.append(previous, self.now, details),
        }
        previous
    }

    fn fail_at_limit(&mut self, previous: u64) {
        let cause = format!("The execution reached the maximum number of history events ({EVENT_LIMIT}).");
        self.fail(previous, Failure::new(RUNTIME, cause));
    }

    pub(crate) fn succeed(&mut self, previous: u64, output: asl::Json) {
        let details = EventDetails::ExecutionSucceeded { output: output.clone() };
        self.end(previous, details, Outcome::Succeeded(output));
    }

    pub(crate) fn fail(&mut self, previous: u64, failure: Failure) {
        let details = EventDetails::ExecutionFailed(failure.clone());
        self.end(previous, details, Outcome::Failed(failure));
    }

    pub(crate) fn time_out(&mut self) {
        let failure = Failure {
            error: Some(TIMEOUT.into()),
            cause: None,
        };
        let previous = self.root_event();
        self.end(previous, EventDetails::ExecutionTimedOut(failure), Outcome::TimedOut);
    }

    pub(crate) fn abort(&mut self, failure: Failure) {
        let previous = self.root_event();
        self.end(
            previous,
            EventDetails::ExecutionAborted(failure.clone()),
            Outcome::Aborted(failure),
        );
    }

    fn root_event(&self) -> u64 {
        self.branches.values().next().map_or(0, |branch| branch.last_event)
    }

    fn end(&mut self, previous: u64, details: EventDetails, outcome: Outcome) {
        if self.outcome.is_some() {
            return;
        }
        self.history.append(previous, self.now, details);
        self.outcome = Some(outcome);
        let tasks = std::mem::take(&mut self.tasks).into_keys().map(Command::CancelTask);
        let timers = std::mem::take(&mut self.timers).into_keys().map(Command::CancelTimer);
        self.commands.extend(tasks.chain(timers));
        self.ready.clear();
        self.branches.clear();
    }

    /// The state `key` is in, and the Context Object as it is there.
    pub(crate) fn context<'a>(&'a self, key: BranchKey, node: &'a Node) -> Option<Context<'a>> {
        let branch = self.branches.get(&key)?;
        Some(Context {
            start: &self.start,
            started_at: self.started_at,
            state: &node.state,
            visit: &branch.visit,
            item: branch.item.as_deref(),
            built: std::cell::OnceCell::new(),
        })
    }
}
