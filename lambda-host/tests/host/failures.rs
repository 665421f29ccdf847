//! Functions that crash, hang, or never start.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use lambda_host::Function;
use serde_json::{Value, json};

use crate::fixture::{Scene, bootstrap, error, eventually, exists, function, function_with, script};

/// `{path}` in the expected message is the bootstrap's.
async fn check(function: Function, event: Value, expected_type: &str, expected_message: &str) {
    let expected_message = expected_message.replace("{path}", function.bootstrap.to_str().unwrap());
    let scene = Scene::new(function);
    let answer = scene.call(event).await;
    let expected = json!({ "errorType": expected_type, "errorMessage": expected_message }).to_string();
    assert_eq!(
        error(&answer),
        (expected_type, expected.as_str()),
        "{:?}",
        scene.texts()
    );
}

#[tokio::test]
async fn a_crash_during_an_invocation_is_an_exit_error() {
    let cases = [
        (
            json!({ "do": "exit", "with": 0 }),
            "Runtime exited without providing a reason",
        ),
        (
            json!({ "do": "exit", "with": 3 }),
            "Runtime exited with error: exit status 3",
        ),
        (json!({ "do": "panic" }), "Runtime exited with error: exit status 101"),
        (json!({ "do": "abort" }), "Runtime exited with error: signal: aborted"),
    ];
    for (event, words) in cases {
        check(
            function(bootstrap()),
            event,
            "Runtime.ExitError",
            &format!("RequestId: the-id Error: {words}"),
        )
        .await;
    }
}

#[tokio::test]
async fn a_crash_during_initialisation_is_an_exit_error() {
    let cases = [
        ("exit 0", "Runtime exited without providing a reason"),
        ("exit 3", "Runtime exited with error: exit status 3"),
        ("abort", "Runtime exited with error: signal: aborted"),
    ];
    for (init, words) in cases {
        let message = format!("RequestId: the-id Error: {words}");
        check(function_with(init), Value::Null, "Runtime.ExitError", &message).await;
    }
}

#[tokio::test]
async fn a_failed_initialisation_is_tried_twice() {
    let scene = Scene::new(function_with("error"));
    let answer = scene.call(Value::Null).await;
    assert_eq!(
        error(&answer),
        (
            "Init.Broken",
            r#"{"errorType":"Init.Broken","errorMessage":"no catalogue"}"#
        )
    );
    let starts = scene
        .texts()
        .iter()
        .filter(|text| *text == "initialising error")
        .count();
    assert_eq!(starts, 2);
}

#[tokio::test]
async fn an_executable_that_cannot_start_is_an_invalid_entrypoint() {
    let prefix = "RequestId: the-id Error:";
    let invalid = |mode: u32, text: &str| {
        let (directory, path) = script(text);
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        (directory, function(path))
    };
    let cases = [
        (invalid(0o644, "#!/bin/sh\n"), "fork/exec {path}: permission denied"),
        (invalid(0o755, "no program"), "fork/exec {path}: exec format error"),
        (invalid(0o755, ""), "fork/exec {path}: exec format error"),
        (
            invalid(0o755, "#!/no/such/shell\n"),
            "fork/exec {path}: no such file or directory",
        ),
        (foreign_architecture(), "fork/exec {path}: exec format error"),
    ];
    for ((_directory, function), words) in cases {
        check(
            function,
            Value::Null,
            "Runtime.InvalidEntrypoint",
            &format!("{prefix} {words}"),
        )
        .await;
    }
    let missing = function("/no/such/bootstrap".into());
    let words = format!("{prefix} Couldn't find valid bootstrap(s): [{{path}}]");
    check(missing, Value::Null, "Runtime.InvalidEntrypoint", &words).await;
    let directory = tempfile::tempdir().unwrap();
    let words = format!("{prefix} fork/exec {{path}}: permission denied");
    check(
        function(directory.path().into()),
        Value::Null,
        "Runtime.InvalidEntrypoint",
        &words,
    )
    .await;
}

/// An ELF executable for a machine that is not this one.
fn foreign_architecture() -> (tempfile::TempDir, Function) {
    let (directory, path) = script("");
    let mut program = fs::read(bootstrap()).unwrap();
    let machine = if cfg!(target_arch = "x86_64") { 183 } else { 62 };
    program
        .get_mut(18..20)
        .unwrap()
        .copy_from_slice(&u16::to_le_bytes(machine));
    fs::write(&path, program).unwrap();
    (directory, function(path))
}

#[tokio::test]
async fn a_function_past_its_timeout_is_killed() {
    let cases = [
        (function_with(""), json!({ "do": "hang" })),
        (function_with(""), json!({ "do": "flood" })),
    ];
    for (function, event) in cases {
        let function = Function {
            timeout: Duration::from_millis(500),
            ..function
        };
        let message = "RequestId: the-id Error: Task timed out after 0.50 seconds";
        check(function, event, "Sandbox.Timedout", message).await;
    }
}

#[tokio::test]
async fn a_timeout_ends_the_children_too_and_the_next_call_works() {
    let mut subject = function(bootstrap());
    subject.timeout = Duration::from_secs(1);
    let scene = Scene::new(subject);
    let pids = scene.response(json!({ "do": "leave a child" })).await;
    assert!(exists(&pids["child"]));
    let started = Instant::now();
    assert_eq!(error(&scene.call(json!({ "do": "hang" })).await).0, "Sandbox.Timedout");
    assert!(
        (1000..2500).contains(&started.elapsed().as_millis()),
        "{:?}",
        started.elapsed()
    );
    eventually("both ended", || !exists(&pids["pid"]) && !exists(&pids["child"])).await;
    assert_eq!(scene.response(json!({ "do": "who" })).await["served"], 1);
}

#[tokio::test(start_paused = true)]
async fn an_initialisation_over_10_seconds_counts_towards_the_timeout() {
    // The clock is paused: it jumps ahead whenever everything waits, and the processes never get to poll.
    let (_directory, path) = script("#!/bin/sh\necho started\nexec sleep 3600\n");
    let mut subject = function(path);
    subject.timeout = Duration::from_secs(3);
    let scene = Scene::new(subject);
    let started = tokio::time::Instant::now();
    let answer = scene.call(Value::Null).await;
    let words = r#"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: the-id Error: Task timed out after 3.00 seconds"}"#;
    assert_eq!(error(&answer), ("Sandbox.Timedout", words));
    assert_eq!(started.elapsed().as_secs(), 13);
}

#[tokio::test]
async fn a_slow_initialisation_does_not_count_towards_the_timeout() {
    let mut subject = function_with("sleep 1500");
    subject.timeout = Duration::from_secs(1);
    assert_eq!(
        Scene::new(subject).response(json!({ "do": "echo", "with": 1 })).await,
        1
    );
}
