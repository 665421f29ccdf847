//! Signals: what runs is ended, and what is waited for is not waited for any more.

use std::path::PathBuf;

use rustix::process::Signal;

use super::{DO, in_puppet, puppet};
use crate::support::{Invocation, Workspace};

/// A run, a call of `function` in which does not end by itself.
fn hanging(function: &str) -> Invocation {
    let name = format!("{function}.asl.json");
    std::fs::write(puppet().path().join(&name), DO.replace("Puppet", function)).unwrap();
    in_puppet(&["run", "--definition", &name, "--input", r#"{"do":"hang"}"#])
}

#[test]
fn an_interrupt_ends_the_functions_too() {
    for (function, signal) in [
        ("Sleeper", Signal::INT),
        ("Terminated", Signal::TERM),
        ("HungUp", Signal::HUP),
    ] {
        let deployed = format!("show-dev-{function}");
        let outcome = hanging(function).signalled(|| running(&deployed), signal, 1);
        assert_eq!(outcome.code, Some(130), "{function}: {outcome}");
        assert!(outcome.stderr.contains("interrupted"), "{function}: {outcome}");
        assert!(!running(&deployed), "{function}");
    }
}

/// It takes some seconds, in which no state waits for anything.
#[test]
fn an_execution_that_only_computes_can_be_interrupted() {
    let states = r#"{"A":{"Type":"Choice","Choices":[{"Condition":"{% $sum([1..100000].($ * 2)) = 1 %}","Next":"B"}],
                     "Default":"A"},"B":{"Type":"Succeed"}}"#;
    let machine = format!(r#"{{"QueryLanguage":"JSONata","StartAt":"A","States":{states}}}"#);
    let workspace = Workspace::empty().file("a.asl.json", &machine);
    for signal in [Signal::INT, Signal::TERM] {
        let name = format!("computes-{}", signal.as_raw());
        let run = workspace
            .stepwright(&["run", "--definition", "a.asl.json"])
            .env("AWS_LAMBDA_FUNCTION_NAME", &name);
        let outcome = run.signalled(|| listens(&name), signal, 1);
        assert_eq!(outcome.code, Some(130), "{outcome}");
    }
}

#[test]
fn a_run_that_is_to_outlive_its_terminal_does() {
    let outcome = hanging("Deserted").with_nohup();
    let outcome = outcome.signalled(|| running("show-dev-Deserted"), Signal::HUP, 1);
    assert_eq!(outcome.code, Some(4), "{outcome}");
}

#[test]
fn an_input_that_does_not_come_is_not_waited_for() {
    let workspace = Workspace::empty().file("a.asl.json", r#"{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}"#);
    let waiting = workspace
        .stepwright(&["run", "--definition", "a.asl.json", "--input", "-"])
        .env("AWS_LAMBDA_FUNCTION_NAME", "waits-for-input")
        .with_endless_input();
    let outcome = waiting.run_until(|| listens("waits-for-input"), 1);
    assert_eq!(outcome.code, Some(130), "{outcome}");
}

/// Whether a process whose environment names this function is there.
fn running(function: &str) -> bool {
    processes_of(function).next().is_some()
}

/// Whether such a process is there and takes signals itself.
fn listens(function: &str) -> bool {
    let interrupt = 1 << (Signal::INT.as_raw() - 1);
    processes_of(function).any(|process| {
        let status = std::fs::read_to_string(process.join("status")).unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        mask.is_some_and(|mask| u64::from_str_radix(mask.trim(), 16).unwrap() & interrupt != 0)
    })
}

fn processes_of(function: &str) -> impl Iterator<Item = PathBuf> {
    let wanted = format!("AWS_LAMBDA_FUNCTION_NAME={function}");
    let processes = std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .map(|process| process.path());
    processes.filter(move |process| {
        let environment = std::fs::read(process.join("environ")).unwrap_or_default();
        environment
            .split(|byte| *byte == 0)
            .any(|variable| variable == wanted.as_bytes())
    })
}
