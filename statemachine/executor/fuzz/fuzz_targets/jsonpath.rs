//! A path on the first line, a document on the next.
#![no_main]

use asl::Json;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (path, document) = text.split_once('\n').unwrap_or((text, "{}"));
    let document = document.parse().unwrap_or_else(|_| Json::from(document));
    if let Ok(path) = asl::path::parse(path) {
        let found = executor::jsonpath(&document, &path);
        assert!(path.is_definite() || !matches!(&found, Ok(value) if value.as_array().is_none()), "{found:?}");
    }
});
