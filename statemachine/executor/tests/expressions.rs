//! Expressions and what AWS's libraries answer, from the corpus in `EXPRESSIONS_DIR`.

#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    reason = "a test reads its cases and fails by panicking"
)]

#[path = "support/directories.rs"]
mod directories;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use asl::Json;
use asl::path::PathSyntaxError;

/// What is wrong with the answer to one case; nothing where it is as expected.
type Judge = fn(&Json) -> Option<String>;

#[test]
fn jsonpath_answers_as_jayway_does() {
    run("jsonpath.jsonl", &["path", "document"], path_difference);
}

#[test]
fn jsonata_answers_as_the_reference_does() {
    run("jsonata.jsonl", &["group", "name"], jsonata_difference);
}

/// Judges every case of `file`: it fails unless the cases that differ are the known ones.
fn run(file: &str, named_by: &[&str], judge: Judge) {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Some(directory) = directories::given("EXPRESSIONS_DIR", "../shared/expressions") else {
        return say("no expression was judged: ../shared/expressions is not there");
    };
    let path = directory.join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(!text.is_empty(), "there is no case in {}", path.display());
    let known = std::fs::read_to_string(manifest.join("tests/known-differences.md")).unwrap_or_default();
    let entries = known.lines().filter_map(|line| line.strip_prefix("- `"));
    let known: BTreeSet<&str> = entries.filter_map(|entry| entry.split('`').next()).collect();
    let (mut passed, mut failed, mut surprises) = (0, 0, Vec::new());
    for line in text.lines() {
        let name = name(line, named_by);
        let difference = match line.parse() {
            Ok(case) => judge(&case),
            Err(error) => Some(format!("it cannot be read: {error}")),
        };
        let is_known = known.contains(name.as_str());
        match difference {
            None => passed += 1,
            Some(_) => failed += 1,
        }
        match difference {
            Some(difference) if !is_known => surprises.push(format!("{name}: {difference}")),
            None if is_known => surprises.push(format!("{name}: a known difference, but it passes")),
            _ => {}
        }
    }
    say(&format!("{file}: {passed} passed, {failed} failed"));
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
}

/// How the list of known differences calls the case: by its fields as they stand in the text, which need not be JSON of
/// ours.
fn name(line: &str, fields: &[&str]) -> String {
    let value = |field: &&str| {
        let (_, rest) = line.split_once(&format!("\"{field}\": "))?;
        let end = rest.find(", \"").or_else(|| rest.rfind('}'))?;
        Some(rest[..end].trim_matches('"'))
    };
    fields.iter().filter_map(value).collect::<Vec<&str>>().join("/")
}

/// To the terminal, also where the test passes.
fn say(text: &str) {
    writeln!(std::io::stdout(), "{text}").unwrap_or_else(|error| panic!("{error}"));
}

fn path_difference(case: &Json) -> Option<String> {
    let text = case.get("path")?.as_str()?;
    let document = case.get("document")?;
    let path = match (asl::path::parse(text), case.get("compile_err")) {
        (Err(_), Some(_)) => return None,
        // AWS has no functions.
        (Err(PathSyntaxError::Function { .. }), None) => return None,
        (Ok(_), Some(error)) => return Some(format!("parsed, but {error}")),
        (Err(error), None) => return Some(error.to_string()),
        (Ok(path), None) => path,
    };
    if Some(path.is_definite()) != case.get("definite").and_then(Json::as_bool) {
        return Some(format!("definite is {}", path.is_definite()));
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
    (!right).then(|| format!("{answer:?}"))
}

/// Jayway's exception is named first; the provider in the corpus has a name of its own, and a null root is AWS's words.
fn same_words(words: &str, expected: &str) -> bool {
    let (_, expected) = expected.split_once(": ").unwrap_or(("", expected));
    let provider = "com.jayway.jsonpath.spi.json.JacksonJsonProvider";
    words.replace(provider, "P") == expected
        || expected == "root can not be null" && words == executor::PathError::NullRoot.to_string()
}

fn jsonata_difference(case: &Json) -> Option<String> {
    let source = case.get("expr")?.as_str()?;
    let bindings = case.get("bindings").and_then(Json::as_object);
    let bindings: Vec<(&str, Json)> = bindings
        .into_iter()
        .flat_map(|bindings| bindings.iter().map(|(name, value)| (&**name, value.clone())))
        .collect();
    let answer = executor::jsonata(source, case.get("data"), &bindings);
    let right = match (case.get("kind")?.as_str()?, &answer) {
        ("ok", Ok(value)) => case.get("expected").is_some_and(|expected| same_value(expected, value)),
        ("undef", Err(None)) => true,
        ("err", Err(Some(error))) => same_code(case.get("code")?.as_str()?, error),
        _ => false,
    };
    (!right).then(|| format!("{answer:?} instead of {case}"))
}

/// Numbers are binary64 in JSONata, however they are spelled.
fn same_value(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => a.as_f64() == b.as_f64(),
        (Json::Array(a), Json::Array(b)) => {
            let (a, b) = (a.items(), b.items());
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_value(a, b))
        }
        (Json::Object(a), Json::Object(b)) => {
            let same =
                |(key, value): (&std::sync::Arc<str>, &Json)| b.get(key).is_some_and(|other| same_value(value, other));
            a.len() == b.len() && a.iter().all(same)
        }
        (a, b) => a == b,
    }
}

/// AWS tells of its limits in words of its own and without a code.
fn same_code(code: &str, error: &str) -> bool {
    let limit = match code {
        "D2014" => ["memory limit exceeded", "memory limit exceeded"],
        "U1001" => ["Stack overflow error", "evaluation timeout"],
        code => return error.starts_with(code),
    };
    limit.iter().any(|words| error.contains(words))
}
