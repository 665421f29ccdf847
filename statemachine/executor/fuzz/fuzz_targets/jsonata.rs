//! An expression, up to the first empty line, and a document behind it.
#![no_main]

use asl::Json;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: laws::forgive_engine(), |text: &str| {
    let (expression, document) = text.split_once("\n\n").unwrap_or((text, "{}"));
    let document = document.parse().unwrap_or_else(|_| Json::from(document));
    let bound = [("v", document.clone())];
    let once = executor::jsonata(expression, Some(&document), &bound);
    // Where time ran out once, it need not do so again.
    let timed_out = |result: &Result<Json, Option<String>>| matches!(result, Err(Some(error)) if error.contains("timeout"));
    let again = executor::jsonata(expression, Some(&document), &bound);
    assert!(once == again || timed_out(&once) || timed_out(&again), "{once:?} {again:?}");
});
