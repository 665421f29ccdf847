use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::{AbortHandle, Abortable, Either, select};
use futures_util::stream::FuturesUnordered;
use jiff::{SignedDuration, Timestamp};

use super::held::{Around, Held, Run, RunId, Waiter};
use super::{Answer, Awaited, IdleClock, Nested, Reply, Surroundings};
use crate::{Command, Event, Execution, FailedAt, Failure, TaskId, TaskRequest, TimerId};

/// The execution that is simulated; those that tasks start follow.
const MAIN: RunId = 0;

/// A task of one of the executions.
type Task = (RunId, TaskId);

type Pending<'a> = Pin<Box<dyn Future<Output = Option<Replied>> + 'a>>;

pub(super) struct Driver<'a, S> {
    /// Without those that have ended.
    runs: BTreeMap<RunId, Run<'a, S>>,
    /// Those that have something to do now.
    moved: VecDeque<RunId>,
    next_run: RunId,
    /// Calls that have not been looked at. The replies of most mocks and closures are there at the first look.
    made: VecDeque<Made<'a, S>>,
    pending: FuturesUnordered<Pending<'a>>,
    handles: BTreeMap<Task, AbortHandle>,
    timers: BTreeSet<(Timestamp, RunId, TimerId)>,
    due: BTreeMap<(RunId, TimerId), Timestamp>,
    /// Answers that are known and due later.
    later: BTreeMap<(Timestamp, Task), Answer>,
    now: Timestamp,
    mark: Duration,
    /// Those of the main execution, which have the clock.
    surroundings: &'a S,
}

struct Made<'a, S> {
    task: Task,
    at: Timestamp,
    work: Work<'a, S>,
}

/// What a task does.
enum Work<'a, S> {
    Call(Pin<Box<dyn Future<Output = Reply> + 'a>>),
    Start(Box<Nested<S>>),
}

/// What is delivered to executions.
pub(super) enum Happened<S> {
    Replied(Replied),
    /// A call has no reply yet.
    Started(Task),
    /// A task starts an execution.
    Begun(Task, Box<Nested<S>>),
    /// A call has ended because it was cancelled.
    Cancelled,
    /// Every answer and timer of this moment.
    Due(Timestamp),
}

pub(super) struct Replied {
    task: Task,
    called_at: Timestamp,
    reply: Reply,
}

