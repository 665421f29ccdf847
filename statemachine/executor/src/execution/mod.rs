//! The state of one execution, and how events change it.

mod children;
mod events;
mod failing;
mod outcome;
mod record;
mod run;
mod scope;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use asl::{Json, Resource};
use jiff::Timestamp;

pub(crate) use children::{all_succeeded, end_children};
pub use outcome::{Outcome, Status};
pub(crate) use run::Step;
pub(crate) use scope::{Seen, with_scope};

use crate::branch::{Branch, BranchKey};
use crate::chance::Chance;
use crate::history::EventDetails;
use crate::time;
use crate::{Command, Event, History, Program, TaskId, TimerId};

/// Which kind of workflow it is.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Workflow {
    /// Up to a year.
    #[default]
    Standard,
    /// Up to five minutes.
    Express,
}

/// What an execution is started with.
#[derive(Clone, Debug)]
pub struct Start {
    /// The execution's ARN.
    pub execution_arn: Arc<str>,
    /// The execution's name.
    pub execution_name: Arc<str>,
    /// The state machine's ARN.
    pub state_machine_arn: Arc<str>,
    /// The state machine's name.
    pub state_machine_name: Arc<str>,
    /// The role the machine runs as.
    pub role_arn: Arc<str>,
    /// The region of the machine.
    pub region: Arc<str>,
    /// The kind of workflow.
    pub workflow: Workflow,
    /// The input.
    pub input: Json,
    /// What all chance comes from.
    pub seed: u64,
}

/// One execution.
#[derive(Clone, Debug)]
pub struct Execution {
    pub(crate) program: Arc<Program>,
    pub(crate) start: Start,
    pub(crate) started_at: Timestamp,
    /// The time of the event that is being handled.
    pub(crate) now: Timestamp,
    pub(crate) chance: Chance,
    history: History,
    /// Boxed, because a map makes room for several at once, and most executions have one.
    branches: BTreeMap<BranchKey, Box<Branch>>,
    ready: VecDeque<BranchKey>,
    tasks: BTreeMap<TaskId, BranchKey>,
    timers: BTreeMap<TimerId, Timer>,
    commands: Vec<Command>,
    next_id: u64,
    outcome: Option<Outcome>,
}

/// What a timer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timer {
    Execution,
    Timeout(BranchKey),
    Heartbeat(BranchKey),
    Wait(BranchKey),
    Backoff(BranchKey),
}

/// The longest a Standard execution may run: a year.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>
const STANDARD_SECONDS: u64 = 31_536_000;
/// The longest an Express execution may run: five minutes.
const EXPRESS_SECONDS: u64 = 300;

impl Execution {
    /// Starts an execution and runs it until it waits for something.
    #[must_use]
    pub fn new(program: Arc<Program>, start: Start, now: Timestamp) -> Execution {
        let mut execution = Execution::at_start(program, start, now);
        execution.run_ready();
        execution
    }

    /// Starts an execution that does nothing before its first [`step`](Execution::step).
    #[must_use]
    pub fn at_start(program: Arc<Program>, start: Start, now: Timestamp) -> Execution {
        let mut execution = Execution {
            chance: Chance::from_seed(start.seed),
            program,
            start,
            started_at: now,
            now,
            history: History::default(),
            branches: BTreeMap::new(),
            ready: VecDeque::new(),
            tasks: BTreeMap::new(),
            timers: BTreeMap::new(),
            commands: Vec::new(),
            next_id: 0,
            outcome: None,
        };
        execution.begin();
        execution
    }

    /// Takes in what happened. An answer nobody waits for any more is ignored.
    pub fn handle(&mut self, event: Event, now: Timestamp) {
        self.handle_all([event], now);
    }

    /// Takes in what happened at the same moment: all of it is on record before any of it has consequences.
    pub fn handle_all(&mut self, events: impl IntoIterator<Item = Event>, now: Timestamp) {
        self.take_in(events, now);
        self.run_ready();
    }

    /// Takes in what happened at the same moment; what follows from it is done by [`step`](Execution::step).
    pub fn take_in(&mut self, events: impl IntoIterator<Item = Event>, now: Timestamp) {
        for event in events {
            if self.outcome.is_some() {
                return;
            }
            self.now = now;
            events::handle(self, event);
        }
    }

