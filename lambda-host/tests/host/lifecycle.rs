//! Environments: warm ones, more of them, abandoned calls, the end.

use std::sync::Arc;
use std::time::{Duration, Instant};

use lambda_host::InvokeError;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::fixture::{Scene, bootstrap, error, eventually, exists, function, function_with, script};

async fn pids_of_overlapping_calls(scene: &Arc<Scene>, calls: usize) -> Vec<Value> {
    let mut under_way = JoinSet::new();
    for _ in 0..calls {
        let scene = Arc::clone(scene);
        under_way.spawn(async move { scene.response(json!({ "do": "sleep", "with": 500 })).await });
    }
    let mut pids: Vec<_> = under_way
        .join_all()
        .await
        .iter()
        .filter_map(|who| who.get("pid").cloned())
        .collect();
    pids.sort_by_key(Value::as_u64);
    pids
}

#[tokio::test]
async fn calls_one_after_the_other_share_an_environment() {
    let scene = Scene::new(function(bootstrap()));
    let first = scene.response(json!({ "do": "who" })).await;
    for served in 2..20 {
        assert_eq!(
            scene.response(json!({ "do": "who" })).await,
            json!({ "pid": first["pid"], "served": served })
        );
    }
    let error = json!({ "errorType": "InvalidOrder" });
    scene.call(json!({ "do": "error", "with": error })).await;
    assert_eq!(scene.response(json!({ "do": "who" })).await["pid"], first["pid"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_overlap_have_environments_of_their_own() {
    let scene = Arc::new(Scene::new(function(bootstrap())));
    let first = pids_of_overlapping_calls(&scene, 6).await;
    let mut distinct = first.clone();
    distinct.dedup();
    assert_eq!(distinct.len(), 6);
    assert_eq!(pids_of_overlapping_calls(&scene, 6).await, first);
}

#[tokio::test]
async fn a_crash_costs_the_environment() {
    let scene = Scene::new(function(bootstrap()));
    let first = scene.response(json!({ "do": "who" })).await;
    scene.call(json!({ "do": "exit", "with": 1 })).await;
    let second = scene.response(json!({ "do": "who" })).await;
    assert_ne!(first["pid"], second["pid"]);
    assert_eq!(second["served"], 1);
}

#[tokio::test]
async fn an_environment_that_ends_while_idle_is_replaced_and_reaped() {
    let scene = Scene::new(function(bootstrap()));
    let first = scene.response(json!({ "do": "who" })).await;
    let kill = std::process::Command::new("kill")
        .arg("-9")
        .arg(first["pid"].to_string())
        .status();
    assert!(kill.unwrap().success());
    eventually("reaped", || !exists(&first["pid"])).await;
    assert_eq!(scene.response(json!({ "do": "who" })).await["served"], 1);
}

#[tokio::test]
async fn a_runtime_that_exits_after_its_answer_has_answered() {
    let scene = Scene::new(function(bootstrap()));
    for _ in 0..3 {
        assert_eq!(
            scene.response(json!({ "do": "exit after answering", "with": 7 })).await,
            7
        );
    }
}

#[tokio::test]
async fn a_runtime_may_give_up_a_poll_and_come_back() {
    let scene = Scene::new(function(bootstrap()));
    let first = scene.response(json!({ "do": "who" })).await;
    scene
        .response(json!({ "do": "poll in vain after answering", "with": 100 }))
        .await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(
        scene.response(json!({ "do": "who" })).await,
        json!({ "pid": first["pid"], "served": 3 })
    );
}

#[tokio::test]
async fn work_after_the_answer_does_not_delay_it_and_keeps_the_environment() {
    let scene = Scene::new(function(bootstrap()));
    let first = scene.response(json!({ "do": "who" })).await;
    let started = Instant::now();
    scene
        .response(json!({ "do": "work after answering", "with": 1000 }))
        .await;
    assert!(
        started.elapsed() < Duration::from_millis(900),
        "{:?}",
        started.elapsed()
    );
    let meanwhile = scene.response(json!({ "do": "who" })).await;
    assert_ne!(meanwhile["pid"], first["pid"]);
    eventually("it worked on", || {
        scene.texts().iter().any(|text| text == "worked after answering")
    })
    .await;
}

#[tokio::test]
async fn an_abandoned_call_goes_on_and_frees_its_environment() {
    let scene = Scene::new(function(bootstrap()));
    let first = scene.response(json!({ "do": "who" })).await;
    let call = scene.response(json!({ "do": "sleep", "with": 600 }));
    assert!(timeout(Duration::from_millis(100), call).await.is_err());
    eventually("it answered", || {
        scene
            .texts()
            .iter()
            .filter(|text| text.starts_with("posted response"))
            .count()
            == 2
    })
    .await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(
        scene.response(json!({ "do": "who" })).await,
        json!({ "pid": first["pid"], "served": 3 })
    );
}

#[tokio::test]
async fn an_abandoned_call_still_ends_at_the_timeout() {
    let mut subject = function(bootstrap());
    subject.timeout = Duration::from_millis(500);
    let scene = Scene::new(subject);
    let pid = scene.response(json!({ "do": "who" })).await["pid"].clone();
    assert!(
        timeout(Duration::from_millis(50), scene.call(json!({ "do": "hang" })))
            .await
            .is_err()
    );
    eventually("killed", || !exists(&pid)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shutdown_ends_and_reaps_everything() {
    let scene = Arc::new(Scene::new(function(bootstrap())));
    let idle = scene.response(json!({ "do": "leave a child" })).await;
    let calling = Arc::clone(&scene);
    let hanging = tokio::spawn(async move {
        let busy = calling.response(json!({ "do": "leave a child" })).await;
        (busy, calling.try_call(json!({ "do": "hang" })).await)
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    let started = Instant::now();
    scene.host.shutdown().await;
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    let (busy, answer) = hanging.await.unwrap();
    assert!(matches!(answer, Err(InvokeError::ShutDown)), "{answer:?}");
    for pids in [&idle, &busy] {
        assert!(!exists(&pids["pid"]), "{pids}");
        // Its parent is gone; init reaps it.
        eventually("the child ended", || !exists(&pids["child"])).await;
    }
    assert!(matches!(
        scene.try_call(json!({ "do": "who" })).await,
        Err(InvokeError::ShutDown)
    ));
    scene.host.shutdown().await;
}

#[tokio::test]
async fn shutdown_ends_an_environment_that_initialises() {
    let scene = Arc::new(Scene::new(function_with("sleep 5000")));
    let calling = Arc::clone(&scene);
    let call = tokio::spawn(async move { calling.try_call(json!({ "do": "who" })).await });
    eventually("started", || !scene.texts().is_empty()).await;
    scene.host.shutdown().await;
    assert!(matches!(call.await.unwrap(), Err(InvokeError::ShutDown)));
}

#[tokio::test]
async fn dropping_the_host_ends_everything() {
    let scene = Scene::new(function(bootstrap()));
    let pids = scene.response(json!({ "do": "leave a child" })).await;
    drop(scene);
    eventually("both ended", || !exists(&pids["pid"]) && !exists(&pids["child"])).await;
}

#[tokio::test]
async fn dropping_the_host_ends_an_abandoned_call() {
    let scene = Scene::new(function(bootstrap()));
    let pids = scene.response(json!({ "do": "leave a child" })).await;
    assert!(
        timeout(Duration::from_millis(50), scene.call(json!({ "do": "hang" })))
            .await
            .is_err()
    );
    drop(scene);
    eventually("both ended", || !exists(&pids["pid"]) && !exists(&pids["child"])).await;
}

#[test]
fn the_end_of_the_runtime_ends_everything() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let scene = Scene::new(function(bootstrap()));
    let pids = runtime.block_on(scene.response(json!({ "do": "leave a child" })));
    drop(runtime);
    let ended = |pid: &Value| {
        let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        state.is_empty() || state.contains(") Z ")
    };
    let another = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    another.block_on(eventually("both ended", || {
        ended(&pids["pid"]) && ended(&pids["child"])
    }));
}

#[tokio::test]
async fn nothing_is_started_before_the_first_call() {
    let (directory, path) = script("#!/bin/sh\ntouch started\n");
    let scene = Scene::new(function(path));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!directory.path().join("started").exists());
    assert_eq!(error(&scene.call(Value::Null).await).0, "Runtime.ExitError");
    assert!(directory.path().join("started").exists());
}
