//! The laws that all executions keep, tried with random machines in random worlds.
#![expect(clippy::panic, reason = "helpers of tests")]

use std::sync::Arc;

use asl::{Json, MachineType};
use executor::{Event, Execution, Failure, IdleClock, Program, Reply, Status, Surroundings, TaskRequest, Workflow};
use futures_util::FutureExt;
use laws::{Dice, Life};
use proptest::prelude::*;

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..1500)
}

fn kinds(express: bool) -> (MachineType, Workflow) {
    match express {
        true => (MachineType::Express, Workflow::Express),
        false => (MachineType::Standard, Workflow::Standard),
    }
}

/// A machine that is valid by the way it was made.
fn program(dice: &mut Dice<'_>, machine_type: MachineType) -> Arc<Program> {
    let definition = laws::definition::definition(dice, machine_type);
    let parsed = asl::parse_as(&definition.to_string(), machine_type);
    let machine = parsed
        .machine
        .unwrap_or_else(|| panic!("{definition}: {:?}", parsed.diagnostics));
    Arc::new(Program::new(machine).unwrap_or_else(|problems| panic!("{definition}: {problems:?}")))
}

fn life(machine: &[u8], world: &[u8], express: bool) -> Life {
    let (machine_type, workflow) = kinds(express);
    let program = program(&mut Dice::new(machine), machine_type);
    let mut dice = Dice::new(world);
    let start = laws::start(&mut dice, workflow);
    laws::live(&mut dice, &program, start).unwrap_or_else(|broken| panic!("{broken}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_same_seed_and_events_give_the_same_history_whole_or_split(
        machine in bytes(), world in bytes(), express: bool, at: prop::sample::Index
    ) {
        let life = life(&machine, &world, express);
        laws::check_again(&life)?;
        laws::check_split(&life, at.index(life.steps.len() + 1))?;
    }

    #[test]
    fn a_stop_ends_an_execution_at_any_moment(machine in bytes(), world in bytes(), at: prop::sample::Index) {
        let life = life(&machine, &world, false);
        let mut execution = Execution::new(Arc::clone(&life.program), life.execution.start().clone(), life.started_at);
        for step in &life.steps[..at.index(life.steps.len() + 1)] {
            execution.handle_all(step.events.clone(), step.now);
        }
        let had_ended = execution.outcome().is_some();
        execution.handle(Event::Stop(Failure::new("Stopped", "by hand")), execution.now());
        let status = execution.outcome().map(executor::Outcome::status);
        prop_assert!(had_ended || status == Some(Status::Aborted));
        laws::check_history(&execution)?;
    }

    #[test]
    fn in_virtual_time_every_execution_ends(machine in bytes(), input in bytes(), answers in bytes()) {
        let program = program(&mut Dice::new(&machine), MachineType::Standard);
        let start = laws::start(&mut Dice::new(&input), Workflow::Standard);
        let mut execution = Execution::new(program, start, jiff::Timestamp::UNIX_EPOCH);
        let world = Instant(std::cell::RefCell::new(answers.into_iter()));
        executor::simulate(&mut execution, &world).now_or_never().unwrap();
        laws::check_history(&execution)?;
    }

    #[test]
    fn what_is_accepted_can_be_run(machine in bytes(), changes in bytes(), world in bytes(), express: bool) {
        let (machine_type, workflow) = kinds(express);
        let definition = laws::definition::definition(&mut Dice::new(&machine), machine_type);
        let changed = laws::mutate(&mut Dice::new(&changes), &definition);
        let parsed = asl::parse_as(&changed.to_string(), machine_type);
        let refused = parsed.diagnostics.iter().any(asl::Diagnostic::is_error);
        prop_assert_eq!(parsed.machine.is_none(), refused, "{}", changed);
        if let Some(Ok(program)) = parsed.machine.map(Program::new) {
            let mut dice = Dice::new(&world);
            let start = laws::start(&mut dice, workflow);
            laws::live(&mut dice, &Arc::new(program), start)?;
        }
    }
}

/// Answers at once; what it answers is random.
struct Instant(std::cell::RefCell<std::vec::IntoIter<u8>>);

impl Surroundings for Instant {
    async fn call(&self, _request: TaskRequest) -> Reply {
        match self.0.borrow_mut().next() {
            None | Some(0..150) => Reply::success(Json::object([("a", Json::from(5_i64))])),
            Some(150..210) => Reply::failure(Failure::new("Busy", "come back")),
            Some(_) => Reply::never(),
        }
    }

    fn elapsed(&self) -> std::time::Duration {
        std::time::Duration::ZERO
    }

    async fn sleep(&self, _span: std::time::Duration) {}

    fn idle_clock(&self) -> IdleClock {
        IdleClock::Jumps
    }
}
