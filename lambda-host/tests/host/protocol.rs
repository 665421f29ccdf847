//! Runtimes that speak nonsense or at the wrong time.

use std::time::Duration;

use serde_json::json;

use crate::fixture::{Scene, bootstrap, error, function, function_with, script};

#[tokio::test]
async fn wrong_requests_get_the_answers_of_the_service() {
    let scene = Scene::new(function(bootstrap()));
    let api = "/2018-06-01/runtime";
    let state = r#"403 {"errorMessage":"Not Allowed","errorType":"InvalidStateTransition"}"#;
    let id = r#"400 {"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}"#;
    let cases = [
        (format!("POST {api}/invocation/other/response"), id),
        (format!("POST {api}/invocation/other/error"), id),
        (format!("GET {api}/invocation/next"), state),
        (format!("POST {api}/init/error"), state),
        (
            format!("POST {api}/invocation/next"),
            r#"405 {"errorMessage":"Method Not Allowed","errorType":"MethodNotAllowed"}"#,
        ),
        (
            "GET /".to_owned(),
            r#"404 {"errorMessage":"Not Found","errorType":"NotFound"}"#,
        ),
        (
            format!("GET {api}/extension/register"),
            r#"404 {"errorMessage":"Not Found","errorType":"NotFound"}"#,
        ),
        (
            format!("POST {api}/invocation/{{id}}/response"),
            r#"202 {"status":"OK"}"#,
        ),
        (format!("POST {api}/invocation/{{id}}/error"), state),
    ];
    let requests: Vec<_> = cases.iter().map(|(request, _)| request.as_str()).collect();
    scene.response(json!({ "do": "ask", "with": requests })).await;
    scene.response(json!({ "do": "ask", "with": [] })).await;
    let answers: Vec<_> = cases.iter().map(|(_, answer)| *answer).collect();
    let logged = scene.texts();
    assert_eq!(&logged[1..=answers.len()], answers);
}

#[tokio::test(start_paused = true)]
async fn a_bootstrap_that_never_polls_times_out() {
    for text in [
        "#!/bin/sh\nwhile :; do echo nonsense; sleep 1; done\n",
        "#!/bin/sh\nexec sleep 3600\n",
    ] {
        let (_directory, path) = script(text);
        let scene = Scene::new(function(path));
        assert_eq!(error(&scene.call(json!(null)).await).0, "Sandbox.Timedout");
    }
}

#[tokio::test]
async fn nonsense_on_the_wire_is_a_bad_request() {
    let scene = Scene::new(function_with("garbage"));
    let call = tokio::time::timeout(Duration::from_secs(1), scene.call(json!(null))).await;
    assert!(call.is_err());
    assert_eq!(scene.texts(), ["initialising garbage", "HTTP/1.1 400 Bad Request"]);
}
