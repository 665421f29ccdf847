//! A random world around an execution: tasks that succeed, fail, beat, are late or never answer, and a clock.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use asl::Json;
use executor::{Command, Event, Execution, FailedAt, Failure, Program, Start, TaskId, TimerId, Workflow};
use jiff::{SignedDuration, Timestamp};

use crate::broken::require;
use crate::definition::ERRORS;
use crate::{Broken, Dice, check_history, data};

/// After so many steps somebody stops the execution.
const MOST_STEPS: usize = 150;

const STARTED_AT: Timestamp = Timestamp::constant(1_767_225_600, 0);

/// What happened to an execution at one moment.
#[derive(Clone, Debug)]
pub struct Step {
    /// The events, all of the same moment.
    pub events: Vec<Event>,
    /// When.
    pub now: Timestamp,
}

/// An execution from its start to its end.
#[derive(Debug)]
pub struct Life {
    /// What it ran.
    pub program: Arc<Program>,
    /// When it started.
    pub started_at: Timestamp,
    /// What happened to it.
    pub steps: Vec<Step>,
    /// As it was in the end.
    pub execution: Execution,
}

/// What an execution is started with: a random input and seed.
pub fn start(dice: &mut Dice<'_>, workflow: Workflow) -> Start {
    Start {
        execution_arn: "arn:aws:states:us-east-1:111111111111:execution:machine:run".into(),
        execution_name: "run".into(),
        state_machine_arn: "arn:aws:states:us-east-1:111111111111:stateMachine:machine".into(),
        state_machine_name: "machine".into(),
        role_arn: "arn:aws:iam::111111111111:role/role".into(),
        region: "us-east-1".into(),
        workflow,
        input: data::input(dice),
        seed: dice.seed(),
    }
}

/// Runs an execution in a random world to its end.
///
/// # Errors
/// A law that it broke on the way.
pub fn live(dice: &mut Dice<'_>, program: &Arc<Program>, start: Start) -> Result<Life, Broken> {
    let mut life = Life {
        program: Arc::clone(program),
        started_at: STARTED_AT,
        steps: Vec::new(),
        execution: Execution::new(Arc::clone(program), start, STARTED_AT),
    };
    let mut world = World::new();
    loop {
        world.carry_out(life.execution.take_commands())?;
        world.check(&life.execution)?;
        if life.execution.outcome().is_some() {
            check_history(&life.execution)?;
            return Ok(life);
        }
        let events = match life.steps.len() {
            MOST_STEPS.. => vec![Event::Stop(Failure::new("Stopped", "it took too long"))],
            _ => world.events(dice),
        };
        let step = Step { events, now: world.now };
        life.execution.handle_all(step.events.clone(), step.now);
        life.steps.push(step);
    }
}

struct World {
    now: Timestamp,
    tasks: BTreeSet<TaskId>,
    timers: BTreeMap<TimerId, Timestamp>,
    /// The timer that ends the execution.
    limit: Option<TimerId>,
    /// What was delivered in the last step; it may cross with its being cancelled.
    delivered: Vec<Event>,
    /// What nobody waits for any more.
    stale: Vec<Event>,
    most_recent_task: Option<TaskId>,
    most_recent_timer: Option<TimerId>,
}

impl World {
    fn new() -> World {
        World {
            now: STARTED_AT,
            tasks: BTreeSet::new(),
            timers: BTreeMap::new(),
            limit: None,
            delivered: Vec::new(),
            stale: Vec::new(),
            most_recent_task: None,
            most_recent_timer: None,
        }
    }

    /// Takes the commands in; they may only begin what is new and cancel what is pending.
    fn carry_out(&mut self, commands: Vec<Command>) -> Result<(), Broken> {
        for command in commands {
            match command {
                Command::ScheduleTask(request) => {
                    let is_new = self.most_recent_task.replace(request.id) < Some(request.id);
                    require(is_new, || format!("{:?} was scheduled before", request.id))?;
                    self.tasks.insert(request.id);
                }
                Command::StartTimer { id, at } => {
                    let is_new = self.most_recent_timer.replace(id) < Some(id);
                    require(is_new, || format!("{id:?} was started before"))?;
                    require(at >= self.now, || format!("{id:?} is due at {at}, before {}", self.now))?;
                    self.limit.get_or_insert(id);
                    self.timers.insert(id, at);
                }
                Command::CancelTask(id) => {
                    let pending = self.tasks.remove(&id) || self.delivered.iter().any(|event| ends(event, id));
                    require(pending, || format!("{id:?} was cancelled and is not pending"))?;
                    self.stale.push(Event::TaskSucceeded { id, output: Json::Null });
                }
                Command::CancelTimer(id) => {
                    let crossed = |event: &Event| matches!(event, Event::TimerFired { id: fired } if *fired == id);
                    let pending = self.timers.remove(&id).is_some() || self.delivered.iter().any(crossed);
                    require(pending, || format!("{id:?} was cancelled and is not pending"))?;
                    self.stale.push(Event::TimerFired { id });
                }
            }
        }
        Ok(())
    }

