//! Running a case: a queue of what happens when, in virtual time.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use asl::Json;
use executor::{Command, Event, Execution, FailedAt, Failure, Program, Start, TaskId, TaskRequest, TimerId, Workflow};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::case::{Answer, At, Case};

/// 2026-01-01T00:00:00Z
const STARTED_AT: Timestamp = Timestamp::constant(1_767_225_600, 0);

/// An execution that has ended, or waits for what never comes.
pub(crate) struct Run {
    pub(crate) execution: Execution,
    /// What each Task state was called with.
    pub(crate) calls: BTreeMap<String, Vec<Value>>,
    /// What each Task state was expected to be called for, but was not.
    pub(crate) left_over: Vec<String>,
}

/// Runs `case`, or says why its definition is refused.
pub(crate) fn run(case: &Case) -> Result<Run, String> {
    let parsed = asl::parse(&case.definition().to_string());
    let refused = |problems: Vec<asl::Diagnostic>| {
        let problems = problems.iter().filter(|problem| problem.is_error());
        let texts: Vec<String> = problems
            .map(|problem| format!("{}: {}", problem.code, problem.message))
            .collect();
        texts.join("; ")
    };
    let Some(machine) = parsed.machine else {
        return Err(refused(parsed.diagnostics));
    };
    let missing = case.missing_activities.iter().map(|arn| Arc::from(arn.as_str()));
    let program = Program::new(machine).map_err(refused)?.without_activities(missing);
    let mut world = World {
        answers: case
            .tasks
            .iter()
            .map(|(state, answers)| (state.clone(), answers.clone().into()))
            .collect(),
        calls: BTreeMap::new(),
        coming: BTreeMap::new(),
        count: 0,
    };
    if let Some(stop) = &case.stop {
        let failure = failure(stop.error.as_deref(), stop.cause.as_deref());
        world.add(seconds_after(STARTED_AT, stop.after), Event::Stop(failure));
    }
    let mut execution = Execution::new(Arc::new(program), start(case), STARTED_AT);
    while execution.outcome().is_none() {
        world.carry_out(execution.take_commands(), execution.now());
        let Some((now, events)) = world.next() else {
            break;
        };
        execution.handle_all(events, now);
    }
    let left_over = world.answers.into_iter().filter(|(_, answers)| !answers.is_empty());
    Ok(Run {
        execution,
        calls: world.calls,
        left_over: left_over.map(|(state, _)| state).collect(),
    })
}

fn start(case: &Case) -> Start {
    Start {
        execution_arn: "arn:aws:states:us-east-1:123456789012:execution:machine:run".into(),
        execution_name: "run".into(),
        state_machine_arn: "arn:aws:states:us-east-1:123456789012:stateMachine:machine".into(),
        state_machine_name: "machine".into(),
        role_arn: "arn:aws:iam::123456789012:role/machine".into(),
        region: "us-east-1".into(),
        workflow: match case.express {
            true => Workflow::Express,
            false => Workflow::Standard,
        },
        input: json(&case.input),
        seed: case.seed,
    }
}

struct World {
    answers: BTreeMap<String, VecDeque<Answer>>,
    calls: BTreeMap<String, Vec<Value>>,
    /// By when, and in the order in which it was put in.
    coming: BTreeMap<(Timestamp, u64), Event>,
    count: u64,
}

impl World {
    fn carry_out(&mut self, commands: Vec<Command>, now: Timestamp) {
        for command in commands {
            match command {
                Command::ScheduleTask(request) => self.call(&request, now),
                Command::StartTimer { id, at } => self.add(at, Event::TimerFired { id }),
                Command::CancelTimer(id) => self.forget_timer(id),
                Command::CancelTask(id) => self.forget_task(id),
            }
        }
    }

    fn add(&mut self, at: Timestamp, event: Event) {
        self.count += 1;
        self.coming.insert((at, self.count), event);
    }

    /// What happens next: all timers of the same moment, or one other event.
    fn next(&mut self) -> Option<(Timestamp, Vec<Event>)> {
        let ((now, _), first) = self.coming.pop_first()?;
        let mut events = vec![first];
        while matches!(events.last(), Some(Event::TimerFired { .. })) {
            match self.coming.first_entry() {
                Some(next) if next.key().0 == now && matches!(next.get(), Event::TimerFired { .. }) => {
                    events.push(next.remove());
                }
                _ => break,
            }
        }
        Some((now, events))
    }

    fn call(&mut self, request: &TaskRequest, now: Timestamp) {
        let (id, state) = (request.id, request.state.to_string());
        let arguments = serde_json::to_value(&request.arguments).unwrap_or_default();
        self.calls.entry(state.clone()).or_default().push(arguments);
        let Some(answer) = self.answers.get_mut(&state).and_then(VecDeque::pop_front) else {
            let failure = failure(Some("NoAnswer"), Some("the case says nothing of this call"));
            return self.add(
                now,
                Event::TaskFailed {
                    id,
                    failure,
                    at: FailedAt::Run,
                },
            );
        };
        if let (Some(starts), At::Submit | At::Run | At::Timeout) = (answer.starts, answer.at) {
            let worker_name = answer.worker.as_deref().map(Arc::from);
            self.add(seconds_after(now, starts), Event::TaskStarted { id, worker_name });
        }
        if let Some(output) = &answer.submitted {
            self.add(
                now,
                Event::TaskSubmitted {
                    id,
                    output: json(output),
                },
            );
        }
        for after in &answer.heartbeats {
            self.add(seconds_after(now, *after), Event::TaskHeartbeat { id });
        }
        if let Some(end) = end(id, &answer) {
            self.add(seconds_after(now, answer.after), end);
        }
    }

    fn forget_timer(&mut self, timer: TimerId) {
        self.coming
            .retain(|_, event| !matches!(event, Event::TimerFired { id } if *id == timer));
    }

    fn forget_task(&mut self, task: TaskId) {
        self.coming.retain(|_, event| match event {
            Event::TaskSucceeded { id, .. } | Event::TaskFailed { id, .. } | Event::TaskHeartbeat { id } => *id != task,
            _ => true,
        });
    }
}

fn end(id: TaskId, answer: &Answer) -> Option<Event> {
    if let Some(result) = &answer.result {
        return Some(Event::TaskSucceeded {
            id,
            output: json(result),
        });
    }
    let error = answer.throw.as_deref()?;
    let at = match answer.at {
        At::Schedule => FailedAt::Schedule,
        At::Start => FailedAt::Start,
        At::Submit => FailedAt::Submit,
        At::Run => FailedAt::Run,
        At::Timeout => FailedAt::TimedOut,
    };
    let failure = failure(Some(error), answer.cause.as_deref());
    Some(Event::TaskFailed { id, failure, at })
}

fn failure(error: Option<&str>, cause: Option<&str>) -> Failure {
    Failure {
        error: error.map(Arc::from),
        cause: cause.map(Arc::from),
    }
}

fn json(value: &Value) -> Json {
    value.to_string().parse().unwrap_or_default()
}

fn seconds_after(time: Timestamp, seconds: u64) -> Timestamp {
    let span = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
    time.checked_add(span).unwrap_or(Timestamp::MAX)
}
