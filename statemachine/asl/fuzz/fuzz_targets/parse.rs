//! Any text: it is refused with diagnostics whose places are in it, or it is a machine.
#![no_main]

use asl::{Diagnostic, MachineType};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for machine_type in [MachineType::Standard, MachineType::Express] {
        let parsed = asl::parse_as(text, machine_type);
        let refused = parsed.diagnostics.iter().any(Diagnostic::is_error);
        assert_eq!(parsed.machine.is_none(), refused);
        for span in parsed.diagnostics.iter().filter_map(|diagnostic| diagnostic.span.clone()) {
            assert!(text.get(span.clone()).is_some(), "{span:?}");
        }
    }
    let _ = asl::placeholders(text);
});
