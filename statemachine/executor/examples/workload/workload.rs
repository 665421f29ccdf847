//! A workload: a definition, an input, what its tasks answer, and what must come out.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::path::Path;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use asl::Json;
use executor::{Execution, Failure, Outcome, Program, Reply, Start, Surroundings, TaskRequest, Workflow, simulate};
use futures_util::future::join_all;
use serde::Deserialize;

/// 2026-01-01T00:00:00Z
const STARTED_AT: jiff::Timestamp = jiff::Timestamp::constant(1_767_225_600, 0);

pub(crate) struct Workload {
    pub(crate) name: String,
    pub(crate) runs: Runs,
    /// States that one execution enters.
    pub(crate) transitions: u64,
    program: Arc<Program>,
    workflow: Workflow,
    input: String,
    answers: Answers,
    expected: Json,
}

/// How many executions make up a measurement.
#[derive(Clone, Copy, Deserialize)]
pub(crate) struct Runs {
    pub(crate) sequential: u64,
    pub(crate) concurrent: u64,
}

#[derive(Deserialize)]
struct File {
    name: String,
    runs: Runs,
    transitions: u64,
    definition: Json,
    input: Json,
    mocks: BTreeMap<String, BTreeMap<String, Mock>>,
    expected: Json,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
enum Mock {
    Return(Json),
    #[serde(rename_all = "PascalCase")]
    Throw {
        error: String,
        cause: String,
    },
}

/// What the task of each state answers, call by call.
type Answers = BTreeMap<String, Vec<Mock>>;

impl Workload {
    #[expect(clippy::disallowed_methods, reason = "workloads are files")]
    pub(crate) fn read(path: &Path) -> Result<Workload, String> {
        let text = std::fs::read_to_string(path).map_err(|error| error.to_string());
        text.and_then(|text| Workload::parse(&text))
            .map_err(|problem| format!("{}: {problem}", path.display()))
    }

    pub(crate) fn parse(text: &str) -> Result<Workload, String> {
        let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let definition = file.definition.to_string();
        let parsed = asl::parse(&definition);
        let machine = parsed
            .machine
            .ok_or_else(|| format!("the definition has errors: {:?}", parsed.diagnostics))?;
        let program =
            Program::new(machine).map_err(|problems| format!("the definition cannot be run: {problems:?}"))?;
        // On AWS a larger output is an error.
        let program = match file.expected.encoded_len() {
            larger @ 262_145.. => program.with_payload_limit(larger),
            _ => program,
        };
        // A Standard execution may not have as many events as a Map of thousands of items makes.
        let workflow = match definition.contains(r#""Type":"Map""#) {
            true => Workflow::Express,
            false => Workflow::Standard,
        };
        let answers = file
            .mocks
            .into_iter()
            .map(|(state, calls)| Ok((state, in_order(calls)?)));
        Ok(Workload {
            workflow,
            input: file.input.to_string(),
            answers: answers.collect::<Result<Answers, String>>()?,
            name: file.name,
            runs: file.runs,
            transitions: file.transitions,
            program: Arc::new(program),
            expected: file.expected,
        })
    }

    /// What an execution is started with. Each has an input of its own, which shares nothing with that of another.
    pub(crate) fn start(&self, seed: u64) -> Start {
        start(self.workflow, self.input.parse().unwrap_or_default(), seed)
    }

    /// Runs one execution to its end.
    pub(crate) fn run(&self, start: Start) -> Execution {
        let mut execution = self.execution(start);
        block_on(simulate(&mut execution, &Mocks::new(&self.answers, Turns::Keep)));
        execution
    }

    /// Runs executions of which none ends before all have begun, if they call anything.
    pub(crate) fn run_at_once(&self, starts: Vec<Start>) -> Vec<Execution> {
        let mocks = Mocks::new(&self.answers, Turns::GiveUp);
        let one = async |start| {
            let mut execution = self.execution(start);
            simulate(&mut execution, &mocks).await;
            execution
        };
        block_on(join_all(starts.into_iter().map(one)))
    }

    pub(crate) fn is_as_expected(&self, outcome: Option<&Outcome>) -> bool {
        matches!(outcome, Some(Outcome::Succeeded(output)) if *output == self.expected)
    }

    fn execution(&self, start: Start) -> Execution {
        Execution::new(Arc::clone(&self.program), start, STARTED_AT)
    }
}

fn start(workflow: Workflow, input: Json, seed: u64) -> Start {
    let arn = |resource: &str| Arc::from(format!("arn:aws:states:us-east-1:123456789012:{resource}"));
    Start {
        execution_arn: match workflow {
            Workflow::Standard => arn("execution:workload:run"),
            Workflow::Express => arn("express:workload:run:00000000-0000-0000-0000-000000000000"),
        },
        execution_name: "run".into(),
        state_machine_arn: arn("stateMachine:workload"),
        state_machine_name: "workload".into(),
        role_arn: "arn:aws:iam::123456789012:role/workload".into(),
        region: "us-east-1".into(),
        workflow,
        input,
        seed,
    }
}

/// The mocks of a state by the number of the call; a key is one number, or the first and the last of several.
fn in_order(calls: BTreeMap<String, Mock>) -> Result<Vec<Mock>, String> {
    let mut spans = Vec::new();
    for (key, mock) in calls {
        let (first, last) = key.split_once('-').unwrap_or((&key, &key));
        let number = |text: &str| text.parse().map_err(|_| format!("`{key}` is no number of a call"));
        let (first, last): (usize, usize) = (number(first)?, number(last)?);
        spans.push((first, last, mock));
    }
    spans.sort_by_key(|(first, ..)| *first);
    let mut mocks = Vec::new();
    for (first, last, mock) in spans {
        if first != mocks.len() {
            return Err(format!("the mocks jump from call {} to call {first}", mocks.len()));
        }
        mocks.resize(last + 1, mock);
    }
    Ok(mocks)
}

/// Whether a call lets others run before it answers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turns {
    Keep,
    GiveUp,
}

struct Mocks<'a> {
    answers: &'a Answers,
    turns: Turns,
}

impl<'a> Mocks<'a> {
    fn new(answers: &'a Answers, turns: Turns) -> Mocks<'a> {
        Mocks { answers, turns }
    }

    fn reply(&self, request: &TaskRequest) -> Reply {
        let calls = self.answers.get(&*request.state);
        let call = usize::try_from(request.call).unwrap_or(usize::MAX);
        match calls.and_then(|calls| calls.get(call)) {
            Some(Mock::Return(output)) => Reply::success(output.clone()),
            Some(Mock::Throw { error, cause }) => Reply::failure(Failure::new(error.as_str(), cause.as_str())),
            None => Reply::failure(Failure::new("NoMock", format!("nothing is mocked for call {call}"))),
        }
    }
}

impl Surroundings for Mocks<'_> {
    async fn call(&self, request: TaskRequest) -> Reply {
        if self.turns == Turns::GiveUp {
            give_up_turn().await;
        }
        self.reply(&request)
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _span: Duration) -> impl Future<Output = ()> + '_ {
        std::future::pending()
    }
}

/// Is ready at the second look.
async fn give_up_turn() {
    let seen = Cell::new(false);
    poll_fn(|context| {
        if seen.replace(true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Polls until it is done: nothing here waits for anything but its turn.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(done) = future.as_mut().poll(&mut context) {
            return done;
        }
    }
}
