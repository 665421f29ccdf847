//! Whatever the text: no panic, and places that are in it.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use asl::{Diagnostic, MachineType};
use proptest::prelude::*;

/// A definition with much of the language in it, to be damaged.
const WHOLE: &str = include_str!("whole.asl.json");

fn check(text: &str) -> Vec<Diagnostic> {
    let parsed = asl::parse_as(text, MachineType::Express);
    assert_eq!(
        parsed.machine.is_none(),
        parsed.diagnostics.iter().any(Diagnostic::is_error)
    );
    for problem in &parsed.diagnostics {
        let span = problem.span.clone().unwrap();
        assert!(text.get(span).is_some(), "{problem:?}");
    }
    parsed.diagnostics
}

fn codes(text: &str) -> Vec<&'static str> {
    check(text).iter().map(|problem| problem.code).collect()
}

#[test]
fn extreme_texts_get_one_diagnostic() {
    assert_eq!(codes(&"[".repeat(100_000)), ["INVALID_JSON_DESCRIPTION"]);
    assert_eq!(
        codes(&("[".repeat(100_000) + &"]".repeat(100_000))),
        ["TOO_DEEPLY_NESTED"]
    );
    assert_eq!(
        codes(&(r#"{"a":"#.repeat(100_000) + "1" + &"}".repeat(100_000))),
        ["TOO_DEEPLY_NESTED"]
    );
    assert_eq!(
        codes(&format!("[{}]", " ".repeat(1024 * 1024))),
        ["SCHEMA_VALIDATION_FAILED"]
    );
    assert_eq!(codes("[1e999]"), ["INVALID_JSON_DESCRIPTION"]);
    assert_eq!(codes("\"\u{e9}"), ["INVALID_JSON_DESCRIPTION"]);
}

#[test]
fn long_paths_and_filters_are_refused() {
    let check = |path: &str| assert!(asl::path::parse(path).is_err(), "{} characters", path.len());
    check(&format!("${}", "[?(@)]".repeat(100_000)));
    check(&format!("$[?{}@.a{}]", "(".repeat(100_000), ")".repeat(100_000)));
    check(&format!("$[?({}@.a)]", "!".repeat(100_000)));
    check(&format!("${}{}", "[?(@".repeat(100_000), ")]".repeat(100_000)));
    check(&format!("$[?(@.a in {}{})]", "[".repeat(100_000), "]".repeat(100_000)));
}

proptest! {
    #[test]
    fn any_text_is_survived(text in ".{0,200}") {
        check(&text);
    }

    #[test]
    fn a_damaged_definition_is_survived(from in 0..WHOLE.len(), length in 0..40_usize, put in "[\\PC\"{}:,]{0,8}") {
        let from = (0..=from).rev().find(|&place| WHOLE.is_char_boundary(place)).unwrap_or(0);
        let to = (from + length..=WHOLE.len()).find(|&place| WHOLE.is_char_boundary(place)).unwrap_or(WHOLE.len());
        check(&format!("{}{put}{}", &WHOLE[..from], &WHOLE[to..]));
    }

    #[test]
    fn a_definition_with_another_word_is_survived(nth in 0..200_usize, put in "\"(\\$[\\PC]{0,20}|States\\.[\\PC]{0,20}|[A-Z][a-z]{0,6})\"|[0-9.-]{1,9}|null|\\[\\]|\\{\\}") {
        let quotes: Vec<usize> = WHOLE.match_indices('"').map(|(place, _)| place).collect();
        let nth = nth % (quotes.len() / 2) * 2;
        check(&format!("{}{put}{}", &WHOLE[..quotes[nth]], &WHOLE[quotes[nth + 1] + 1..]));
    }

    #[test]
    fn any_path_is_survived(path in "\\$[.\\[\\]?()@*'\",:a-c0-2 =~/!<>&|\\\\-]{0,40}") {
        if let Ok(parsed) = asl::path::parse(&path) {
            prop_assert_eq!(&*parsed.text, &*path);
        }
    }

    #[test]
    fn any_placeholder_is_survived(text in "[${}:\"\\\\A-Za-z\u{e9}]{0,40}", value in "[\"\\\\a\n]{0,5}") {
        let filled = asl::substitute(&text, |_| Some(value.clone()));
        let span = filled.original_span(&(0..filled.text.len()));
        prop_assert_eq!(span, 0..text.len());
    }
}
