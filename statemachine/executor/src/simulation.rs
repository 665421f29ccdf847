//! Drives an execution in virtual time.
//!
//! While a task is in flight the execution's clock follows the wall; when none is, it jumps to the next timer. A wait
//! of a year takes no time, and a real call takes the time it takes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use asl::Json;
use futures_util::StreamExt;
use futures_util::future::{AbortHandle, Abortable, Either, select};
use futures_util::stream::FuturesUnordered;
use jiff::{SignedDuration, Timestamp};

use crate::{Command, Event, Execution, FailedAt, Failure, TaskId, TaskRequest, TimerId};

/// What an execution runs among.
pub trait Surroundings {
    /// Makes the call of a Task state.
    fn call(&self, request: TaskRequest) -> impl Future<Output = Reply> + '_;

    /// Wall time since some fixed moment. Constant where calls take no time.
    fn elapsed(&self) -> Duration;

    /// Is done when this much wall time has passed.
    fn sleep(&self, span: Duration) -> impl Future<Output = ()> + '_;

    /// How the clock goes while no task is in flight.
    fn idle_clock(&self) -> IdleClock {
        IdleClock::Jumps
    }

    /// Called whenever the execution has moved.
    fn observe(&self, _execution: &Execution) {}
}

/// How the clock goes while no task is in flight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IdleClock {
    /// To the next timer at once.
    #[default]
    Jumps,
    /// With the wall: a wait takes as long as it says.
    Waits,
}

/// How a call went.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The name of the worker that took an activity task, if it gave one.
    pub worker_name: Option<Arc<str>>,
    /// The answer of the first call of a `.sync` or `.waitForTaskToken` task.
    pub submitted: Option<Json>,
    /// The end of the task.
    pub answer: Answer,
    /// How long the call took in the execution's time; without it, as long as it did by the wall. For what is itself driven
    /// in virtual time.
    pub took: Option<Duration>,
}

/// The end of a task.
#[derive(Clone, Debug)]
pub enum Answer {
    /// It gave this.
    Succeeded(Json),
    /// It failed.
    Failed(Failure, FailedAt),
    /// It never answers: its timeout, or the execution's, will end it.
    Never,
}

impl Reply {
    /// A result.
    #[must_use]
    pub fn success(output: Json) -> Reply {
        Reply {
            worker_name: None,
            submitted: None,
            answer: Answer::Succeeded(output),
            took: None,
        }
    }

    /// No answer, ever.
    #[must_use]
    pub fn never() -> Reply {
        Reply {
            worker_name: None,
            submitted: None,
            answer: Answer::Never,
            took: None,
        }
    }

    /// An error of the called code or service.
    #[must_use]
    pub fn failure(failure: Failure) -> Reply {
        Reply {
            worker_name: None,
            submitted: None,
            answer: Answer::Failed(failure, FailedAt::Run),
            took: None,
        }
    }
}

/// Runs `execution` to its end. Dropping the future stops the driving; the execution keeps what happened so far.
pub async fn simulate(execution: &mut Execution, surroundings: &impl Surroundings) {
    let mut driver = Driver::new(execution.now(), surroundings);
    loop {
        driver.carry_out(execution.take_commands());
        surroundings.observe(execution);
        if execution.outcome().is_some() {
            return;
        }
        let Some(happened) = driver.next().await else {
            return;
        };
        driver.deliver(execution, happened);
    }
}

type Pending<'a> = Pin<Box<dyn Future<Output = Happened> + 'a>>;

struct Driver<'a, S> {
    surroundings: &'a S,
    /// Calls that have not been looked at. The replies of most mocks and closures are there at the first look.
    made: VecDeque<Made<'a>>,
    pending: FuturesUnordered<Pending<'a>>,
    handles: BTreeMap<TaskId, AbortHandle>,
    timers: BTreeSet<(Timestamp, TimerId)>,
    due: BTreeMap<TimerId, Timestamp>,
    /// Answers that are known and due later.
    later: BTreeMap<(Timestamp, TaskId), Answer>,
    now: Timestamp,
    mark: Duration,
}

struct Made<'a> {
    id: TaskId,
    at: Timestamp,
    call: Pin<Box<dyn Future<Output = Reply> + 'a>>,
}

enum Happened {
    Replied {
        id: TaskId,
        called_at: Timestamp,
        reply: Reply,
    },
    /// A call has no reply yet.
    Started(TaskId),
    /// A call has ended because it was cancelled.
    Cancelled,
    /// Every answer and timer of this moment.
    Due(Timestamp),
}

