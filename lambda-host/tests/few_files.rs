//! A machine that lets this process open few files: calls wait for each other, and idle environments make room.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

#[path = "host/fixture.rs"]
#[expect(dead_code, reason = "part of it is enough here")]
mod fixture;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use lambda_host::{Function, Host, Invocation, InvocationContext, InvokeError};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::fixture::{bootstrap, eventually, exists, function};

const SLEEP: &str = r#"{"do":"sleep","with":20}"#;
const HANG: &str = r#"{"do":"hang"}"#;

/// The whole test is one, since the limit is that of the process.
#[tokio::test]
async fn calls_share_the_room_there_is() {
    let maximum = getrlimit(Resource::Nofile).maximum;
    setrlimit(
        Resource::Nofile,
        Rlimit {
            current: Some(128 + 2 * 8),
            maximum,
        },
    )
    .unwrap();
    let named = |name: &str| Function {
        logical_name: name.to_owned(),
        ..function(bootstrap())
    };
    let host = Arc::new(Host::new(vec![named("First"), named("Second")], "us-east-1", |_| {}).unwrap());

    let first = processes_of_overlapping_calls(&host, "First").await;
    assert_eq!(first.len(), 2);
    let second = processes_of_overlapping_calls(&host, "Second").await;
    assert_eq!(second.len(), 2);
    eventually("the first made room", || {
        !first.iter().any(|pid| exists(&Value::from(*pid)))
    })
    .await;

    let mut waiting: JoinSet<_> = (0..1000).map(|_| call(&host, "First", HANG)).collect();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let refused = call(&host, "First", HANG).await.unwrap_err();
    let words = "too many calls at the same time, one of them of `First`; at most 1000 can run";
    assert!(matches!(refused, InvokeError::TooManyRequests { .. }));
    assert_eq!(refused.to_string(), words);
    host.shutdown().await;
    while let Some(answer) = waiting.join_next().await {
        assert!(matches!(answer.unwrap(), Err(InvokeError::ShutDown)));
    }
}

async fn processes_of_overlapping_calls(host: &Arc<Host>, function: &'static str) -> BTreeSet<u64> {
    let calls: JoinSet<_> = (0..20).map(|_| call(host, function, SLEEP)).collect();
    calls
        .join_all()
        .await
        .into_iter()
        .map(|answer| pid(&answer.unwrap()))
        .collect()
}

fn call(
    host: &Arc<Host>,
    function: &'static str,
    event: &'static str,
) -> impl Future<Output = Result<Invocation, InvokeError>> + Send + 'static {
    let host = Arc::clone(host);
    async move {
        host.invoke(
            function,
            Bytes::from_static(event.as_bytes()),
            InvocationContext::default(),
        )
        .await
    }
}

fn pid(answer: &Invocation) -> u64 {
    let (Invocation::Success(payload) | Invocation::FunctionError { payload, .. }) = answer;
    let value: Value = serde_json::from_slice(payload).unwrap();
    value.get("pid").and_then(Value::as_u64).unwrap()
}
