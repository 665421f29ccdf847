//! What functions answer, and what they are told.

use bytes::Bytes;
use lambda_host::{Function, Host, HostError, Invocation, InvocationContext, InvokeError};
use serde_json::{Value, json};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::fixture::{ARN, Scene, bootstrap, error, function, function_with};

#[tokio::test]
async fn responses_come_back_byte_for_byte() {
    let scene = Scene::new(function(bootstrap()));
    let nested = json!({ "a": [1, null, "\u{20ac}"] });
    assert_eq!(scene.response(json!({ "do": "echo", "with": nested })).await, nested);
    for text in ["  {\"b\":1, \"a\":1.0}  ", "no json", ""] {
        let answer = scene.call(json!({ "do": "raw", "with": text })).await;
        assert_eq!(answer, Invocation::Success(Bytes::from(text)));
    }
}

#[tokio::test]
async fn errors_come_back_with_their_type() {
    let scene = Scene::new(function(bootstrap()));
    let document = json!({ "errorType": "InvalidOrder", "errorMessage": "Invalid order format: no quantity" });
    let answer = scene.call(json!({ "do": "error", "with": document })).await;
    assert_eq!(error(&answer), ("InvalidOrder", document.to_string().as_str()));
    let answer = scene.call(json!({ "do": "error", "with": "just text" })).await;
    assert_eq!(error(&answer), ("none", "\"just text\""));
}

#[tokio::test]
async fn streamed_responses_are_collected() {
    let scene = Scene::new(function(bootstrap()));
    let answer = scene.call(json!({ "do": "stream", "with": "{\"a\": \"b c\"}" })).await;
    assert_eq!(answer, Invocation::Success(Bytes::from("{\"a\": \"b c\"}")));
    let answer = scene
        .call(json!({ "do": "stream", "with": "half of!eyJlcnJvclR5cGUiOiJCcm9rZW4ifQ==" }))
        .await;
    assert_eq!(error(&answer), ("Broken", "{\"errorType\":\"Broken\"}"));
}

#[tokio::test]
async fn a_response_may_have_6_mb_and_no_more() {
    let scene = Scene::new(function(bootstrap()));
    let limit = 6_291_556;
    let Invocation::Success(payload) = scene.call(json!({ "do": "big", "with": limit })).await else {
        panic!()
    };
    assert_eq!(payload.len(), limit);
    let answer = scene.call(json!({ "do": "big", "with": limit + 1 })).await;
    let words = r#"{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes)."}"#;
    assert_eq!(error(&answer), ("Function.ResponseSizeTooLarge", words));
    let refused = "posted response: 413 {\"errorMessage\":\"Exceeded maximum allowed payload size (6291556 bytes).\",\"errorType\":\"RequestEntityTooLarge\"}";
    scene.response(json!({ "do": "who" })).await;
    assert!(scene.texts().contains(&refused.to_owned()), "{:?}", scene.texts());
}

#[tokio::test]
async fn each_invocation_has_its_headers() {
    let scene = Scene::new(function(bootstrap()));
    let headers = scene.response(json!({ "do": "headers" })).await;
    let deadline: u128 = headers["lambda-runtime-deadline-ms"].as_str().unwrap().parse().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    assert!((now + 15_000..now + 20_001).contains(&deadline), "{now} {deadline}");
    assert_eq!(headers["lambda-runtime-aws-request-id"], "the-id");
    assert_eq!(headers["lambda-runtime-invoked-function-arn"], ARN);
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(headers["lambda-runtime-client-context"], Value::Null);
    let trace = headers["lambda-runtime-trace-id"].as_str().unwrap();
    assert_eq!((trace.len(), &trace[..7]), (74, "Root=1-"), "{trace}");

    let context = InvocationContext {
        request_id: None,
        trace_id: Some("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1".to_owned()),
        client_context: Some("{\"a\":1}".to_owned()),
    };
    let answer = scene
        .host
        .invoke("Subject", Bytes::from("{\"do\":\"headers\"}"), context)
        .await
        .unwrap();
    let Invocation::Success(payload) = answer else {
        panic!("{answer:?}")
    };
    let headers: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(headers["lambda-runtime-aws-request-id"].as_str().unwrap().len(), 36);
    assert_eq!(
        headers["lambda-runtime-trace-id"],
        "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"
    );
    assert_eq!(headers["lambda-runtime-client-context"], "{\"a\":1}");
}