    /// An execution that runs waits for something; one that has ended does not.
    fn check(&self, execution: &Execution) -> Result<(), Broken> {
        let timers = self.timers.keys().filter(|id| Some(**id) != self.limit).count();
        match execution.outcome() {
            None => require(self.tasks.len() + timers > 0, || "it waits for nothing".to_owned()),
            Some(_) => require(self.tasks.is_empty() && self.timers.is_empty(), || {
                format!("it has ended and {:?} {:?} are pending", self.tasks, self.timers)
            }),
        }
    }

    /// What happens next.
    fn events(&mut self, dice: &mut Dice<'_>) -> Vec<Event> {
        let events = match dice.below(16) {
            8..=11 => self.fire(dice),
            12 => self.repeat(dice),
            13 => (0..2).flat_map(|_| self.answer(dice)).collect(),
            14 => self.pass_time(dice),
            15 if dice.once_in(8) => vec![Event::Stop(failure(dice))],
            _ => self.answer(dice),
        };
        let events = if events.is_empty() { self.fire_first() } else { events };
        self.stale.extend(events.iter().cloned());
        self.delivered.clone_from(&events);
        events
    }

    /// Something about a task that is pending.
    fn answer(&mut self, dice: &mut Dice<'_>) -> Vec<Event> {
        let place = dice.below(self.tasks.len().min(256));
        let Some(id) = self.tasks.iter().nth(place).copied() else {
            return Vec::new();
        };
        let event = match dice.below(12) {
            6..=8 => Event::TaskFailed {
                id,
                failure: failure(dice),
                at: dice.pick(&[
                    FailedAt::Run,
                    FailedAt::Schedule,
                    FailedAt::Start,
                    FailedAt::Submit,
                    FailedAt::TimedOut,
                ]),
            },
            9 => return vec![Event::TaskHeartbeat { id }],
            10 => {
                let output = data::json(dice, 1);
                return vec![Event::TaskSubmitted { id, output }];
            }
            11 => {
                let worker_name = dice.once_in(2).then(|| "worker".into());
                return vec![Event::TaskStarted { id, worker_name }];
            }
            _ => Event::TaskSucceeded {
                id,
                output: match dice.below(200) {
                    0..=170 => data::input(dice),
                    171..=198 => data::json(dice, 3),
                    _ => data::large(dice),
                },
            },
        };
        self.tasks.remove(&id);
        vec![event]
    }

    /// The timers that are due next. Where tasks are pending the execution seldom runs into its own limit.
    fn fire(&mut self, dice: &mut Dice<'_>) -> Vec<Event> {
        let first = self.timers.iter().min_by_key(|(_, at)| **at).map(|(id, _)| *id);
        if first == self.limit && !self.tasks.is_empty() && !dice.once_in(16) {
            return self.answer(dice);
        }
        self.fire_first()
    }

    fn fire_first(&mut self) -> Vec<Event> {
        let Some(at) = self.timers.values().min().copied() else {
            return Vec::new();
        };
        self.now = self.now.max(at);
        let due: Vec<TimerId> = self
            .timers
            .iter()
            .filter(|(_, due)| **due == at)
            .map(|(id, _)| *id)
            .collect();
        self.timers.retain(|_, due| *due != at);
        due.into_iter().map(|id| Event::TimerFired { id }).collect()
    }

    /// What has happened before, or was cancelled, happens again, too late.
    fn repeat(&mut self, dice: &mut Dice<'_>) -> Vec<Event> {
        let place = dice.below(self.stale.len().min(256));
        let stale = self.stale.get(place).cloned();
        let is_over = |event: &Event| !matches!(event, Event::Stop(_));
        stale.into_iter().filter(is_over).collect()
    }

    fn pass_time(&mut self, dice: &mut Dice<'_>) -> Vec<Event> {
        let span = SignedDuration::from_millis(dice.pick(&[1, 999, 20_000]));
        let due = self.timers.values().min().copied().unwrap_or(self.now);
        self.now = self.now.checked_add(span).unwrap_or(self.now).min(due).max(self.now);
        self.answer(dice)
    }
}

fn failure(dice: &mut Dice<'_>) -> Failure {
    let mut failure = Failure::new(dice.pick(&ERRORS), "because");
    if dice.once_in(8) {
        failure.cause = None;
    }
    if dice.once_in(16) {
        failure.error = None;
    }
    failure
}

/// Whether `event` is the end of the task `id`.
fn ends(event: &Event, id: TaskId) -> bool {
    match event {
        Event::TaskSucceeded { id: ended, .. } | Event::TaskFailed { id: ended, .. } => *ended == id,
        _ => false,
    }
}
