//! Running one case on the executor.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use asl::{Json, Resource};
use executor::{
    Answer, Event, Execution, FailedAt, Failure, IdleClock, Outcome as Ended, Program, Reply, Start, Surroundings,
    TaskRequest, Workflow, simulate,
};
use futures_util::FutureExt;
use serde_json::Value;

use crate::case::{Case, Mock};
use crate::compare::Comparison;
use crate::history;
use crate::report::Outcome;
use crate::stop::Stop;

/// After every time in the cases that lies in the past there, 2026-01-01.
const STARTED_AT: jiff::Timestamp = jiff::Timestamp::constant(1_767_225_600, 0);

/// Why the case is not run; nothing where it is.
pub(crate) fn not_run(case: &Case) -> Option<String> {
    if case.kind != "execution" {
        return Some(format!("kind {}", case.kind));
    }
    let later = ["distributed_map", "s3_reader", "s3_writer", "s3_unknown_object"];
    let need = later.iter().find(|need| case.needs(need)).copied();
    // Not every such case says so.
    let distributed = || case.definition.to_string().contains(r#""Mode":"DISTRIBUTED""#);
    let need = need.or_else(|| distributed().then_some("distributed_map"));
    need.map(|need| format!("needs {need}"))
}

pub(crate) fn run(case: &Case) -> Outcome {
    let parsed = asl::parse(&case.definition.to_string());
    let Some(machine) = parsed.machine else {
        return Outcome::Failed(format!("refused: {:?}", parsed.diagnostics));
    };
    let program = match Program::new(machine) {
        Ok(program) => program,
        Err(problems) => {
            let messages: Vec<String> = problems.into_iter().map(|problem| problem.message).collect();
            return Outcome::Failed(format!("refused: {}", messages.join("; ")));
        }
    };
    let missing = missing_activities(case, &program);
    let program = program.without_activities(missing);
    let mut execution = Execution::new(Arc::new(program), start(case), STARTED_AT);
    let mocks = Mocks::new(case);
    // Dropped where it waits for what never comes.
    let _ = simulate(&mut execution, &mocks).now_or_never();
    if mocks.stop.is_due(&execution) {
        execution.handle(Event::Stop(mocks.stop.failure(case)), execution.now());
    }
    match difference(case, &execution).or_else(|| mocks.left_over()) {
        Some(difference) => Outcome::Failed(difference),
        None => Outcome::Passed,
    }
}

/// A state without a mock failed before anything was called: what else could fail is in the definition.
fn missing_activities(case: &Case, program: &Program) -> Vec<Arc<str>> {
    let missing = program.tasks().filter_map(|(state, task)| match &task.resource {
        Resource::Activity { arn } if !case.mocks.contains_key(&*state.name) => Some(Arc::clone(arn)),
        _ => None,
    });
    missing.collect()
}

fn start(case: &Case) -> Start {
    let name = case.name.as_deref().unwrap_or("machine");
    let execution = "case";
    let arn = match case.workflow.as_deref() {
        Some("EXPRESS") => format!("express:{name}:{execution}:run"),
        _ => format!("execution:{name}:{execution}"),
    };
    Start {
        execution_arn: format!("arn:aws:states:us-east-1:111111111111:{arn}").into(),
        execution_name: execution.into(),
        state_machine_arn: format!("arn:aws:states:us-east-1:111111111111:stateMachine:{name}").into(),
        state_machine_name: name.into(),
        role_arn: case.role_arn.as_deref().unwrap_or_default().into(),
        region: "us-east-1".into(),
        workflow: match case.workflow.as_deref() {
            Some("EXPRESS") => Workflow::Express,
            _ => Workflow::Standard,
        },
        input: json(&case.input),
        seed: 1,
    }
}

fn json(value: &Value) -> Json {
    value.to_string().parse().unwrap_or_default()
}

fn difference(case: &Case, execution: &Execution) -> Option<String> {
    let expected = &case.expect;
    let comparison = Comparison::new(&case.wildcards);
    let Some(outcome) = execution.outcome() else {
        return Some("it waits for something that never comes".to_owned());
    };
    let (status, output, failure) = match outcome {
        Ended::Succeeded(output) => (
            "SUCCEEDED",
            serde_json::to_value(output).unwrap_or_default(),
            Failure::default(),
        ),
        Ended::Failed(failure) => ("FAILED", Value::Null, failure.clone()),
        Ended::TimedOut => ("TIMED_OUT", Value::Null, Failure::default()),
        Ended::Aborted(failure) => ("ABORTED", Value::Null, failure.clone()),
    };
    let text = |part: Option<Arc<str>>| part.map_or(Value::Null, |text| Value::from(&*text));
    let ends = [
        ("status", Value::from(status)),
        ("output", output),
        ("error", text(failure.error)),
        ("cause", text(failure.cause)),
    ];
    for (name, actual) in ends {
        let wanted = expected.get(name).cloned().unwrap_or_default();
        let same = match name {
            "cause" => comparison.payload_matches(&wanted, &actual),
            _ => comparison.matches(&wanted, &actual),
        };
        if !same {
            return Some(format!("{name}: expected {wanted}, was {actual}"));
        }
    }
    let events = expected.get("events").and_then(Value::as_array)?;
    let actual = serde_json::to_value(execution.history()).unwrap_or_default();
    history::difference(events, actual["events"].as_array()?, &comparison)
}

struct Mocks {
    answers: RefCell<BTreeMap<String, Vec<Mock>>>,
    by_arguments: bool,
    worker_name: Option<Arc<str>>,
    stop: Stop,
}

impl Mocks {
    fn new(case: &Case) -> Mocks {
        Mocks {
            answers: RefCell::new(case.mocks.clone()),
            by_arguments: case.needs("mock_by_arguments"),
            worker_name: worker_name(case),
            stop: Stop::of(case),
        }
    }

    /// The calls that were recorded but not made.
    fn left_over(&self) -> Option<String> {
        let answers = self.answers.borrow();
        let left = answers.iter().find(|(_, entries)| !entries.is_empty());
        left.map(|(state, entries)| format!("{} more calls of {state} were recorded", entries.len()))
    }

    fn take(&self, request: &TaskRequest) -> Option<Mock> {
        let mut answers = self.answers.borrow_mut();
        let entries = answers.get_mut(&*request.state).filter(|entries| !entries.is_empty())?;
        let arguments = serde_json::to_value(&request.arguments).unwrap_or_default();
        let wanted = |mock: &Mock| {
            mock.arguments
                .as_ref()
                .is_some_and(|wanted| Comparison::new(&[]).matches(wanted, &arguments))
        };
        let place = if self.by_arguments {
            entries.iter().position(wanted)?
        } else {
            0
        };
        Some(entries.remove(place))
    }
}

impl Surroundings for Mocks {
    fn call(&self, request: TaskRequest) -> impl Future<Output = Reply> + '_ {
        let reply = self.take(&request).map_or_else(
            || {
                Reply::failure(Failure::new(
                    "NoMock",
                    format!("state {} was called once too often", request.state),
                ))
            },
            |mock| Reply {
                worker_name: self.worker_name.clone(),
                submitted: mock.submitted.as_ref().map(json),
                answer: answer(&mock),
                took: None,
            },
        );
        std::future::ready(reply)
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _span: Duration) -> impl Future<Output = ()> + '_ {
        std::future::pending()
    }

    fn idle_clock(&self) -> IdleClock {
        self.stop.idle_clock()
    }

    fn observe(&self, execution: &Execution) {
        self.stop.observe(execution);
    }
}

/// The mocks do not say who took an activity task; the recorded history does.
fn worker_name(case: &Case) -> Option<Arc<str>> {
    let events = case.expect.get("events")?.as_array()?;
    let mut names = events
        .iter()
        .filter_map(|event| event["activityStartedEventDetails"]["workerName"].as_str());
    names.next().map(Arc::from)
}

fn answer(mock: &Mock) -> Answer {
    if let Some(result) = &mock.result {
        return Answer::Succeeded(json(result));
    }
    let Some(thrown) = &mock.error else {
        return Answer::Never;
    };
    let at = match mock.at.as_deref().unwrap_or_default() {
        at if at.ends_with("ScheduleFailed") => FailedAt::Schedule,
        at if at.ends_with("StartFailed") => FailedAt::Start,
        at if at.ends_with("SubmitFailed") => FailedAt::Submit,
        at if at.ends_with("TimedOut") => FailedAt::TimedOut,
        _ => FailedAt::Run,
    };
    let failure = Failure {
        error: thrown.error.as_deref().map(Arc::from),
        cause: thrown.cause.as_deref().map(Arc::from),
    };
    Answer::Failed(failure, at)
}
