//! A call on the first line, the input of a Pass state that makes it on the next.
#![no_main]

use std::sync::Arc;

use asl::Json;
use executor::{Execution, Program, Workflow};
use laws::Dice;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (call, input) = text.split_once('\n').unwrap_or((text, "{}"));
    let state = Json::object([
        ("Type", Json::from("Pass")),
        ("Parameters", Json::object([("v.$", Json::from(call))])),
        ("End", true.into()),
    ]);
    let definition = Json::object([("StartAt", Json::from("S")), ("States", Json::object([("S", state)]))]);
    let Some(Ok(program)) = asl::parse(&definition.to_string()).machine.map(Program::new) else {
        return;
    };
    let mut start = laws::start(&mut Dice::new(&[]), Workflow::Standard);
    start.input = input.parse().unwrap_or_else(|_| Json::from(input));
    let execution = Execution::new(Arc::new(program), start, Default::default());
    laws::check_history(&execution).unwrap();
});
