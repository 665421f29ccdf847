//! Random definitions are accepted; with parts changed they are accepted or refused with diagnostics that have a place.
#![no_main]

use asl::{Diagnostic, MachineType};
use laws::Dice;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut dice = Dice::new(bytes);
    let machine_type = dice.pick(&[MachineType::Standard, MachineType::Express]);
    let definition = laws::definition::definition(&mut dice, machine_type);
    let parsed = asl::parse_as(&definition.to_string(), machine_type);
    assert!(parsed.machine.is_some(), "{definition}: {:?}", parsed.diagnostics);
    let text = laws::mutate(&mut dice, &definition).to_string();
    let parsed = asl::parse_as(&text, machine_type);
    let refused = parsed.diagnostics.iter().any(Diagnostic::is_error);
    assert_eq!(parsed.machine.is_none(), refused, "{text}");
    for diagnostic in &parsed.diagnostics {
        let span = diagnostic.span.clone();
        assert!(span.is_some_and(|span| text.get(span).is_some()), "{text}: {diagnostic:?}");
    }
});
