//! Any text: it is no path, or one that reads the same again.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(path) = asl::path::parse(text) {
        assert_eq!(asl::path::parse(&path.text), Ok(path));
    }
});
