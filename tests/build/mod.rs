//! `build`, and through it what `run` and `deploy` start and upload. Run on x86_64 Linux; arm64 is compiled by a stand-in.

mod compilers;
mod failing;
mod metadata;
mod packing;
mod workspaces;

use std::{collections::BTreeMap, path::PathBuf, process::Command};

use serde_json::Value;

use crate::support::{Invocation, Outcome, Workspace, is_cargos};

/// `build` with a profile that compiles in no time.
fn quick(workspace: &Workspace, arguments: &[&str]) -> Invocation {
    real(workspace, arguments).quick_builds()
}

/// `build` as users do it.
fn real(workspace: &Workspace, arguments: &[&str]) -> Invocation {
    workspace.stepwright(&[&["build"], arguments].concat())
}

/// Builds everything, which must succeed, and gives what programs are told of each function.
fn built(workspace: &Workspace) -> BTreeMap<String, Value> {
    parse(&quick(workspace, &["--output", "json"]).run())
}

fn parse(outcome: &Outcome) -> BTreeMap<String, Value> {
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let functions: Vec<Value> = serde_json::from_str(&outcome.stdout).unwrap();
    let named = |function: Value| (function["function"].as_str().unwrap().to_owned(), function);
    functions.into_iter().map(named).collect()
}

/// A path in what programs are told.
fn path(workspace: &Workspace, function: &Value, key: &str) -> PathBuf {
    let path = function[key].as_str().unwrap();
    workspace.path().join(path.strip_prefix("[WORKSPACE]/").unwrap())
}

/// What a function's executable prints.
fn says(workspace: &Workspace, function: &Value) -> String {
    let output = Command::new(path(workspace, function, "bootstrap")).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// What differs between machines and compilers, replaced by its name.
fn redacted(outcome: &Outcome) -> String {
    let text = outcome.to_string();
    let lines = text.lines().filter(|line| !is_cargos(line)).map(|line| {
        let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
        let redacted = words
            .iter()
            .enumerate()
            .map(|(place, word)| match words.get(place + 1) {
                Some(&"kB" | &"MB") => "[NUMBER]",
                _ if word.len() == 44 && word.ends_with('=') => "[SHA256]",
                _ => word,
            });
        redacted.collect::<Vec<_>>().join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
}
