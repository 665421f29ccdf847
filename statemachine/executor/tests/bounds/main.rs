//! Nothing that a definition says makes an execution hang, grow without bound or end the process. Tests run on small
//! stacks, as the threads of servers do.
#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests")]

mod events;
mod expressions;
mod nesting;
mod paths;

use std::sync::Arc;
use std::time::{Duration, Instant};

use asl::Json;
use executor::{Command, Event, Execution, Outcome, Program, Workflow};
use laws::Dice;

/// What `work` gives, which must not take longer than this.
#[expect(clippy::disallowed_methods, reason = "tests may look at the clock")]
fn within<T>(span: Duration, what: &str, work: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let result = work();
    assert!(begun.elapsed() < span, "{what} took {:?}", begun.elapsed());
    result
}

/// A machine of these states; it starts at `S`.
fn machine(states: &str) -> String {
    format!(r#"{{"StartAt":"S","States":{{{states}}}}}"#)
}

fn program(definition: &str) -> Arc<Program> {
    let parsed = asl::parse(definition);
    let machine = parsed.machine.unwrap_or_else(|| panic!("{:?}", parsed.diagnostics));
    Arc::new(Program::new(machine).unwrap_or_else(|problems| panic!("{problems:?}")))
}

/// Runs a machine whose tasks succeed at once with `{}`.
fn run(program: &Arc<Program>, input: Json) -> Execution {
    let mut start = laws::start(&mut Dice::new(&[]), Workflow::Standard);
    start.input = input;
    let mut execution = Execution::new(Arc::clone(program), start, jiff::Timestamp::UNIX_EPOCH);
    let mut tasks = Vec::new();
    while execution.outcome().is_none() {
        for command in execution.take_commands() {
            if let Command::ScheduleTask(request) = command {
                tasks.push(request.id);
            }
        }
        let Some(id) = tasks.pop() else {
            panic!("it waits for no task");
        };
        let output = Json::object::<&str>([]);
        execution.handle(Event::TaskSucceeded { id, output }, jiff::Timestamp::UNIX_EPOCH);
    }
    laws::check_history(&execution).unwrap();
    execution
}

/// What the execution failed with.
fn failure(execution: &Execution) -> String {
    match execution.outcome() {
        Some(Outcome::Failed(failure)) => failure.to_string(),
        other => panic!("{other:?}"),
    }
}
