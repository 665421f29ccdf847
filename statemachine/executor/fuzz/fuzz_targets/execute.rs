//! Random machines in random worlds keep the laws.
#![no_main]

use std::sync::Arc;

use asl::MachineType;
use executor::{Program, Workflow};
use laws::Dice;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: laws::forgive_engine(), |bytes: &[u8]| {
    let mut dice = Dice::new(bytes);
    let (machine_type, workflow) = dice.pick(&[
        (MachineType::Standard, Workflow::Standard),
        (MachineType::Express, Workflow::Express),
    ]);
    let mut definition = laws::definition::definition(&mut dice, machine_type);
    if dice.once_in(4) {
        definition = laws::mutate(&mut dice, &definition);
    }
    let parsed = asl::parse_as(&definition.to_string(), machine_type);
    let Some(Ok(program)) = parsed.machine.map(Program::new) else {
        return;
    };
    let start = laws::start(&mut dice, workflow);
    let at = dice.below(256);
    let lived = laws::live(&mut dice, &Arc::new(program), start).and_then(|life| {
        laws::check_again(&life)?;
        laws::check_split(&life, at % (life.steps.len() + 1))
    });
    assert!(lived.is_ok(), "{definition}: {lived:?}");
});
