//! Definitions that AWS took or refused, and its words about those that it refused.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod corpus;

use asl::{Diagnostic, MachineType};
use serde_json::Value;

#[test]
fn definitions_are_taken_and_refused_as_recorded() {
    let Some(folder) = corpus::folder("conformance", "CONFORMANCE_DIR") else {
        return;
    };
    let areas = std::fs::read_dir(folder).unwrap().map(|area| area.unwrap().path());
    let cases = areas
        .filter(|area| area.is_dir())
        .flat_map(|area| std::fs::read_dir(area).unwrap())
        .map(|file| corpus::read_json(&file.unwrap().path()));
    let wrong: Vec<String> = cases.filter_map(|case| judge(&case)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong about a case; nothing where AWS says the same.
fn judge(case: &Value) -> Option<String> {
    if case["kind"] == "test_state" {
        return None;
    }
    let text = case["definition_raw"]
        .as_str()
        .map_or_else(|| case["definition"].to_string(), str::to_owned);
    let express = case["type"] == "EXPRESS" || case["request"]["type"] == "EXPRESS";
    let machine_type = if express {
        MachineType::Express
    } else {
        MachineType::Standard
    };
    let ours = asl::parse_as(&text, machine_type).diagnostics;
    let ours: Vec<String> = ours
        .iter()
        .filter(|problem| problem.is_error())
        .map(in_words_of_aws)
        .collect();
    let theirs = recorded(case);
    (ours != theirs).then(|| format!("{}\n  AWS:  {theirs:?}\n  ours: {ours:?}", case["id"]))
}

/// `CODE: Message at /Location` as AWS prints a problem.
fn in_words_of_aws(problem: &Diagnostic) -> String {
    let message = problem.message.replace('`', "'");
    let (first, rest) = message.split_at(1);
    if problem.code == "INVALID_JSON_DESCRIPTION" {
        return format!("{}: {}{rest}", problem.code, first.to_uppercase());
    }
    format!(
        "{}: {}{rest} at {}",
        problem.code,
        first.to_uppercase(),
        problem.location
    )
}

/// AWS's problems with the definition itself.
fn recorded(case: &Value) -> Vec<String> {
    let answer = &case["expect"]["answer"];
    if let Some(problems) = answer["diagnostics"].as_array() {
        return problems.iter().map(diagnostic).collect();
    }
    let message = answer["exception_value"]
        .as_str()
        .or(answer["Error"]["Message"].as_str());
    let list = message.and_then(|message| message.split_once("Invalid State Machine Definition: '"));
    list.map(|(_, problem)| one_space(problem.trim_end_matches('\'')))
        .into_iter()
        .collect()
}

fn diagnostic(problem: &Value) -> String {
    let (code, message) = (problem["code"].as_str().unwrap(), problem["message"].as_str().unwrap());
    // Jackson appends the place to its message.
    match message.split_once("\n at ") {
        Some((message, _)) => format!("{code}: {message}"),
        None => one_space(&format!(
            "{code}: {message} at {}",
            problem["location"].as_str().unwrap()
        )),
    }
}

/// Blanks at the end of a message doubled, and its full stop, are not ours.
fn one_space(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace(". at /", " at /")
}