impl<'a, S: Surroundings> Driver<'a, S> {
    pub(super) fn new(execution: &'a mut Execution, surroundings: &'a S) -> Driver<'a, S> {
        let now = execution.now();
        let main = Run {
            execution: Held::Main(execution),
            surroundings: Around::Main(surroundings),
            waiter: None,
        };
        Driver {
            runs: BTreeMap::from([(MAIN, main)]),
            moved: VecDeque::from([MAIN]),
            next_run: MAIN + 1,
            made: VecDeque::new(),
            pending: FuturesUnordered::new(),
            handles: BTreeMap::new(),
            timers: BTreeSet::new(),
            due: BTreeMap::new(),
            later: BTreeMap::new(),
            now,
            mark: surroundings.elapsed(),
            surroundings,
        }
    }

    pub(super) fn is_running(&self) -> bool {
        !self.runs.is_empty()
    }

    /// Has every execution do what it can do now, and carries out what it wants done.
    pub(super) async fn proceed(&mut self) {
        while let Some(id) = self.moved.pop_front() {
            let Some(run) = self.runs.get_mut(&id) else {
                continue;
            };
            while run.execution.step() {
                run.surroundings.pause().await;
            }
            let commands = run.execution.take_commands();
            self.carry_out(id, commands);
            self.look_at(id);
        }
    }

    /// Shows an execution around, and tells who waits for it if it has ended.
    fn look_at(&mut self, id: RunId) {
        let Some(run) = self.runs.get(&id) else {
            return;
        };
        run.surroundings.observe(&run.execution);
        if run.execution.outcome().is_some()
            && let Some(ended) = self.runs.remove(&id)
            && let Some(waiter) = ended.waiter
        {
            let answer = (waiter.answer)(&ended.execution);
            self.handle(waiter.run, ended_as(waiter.task, answer));
        }
    }

    fn carry_out(&mut self, run: RunId, commands: Vec<Command>) {
        for command in commands {
            match command {
                Command::ScheduleTask(request) => self.make(run, request),
                Command::StartTimer { id, at } => {
                    self.timers.insert((at, run, id));
                    self.due.insert((run, id), at);
                }
                Command::CancelTimer(id) => self.forget_timer(run, id),
                Command::CancelTask(id) => self.cancel((run, id)),
            }
        }
    }

    fn make(&mut self, run: RunId, request: TaskRequest) {
        let Some(surroundings) = self.runs.get(&run).map(|run| run.surroundings.clone()) else {
            return;
        };
        if !self.is_calling() {
            self.mark = self.surroundings.elapsed();
        }
        self.made.push_back(Made {
            task: (run, request.id),
            at: request.at,
            work: match surroundings.nested(&request) {
                Some(Ok(nested)) => Work::Start(nested),
                Some(Err(refusal)) => Work::Call(Box::pin(std::future::ready(refusal))),
                None => Work::Call(surroundings.called(request)),
            },
        });
    }

    fn cancel(&mut self, task: Task) {
        self.made.retain(|made| made.task != task);
        if let Some(handle) = self.handles.remove(&task) {
            handle.abort();
        }
        self.later.retain(|(_, answered), _| *answered != task);
        let waits = |run: &Run<'_, S>| run.waiter.is_some_and(|waiter| (waiter.run, waiter.task) == task);
        let unwanted = self.runs.iter().find(|(_, run)| waits(run)).map(|(id, _)| *id);
        if let Some(id) = unwanted {
            self.handle(id, [Event::Stop(Failure::default())]);
        }
    }

    fn is_calling(&self) -> bool {
        !self.made.is_empty() || !self.pending.is_empty()
    }

    fn forget_timer(&mut self, run: RunId, id: TimerId) {
        if let Some(at) = self.due.remove(&(run, id)) {
            self.timers.remove(&(at, run, id));
        }
    }

    /// What happens next; nothing where nothing ever will.
    pub(super) async fn next(&mut self) -> Option<Happened<S>> {
        if let Some(looked) = self.look().await {
            return Some(looked);
        }
        let timer = self.timers.first().map(|(at, ..)| *at);
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
                let ended = self.pending.next().await;
                self.follow_wall();
                ended.map(|ended| ended.map_or(Happened::Cancelled, Happened::Replied))
            }
        }
    }

    /// Looks at the next call that was made: it has its reply, or becomes pending.
    async fn look(&mut self) -> Option<Happened<S>> {
        let Made { task, at, work } = self.made.pop_front()?;
        let mut call = match work {
            Work::Start(nested) => return Some(Happened::Begun(task, nested)),
            Work::Call(call) => call,
        };
        if let Poll::Ready(reply) = poll_fn(|context| Poll::Ready(call.as_mut().poll(context))).await {
            self.follow_wall();
            return Some(Happened::Replied(replied(task, at, reply)));
        }
        let (handle, registration) = AbortHandle::new_pair();
        self.handles.insert(task, handle);
        let call = Abortable::new(call, registration);
        self.pending
            .push(Box::pin(async move { Some(replied(task, at, call.await.ok()?)) }));
        Some(Happened::Started(task))
    }

    async fn call_or_timer(&mut self, at: Timestamp) -> Happened<S> {
        self.follow_wall();
        let left = Duration::try_from(at.duration_since(self.now)).unwrap_or_default();
        let sleep = pin!(self.surroundings.sleep(left));
        if self.pending.is_empty() {
            sleep.await;
            return self.fire(at);
        }
        match select(self.pending.next(), sleep).await {
            Either::Left((ended, _)) => {
                self.follow_wall();
                ended.flatten().map_or(Happened::Cancelled, Happened::Replied)
            }
            Either::Right(_) => self.fire(at),
        }
    }

    fn fire(&mut self, at: Timestamp) -> Happened<S> {
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

    pub(super) fn deliver(&mut self, happened: Happened<S>) {
        match happened {
            Happened::Started((run, id)) => self.handle(run, [Event::TaskStarted { id, worker_name: None }]),
            Happened::Begun(task, nested) => self.begin(task, *nested),
            Happened::Cancelled => {}
            Happened::Due(at) => self.deliver_due(at),
            Happened::Replied(replied) => self.deliver_reply(replied),
        }
    }

    /// The events of one moment, execution by execution, outer ones first.
    fn deliver_due(&mut self, at: Timestamp) {
        let mut events: BTreeMap<RunId, Vec<Event>> = BTreeMap::new();
        while let Some(entry) = self.later.first_entry()
            && entry.key().0 <= at
        {
            let ((_, (run, id)), answer) = entry.remove_entry();
            events.entry(run).or_default().extend(ended_as(id, answer));
        }
        while let Some((_, run, id)) = self.timers.first().copied().filter(|(due, ..)| *due == at) {
            self.forget_timer(run, id);
            events.entry(run).or_default().push(Event::TimerFired { id });
        }
        for (run, events) in events {
            self.handle(run, events);
        }
    }

    fn deliver_reply(&mut self, replied: Replied) {
        let Replied {
            task: (run, id),
            called_at,
            reply,
        } = replied;
        self.handles.remove(&(run, id));
        let mut events = Vec::new();
        if !matches!(reply.answer, Answer::Failed(_, FailedAt::Schedule | FailedAt::Start)) {
            let worker_name = reply.worker_name;
            events.push(Event::TaskStarted { id, worker_name });
        }
        let submitted = reply.submitted;
        events.extend(submitted.map(|output| Event::TaskSubmitted { id, output }));
        let end = reply.took.map(|took| later(called_at, took));
        match end.filter(|at| *at > self.now) {
            Some(at) => {
                self.later.insert((at, (run, id)), reply.answer);
            }
            None => events.extend(ended_as(id, reply.answer)),
        }
        self.handle(run, events);
    }

    /// Starts an execution beside the one whose task starts it.
    fn begin(&mut self, (run, id): Task, nested: Nested<S>) {
        let started = Event::TaskStarted { id, worker_name: None };
        let submitted = nested.submitted.map(|output| Event::TaskSubmitted { id, output });
        let mut events = Vec::from_iter([started].into_iter().chain(submitted));
        let waiter = match nested.awaited {
            Awaited::No(answer) => {
                events.extend(ended_as(id, answer));
                None
            }
            Awaited::Yes(answer) => Some(Waiter { run, task: id, answer }),
        };
        self.handle(run, events);
        let begun = Run {
            execution: Held::Nested(Box::new(nested.execution)),
            surroundings: Around::Nested(Rc::new(nested.surroundings)),
            waiter,
        };
        self.runs.insert(self.next_run, begun);
        self.moved.push_back(self.next_run);
        self.next_run += 1;
    }

    /// Has an execution take in events of this moment; it does what follows from them when its turn comes.
    fn handle(&mut self, id: RunId, events: impl IntoIterator<Item = Event>) {
        if let Some(run) = self.runs.get_mut(&id) {
            run.execution.take_in(events, self.now);
            self.moved.push_back(id);
        }
    }
}

impl<'a, S: Surroundings> Around<'a, S> {
    /// The call is made now where it can be, so that calls are made in order.
    fn called(self, request: TaskRequest) -> Pin<Box<dyn Future<Output = Reply> + 'a>> {
        match self {
            Around::Main(surroundings) => Box::pin(surroundings.call(request)),
            Around::Nested(surroundings) => Box::pin(async move { surroundings.call(request).await }),
        }
    }
}

fn replied(task: Task, called_at: Timestamp, reply: Reply) -> Replied {
    Replied { task, called_at, reply }
}

fn ended_as(id: TaskId, answer: Answer) -> Option<Event> {
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