    /// Does the work of one state, or of none where everything waits. Whether there was anything to do.
    pub fn step(&mut self) -> bool {
        let Some(key) = self.ready.pop_front() else {
            return false;
        };
        if run::advance(self, key) && self.outcome.is_none() {
            // A branch goes on until it waits: the order of events is that of AWS.
            self.ready.push_front(key);
        }
        true
    }

    /// What is to be done since the last call, in order.
    pub fn take_commands(&mut self) -> Vec<Command> {
        std::mem::take(&mut self.commands)
    }

    /// What happened so far.
    #[must_use]
    pub fn history(&self) -> &History {
        &self.history
    }

    /// How it ended, once it has.
    #[must_use]
    pub fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }

    /// What it runs.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// What it was started with.
    #[must_use]
    pub fn start(&self) -> &Start {
        &self.start
    }

    /// When it started.
    #[must_use]
    pub fn started_at(&self) -> Timestamp {
        self.started_at
    }

    /// The time of the last event.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    fn begin(&mut self) {
        let details = EventDetails::ExecutionStarted {
            input: self.start.input.clone(),
            role_arn: self.start.role_arn.clone(),
        };
        self.history.append(0, self.now, details);
        let longest = match self.start.workflow {
            Workflow::Standard => STANDARD_SECONDS,
            Workflow::Express => EXPRESS_SECONDS,
        };
        let limit = self
            .program
            .timeout_seconds
            .map_or(longest, |seconds| seconds.min(longest));
        self.start_timer(limit, Timer::Execution);
        let input = self.start.input.clone();
        self.add_branch(None, 0, self.program.start, input, None);
    }

    fn run_ready(&mut self) {
        while self.step() {}
    }

    pub(crate) fn start_timer(&mut self, seconds: u64, timer: Timer) -> TimerId {
        self.start_timer_at(time::later(self.now, time::seconds(seconds)), timer)
    }

    pub(crate) fn start_timer_at(&mut self, at: Timestamp, timer: Timer) -> TimerId {
        let id = TimerId(self.new_id());
        if self.outcome.is_none() {
            self.timers.insert(id, timer);
            self.commands.push(Command::StartTimer { id, at });
        }
        id
    }

    pub(crate) fn cancel_timer(&mut self, id: TimerId) {
        if self.timers.remove(&id).is_some() {
            self.commands.push(Command::CancelTimer(id));
        }
    }

    pub(crate) fn schedule(&mut self, key: BranchKey, call: Call) -> TaskId {
        let id = TaskId(self.new_id());
        if self.outcome.is_some() {
            return id;
        }
        let number = self.count_call(key);
        self.tasks.insert(id, key);
        self.commands.push(Command::ScheduleTask(crate::TaskRequest {
            id,
            at: self.now,
            state: call.state,
            resource: call.resource,
            arguments: call.arguments,
            retry_count: call.retry_count,
            call: number,
            token: call.token,
            request_id: self.chance.uuid().into(),
        }));
        id
    }

    /// The number of this call of the state `key` is in, from 0.
    fn count_call(&mut self, key: BranchKey) -> u64 {
        let Some(state) = self.branches.get(&key).map(|branch| branch.visit.state) else {
            return 0;
        };
        let mut owner = key;
        while let Some(branch) = self.branches.get(&owner)
            && let Some(parent) = branch.parent
            && !branch.is_iteration
        {
            owner = parent.key;
        }
        let Some(branch) = self.branches.get_mut(&owner) else {
            return 0;
        };
        let calls = branch.calls.entry(state).or_default();
        *calls += 1;
        *calls - 1
    }

    pub(crate) fn cancel_task(&mut self, id: TaskId) {
        if self.tasks.remove(&id).is_some() {
            self.commands.push(Command::CancelTask(id));
        }
    }

    fn new_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }
}

/// A call a state wants made.
pub(crate) struct Call {
    pub(crate) state: Arc<str>,
    pub(crate) resource: Resource,
    pub(crate) arguments: Json,
    pub(crate) retry_count: u64,
    pub(crate) token: Option<Arc<str>>,
}
