//! Expressions and what AWS's libraries answer, from the corpus in `EXPRESSIONS_DIR`.
#![expect(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a helper reads the corpus, or says that it is not there"
)]

use std::path::PathBuf;

use asl::Json;
use asl::path::PathSyntaxError;

#[expect(clippy::disallowed_methods, reason = "tests may read files and settings")]
fn lines(file: &str) -> Vec<Json> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/expressions");
    let folder = PathBuf::from(std::env::var_os("EXPRESSIONS_DIR").unwrap_or_else(|| default.into()));
    let Ok(text) = std::fs::read_to_string(folder.join(file)) else {
        eprintln!("skipped: no {file} in {}", folder.display());
        return Vec::new();
    };
    text.lines().map(|line| line.parse().unwrap()).collect()
}

/// What is wrong with the answer to one case; nothing where it is as expected.
fn judge(case: &Json) -> Option<String> {
    let text = case.get("path")?.as_str()?;
    let document = case.get("document")?;
    let path = match (asl::path::parse(text), case.get("compile_err")) {
        (Err(_), Some(_)) => return None,
        // AWS has no functions.
        (Err(PathSyntaxError::Function { .. }), None) => return None,
        (Ok(_), Some(error)) => return Some(format!("{text}: parsed, but {error}")),
        (Err(error), None) => return Some(format!("{text}: {error}")),
        (Ok(path), None) => path,
    };
    if Some(path.is_definite()) != case.get("definite").and_then(Json::as_bool) {
        return Some(format!("{text}: definite is {}", path.is_definite()));
    }
    // A state's null input is passed on by `$`; Jayway itself takes no null.
    if path.segments.is_empty() && document == &Json::Null {
        return None;
    }
    let answer = executor::jsonpath(document, &path);
    let right = match &answer {
        Ok(value) => case.get("ok") == Some(value),
        Err(error) => case
            .get("err")
            .and_then(Json::as_str)
            .is_some_and(|expected| same_words(&error.to_string(), expected)),
    };
    (!right).then(|| format!("{text}: {answer:?}"))
}

/// Jayway's exception is named first; the provider in the corpus has a name of its own, and a null root is AWS's words.
fn same_words(words: &str, expected: &str) -> bool {
    let (_, expected) = expected.split_once(": ").unwrap_or(("", expected));
    let provider = "com.jayway.jsonpath.spi.json.JacksonJsonProvider";
    words.replace(provider, "P") == expected
        || expected == "root can not be null" && words == executor::PathError::NullRoot.to_string()
}

#[test]
fn jsonpath_answers_as_jayway_does() {
    let wrong: Vec<String> = lines("jsonpath.jsonl").iter().filter_map(judge).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
