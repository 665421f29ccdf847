//! A host with one function, and what it logged.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use lambda_host::{Function, Host, Invocation, InvocationContext, InvokeError, LogLine};
use serde_json::Value;

pub(crate) const ARN: &str = "arn:aws:lambda:eu-central-1:123456789012:function:order-dev-Subject";

/// `examples/bootstrap.rs`, which cargo builds with the tests.
pub(crate) fn bootstrap() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let path = test.parent().and_then(Path::parent).unwrap().join("examples/bootstrap");
    assert!(
        path.exists(),
        "{} is missing: cargo build -p lambda-host --examples",
        path.display()
    );
    path
}

/// An executable shell script in a directory of its own.
pub(crate) fn script(text: &str) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("bootstrap");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    (directory, path)
}

pub(crate) fn function(bootstrap: PathBuf) -> Function {
    Function {
        name: "order-dev-Subject".to_owned(),
        logical_name: "Subject".to_owned(),
        arn: ARN.to_owned(),
        version: "$LATEST".to_owned(),
        bootstrap,
        handler: "bootstrap".to_owned(),
        memory_mib: 128,
        timeout: Duration::from_secs(20),
        environment: BTreeMap::new(),
    }
}

/// The test runtime with something to do before its first poll.
pub(crate) fn function_with(init: &str) -> Function {
    let environment = BTreeMap::from([("INIT".to_owned(), init.to_owned())]);
    Function {
        environment,
        ..function(bootstrap())
    }
}

pub(crate) struct Scene {
    pub(crate) host: Host,
    lines: Arc<Mutex<Vec<LogLine>>>,
}

impl Scene {
    pub(crate) fn new(function: Function) -> Self {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&lines);
        let host = Host::new(vec![function], "eu-central-1", move |line| {
            sink.lock().unwrap().push(line)
        })
        .unwrap();
        Self { host, lines }
    }

    pub(crate) async fn try_call(&self, event: Value) -> Result<Invocation, InvokeError> {
        let context = InvocationContext {
            request_id: Some("the-id".to_owned()),
            ..InvocationContext::default()
        };
        self.host
            .invoke("Subject", Bytes::from(event.to_string()), context)
            .await
    }

    pub(crate) async fn call(&self, event: Value) -> Invocation {
        self.try_call(event).await.unwrap()
    }

    /// The response, which must be JSON.
    pub(crate) async fn response(&self, event: Value) -> Value {
        match self.call(event).await {
            Invocation::Success(payload) => serde_json::from_slice(&payload).unwrap(),
            error @ Invocation::FunctionError { .. } => panic!("{error:?}"),
        }
    }

    pub(crate) fn lines(&self) -> Vec<LogLine> {
        self.lines.lock().unwrap().clone()
    }

    pub(crate) fn texts(&self) -> Vec<String> {
        self.lines().into_iter().map(|line| line.text).collect()
    }
}

/// The error type and the document of a function error.
pub(crate) fn error(invocation: &Invocation) -> (&str, &str) {
    match invocation {
        Invocation::FunctionError { error_type, payload } => (
            error_type.as_deref().unwrap_or("none"),
            std::str::from_utf8(payload).unwrap(),
        ),
        Invocation::Success(payload) => panic!("succeeded with {payload:?}"),
    }
}

/// Whether the process is there, be it as a zombie.
pub(crate) fn exists(pid: &Value) -> bool {
    Path::new("/proc").join(pid.to_string()).exists()
}

/// Waits until the condition holds, for some seconds.
pub(crate) async fn eventually(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..500 {
        if condition() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never came true: {what}");
}