#[tokio::test]
async fn the_environment_is_that_of_lambda_and_nothing_else() {
    let mut function = function_with("");
    function.environment.insert("CATALOGUE".to_owned(), "[]".to_owned());
    function.environment.insert("TZ".to_owned(), "Europe/Berlin".to_owned());
    let root = function.bootstrap.parent().unwrap().to_str().unwrap().to_owned();
    let scene = Scene::new(function);
    let mut variables = scene.response(json!({ "do": "environment" })).await;
    let variables = variables.as_object_mut().unwrap();
    let api = variables.remove("AWS_LAMBDA_RUNTIME_API").unwrap();
    assert!(api.as_str().unwrap().starts_with("127.0.0.1:"), "{api}");
    let stream = variables.remove("AWS_LAMBDA_LOG_STREAM_NAME").unwrap();
    let (day, rest) = stream.as_str().unwrap().split_at(10);
    assert!(day.split('/').all(|part| part.parse::<u32>().is_ok()), "{stream}");
    assert_eq!((&rest[..10], rest.len()), ("/[$LATEST]", 42), "{stream}");
    let expected = json!({
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_LAMBDA_FUNCTION_NAME": "order-dev-Subject",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/order-dev-Subject",
        "AWS_REGION": "eu-central-1",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "CATALOGUE": "[]",
        "INIT": "",
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "LAMBDA_TASK_ROOT": root,
        "LANG": "en_US.UTF-8",
        "LD_LIBRARY_PATH": format!("{root}:{root}/lib"),
        "PATH": "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
        "TZ": "Europe/Berlin",
        "_HANDLER": "bootstrap",
    });
    assert_eq!(Value::Object(variables.clone()), expected);
    assert_eq!(scene.response(json!({ "do": "directory" })).await, json!(root));
}

#[tokio::test]
async fn calls_the_service_would_refuse_are_refused() {
    let scene = Scene::new(function(bootstrap()));
    let invoke =
        |name: &'static str, size: usize, context| scene.host.invoke(name, Bytes::from(vec![b' '; size]), context);
    let bad = || Some("a\nb".to_owned());
    let results = [
        invoke("Sub", 0, InvocationContext::default()).await,
        invoke("Subject", 6 * 1024 * 1024 + 1, InvocationContext::default()).await,
        invoke(
            "Subject",
            0,
            InvocationContext {
                request_id: bad(),
                ..Default::default()
            },
        )
        .await,
        invoke(
            "Subject",
            0,
            InvocationContext {
                trace_id: bad(),
                ..Default::default()
            },
        )
        .await,
        invoke(
            "Subject",
            0,
            InvocationContext {
                client_context: bad(),
                ..Default::default()
            },
        )
        .await,
    ];
    let messages = results.map(|result: Result<_, InvokeError>| result.unwrap_err().to_string());
    let expected = [
        "there is no function `Sub`; known are [\"Subject\"]",
        "the payload for `Subject` has 6291457 bytes; at most 6291456 are allowed",
        "the request id has characters that it cannot have",
        "the trace id has characters that it cannot have",
        "the client context has characters that it cannot have",
    ];
    assert_eq!(messages, expected);
}

#[test]
fn functions_the_service_would_refuse_are_refused() {
    let subject = || function("bootstrap".into());
    let with = |name: &str, value: &str| {
        let environment = [(name.to_owned(), value.to_owned())].into();
        vec![Function {
            environment,
            ..subject()
        }]
    };
    let cases = [
        (vec![subject(), subject()], "the function `Subject` is there twice"),
        (
            with("AWS_REGION", "x"),
            "the function `Subject` cannot have the environment variable `AWS_REGION`: Lambda sets it itself",
        ),
        (
            with("A", "x"),
            "the function `Subject` cannot have the environment variable `A`: a name is a letter and then letters, digits and underscores, a value has no NUL character",
        ),
        (
            with("1A", "x"),
            "the function `Subject` cannot have the environment variable `1A`: a name is a letter and then letters, digits and underscores, a value has no NUL character",
        ),
        (
            with("AB", "\0"),
            "the function `Subject` cannot have the environment variable `AB`: a name is a letter and then letters, digits and underscores, a value has no NUL character",
        ),
        (
            vec![Function {
                timeout: Duration::MAX,
                ..subject()
            }],
            "the function `Subject` has a timeout of 18446744073709552000 seconds; at most 900 are allowed",
        ),
        (
            vec![Function {
                arn: "a\nb".to_owned(),
                ..subject()
            }],
            "the ARN `a\nb` of the function `Subject` has characters that an ARN cannot have",
        ),
    ];
    for (functions, expected) in cases {
        let result: Result<Host, HostError> = Host::new(functions, "eu-central-1", |_| {});
        assert_eq!(result.err().unwrap().to_string(), expected);
    }
}
