//! What functions write.

use lambda_host::LogLine;
use serde_json::json;

use crate::fixture::{Scene, bootstrap, eventually, function, script};

fn line(request_id: Option<&str>, text: &str) -> LogLine {
    LogLine {
        function: "Subject".to_owned(),
        request_id: request_id.map(str::to_owned),
        text: text.to_owned(),
    }
}

#[tokio::test]
async fn lines_carry_the_function_and_the_invocation() {
    let scene = Scene::new(function(bootstrap()));
    scene.response(json!({ "do": "print", "with": "one\ntwo\n" })).await;
    let id = Some("the-id");
    let expected = [
        line(None, "initialising "),
        line(id, "one"),
        line(id, "two"),
        line(id, "and to standard error"),
    ];
    assert_eq!(scene.lines()[..4], expected);
}

#[tokio::test]
async fn all_lines_of_a_crash_are_there_before_its_answer() {
    let scene = Scene::new(function(bootstrap()));
    scene.call(json!({ "do": "panic" })).await;
    assert!(
        scene.texts().contains(&"handler panicked".to_owned()),
        "{:?}",
        scene.texts()
    );
}

#[tokio::test]
async fn a_child_that_left_the_group_does_not_hold_up_the_end() {
    let (_directory, path) = script("#!/bin/sh\nsetsid sleep 5 &\nprintf 'last \\377 words'\nexit 1\n");
    let scene = Scene::new(function(path));
    let started = std::time::Instant::now();
    scene.call(json!(null)).await;
    assert!(started.elapsed().as_secs() < 3, "{:?}", started.elapsed());
    eventually("logged", || scene.texts() == ["last \u{fffd} words"; 2]).await;
}