impl<'a, S: Surroundings> Driver<'a, S> {
    fn new(now: Timestamp, surroundings: &'a S) -> Driver<'a, S> {
        Driver {
            surroundings,
            made: VecDeque::new(),
            pending: FuturesUnordered::new(),
            handles: BTreeMap::new(),
            timers: BTreeSet::new(),
            due: BTreeMap::new(),
            later: BTreeMap::new(),
            now,
            mark: surroundings.elapsed(),
        }
    }

    fn carry_out(&mut self, commands: Vec<Command>) {
        for command in commands {
            match command {
                Command::ScheduleTask(request) => self.call(request),
                Command::StartTimer { id, at } => {
                    self.timers.insert((at, id));
                    self.due.insert(id, at);
                }
                Command::CancelTimer(id) => self.forget_timer(id),
                Command::CancelTask(id) => {
                    self.made.retain(|made| made.id != id);
                    if let Some(handle) = self.handles.remove(&id) {
                        handle.abort();
                    }
                    self.later.retain(|(_, task), _| *task != id);
                }
            }
        }
    }

    fn call(&mut self, request: TaskRequest) {
        if !self.is_calling() {
            self.mark = self.surroundings.elapsed();
        }
        self.made.push_back(Made {
            id: request.id,
            at: request.at,
            call: Box::pin(self.surroundings.call(request)),
        });
    }

    fn is_calling(&self) -> bool {
        !self.made.is_empty() || !self.pending.is_empty()
    }

    fn forget_timer(&mut self, id: TimerId) {
        if let Some(at) = self.due.remove(&id) {
            self.timers.remove(&(at, id));
        }
    }

    /// What happens next; nothing where nothing ever will.
    async fn next(&mut self) -> Option<Happened> {
        if let Some(looked) = self.look().await {
            return Some(looked);
        }
        let timer = self.timers.first().map(|(at, _)| *at);
        let answer = self.later.first_key_value().map(|((at, _), _)| *at);
        let timer = timer.into_iter().chain(answer).min();
        let follows_wall = !self.pending.is_empty() || self.surroundings.idle_clock() == IdleClock::Waits;
        match timer {
            Some(at) if !follows_wall => {
                self.now = self.now.max(at);
                Some(Happened::Due(at))
            }
            Some(at) => Some(self.call_or_timer(at).await),
            None => {
                let happened = self.pending.next().await;
                self.follow_wall();
                happened
            }
        }
    }

    /// Looks at the next call that was made: it has its reply, or becomes pending.
    async fn look(&mut self) -> Option<Happened> {
        let Made { id, at, mut call } = self.made.pop_front()?;
        if let Poll::Ready(reply) = poll_fn(|context| Poll::Ready(call.as_mut().poll(context))).await {
            self.follow_wall();
            return Some(replied(id, at, reply));
        }
        let (handle, registration) = AbortHandle::new_pair();
        self.handles.insert(id, handle);
        let call = Abortable::new(call, registration);
        self.pending.push(Box::pin(async move {
            let reply = call.await;
            reply.map_or(Happened::Cancelled, |reply| replied(id, at, reply))
        }));
        Some(Happened::Started(id))
    }

    async fn call_or_timer(&mut self, at: Timestamp) -> Happened {
        self.follow_wall();
        let left = Duration::try_from(at.duration_since(self.now)).unwrap_or_default();
        let sleep = pin!(self.surroundings.sleep(left));
        if self.pending.is_empty() {
            sleep.await;
            return self.fire(at);
        }
        match select(self.pending.next(), sleep).await {
            Either::Left((happened, _)) => {
                self.follow_wall();
                happened.unwrap_or(Happened::Cancelled)
            }
            Either::Right(_) => self.fire(at),
        }
    }

    fn fire(&mut self, at: Timestamp) -> Happened {
        self.follow_wall();
        self.now = self.now.max(at);
        Happened::Due(at)
    }

    fn follow_wall(&mut self) {
        let elapsed = self.surroundings.elapsed();
        let passed = elapsed.saturating_sub(self.mark);
        self.mark = elapsed;
        self.now = later(self.now, passed);
    }

    fn deliver(&mut self, execution: &mut Execution, happened: Happened) {
        match happened {
            Happened::Started(id) => execution.handle(Event::TaskStarted { id, worker_name: None }, self.now),
            Happened::Cancelled => {}
            Happened::Due(at) => {
                let due: Vec<TimerId> = self
                    .timers
                    .iter()
                    .take_while(|(due, _)| *due == at)
                    .map(|(_, id)| *id)
                    .collect();
                due.iter().for_each(|id| self.forget_timer(*id));
                let timers = due.into_iter().map(|id| Event::TimerFired { id });
                let answers = self.answers_until(at);
                execution.handle_all(answers.into_iter().chain(timers), self.now);
            }
            Happened::Replied { id, called_at, reply } => {
                self.handles.remove(&id);
                let worker_name = reply.worker_name;
                if !matches!(reply.answer, Answer::Failed(_, FailedAt::Schedule | FailedAt::Start)) {
                    execution.handle(Event::TaskStarted { id, worker_name }, self.now);
                }
                if let Some(output) = reply.submitted {
                    execution.handle(Event::TaskSubmitted { id, output }, self.now);
                }
                match reply
                    .took
                    .map(|took| later(called_at, took))
                    .filter(|at| *at > self.now)
                {
                    Some(at) => {
                        self.later.insert((at, id), reply.answer);
                    }
                    None => execution.handle_all(ended(id, reply.answer), self.now),
                }
            }
        }
    }

    fn answers_until(&mut self, now: Timestamp) -> Vec<Event> {
        let mut events = Vec::new();
        while let Some(entry) = self.later.first_entry()
            && entry.key().0 <= now
        {
            let ((_, id), answer) = entry.remove_entry();
            events.extend(ended(id, answer));
        }
        events
    }
}

fn replied(id: TaskId, called_at: Timestamp, reply: Reply) -> Happened {
    Happened::Replied { id, called_at, reply }
}

fn ended(id: TaskId, answer: Answer) -> Option<Event> {
    match answer {
        Answer::Succeeded(output) => Some(Event::TaskSucceeded { id, output }),
        Answer::Failed(failure, at) => Some(Event::TaskFailed { id, failure, at }),
        Answer::Never => None,
    }
}

fn later(time: Timestamp, span: Duration) -> Timestamp {
    let span = SignedDuration::try_from(span).unwrap_or(SignedDuration::MAX);
    crate::time::later(time, span)
}
