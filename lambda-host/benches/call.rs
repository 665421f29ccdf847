//! What a call costs: over an environment that is warm, and from the start of the process to the answer.
//!
//! The benchmark is its own bootstrap: started by a host, it behaves as the runtime of the tests.

#![expect(clippy::expect_used, reason = "a benchmark that cannot run has nothing to say")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use divan::Bencher;
use lambda_host::{Function, Host, Invocation, InvocationContext};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

#[path = "../examples/bootstrap.rs"]
mod bootstrap;

fn main() {
    match std::env::var_os("AWS_LAMBDA_RUNTIME_API") {
        Some(_) => bootstrap::main(),
        None => divan::main(),
    }
}

#[divan::bench]
fn warm(bencher: Bencher) {
    let (runtime, host) = (runtime(), host());
    call(&runtime, &host);
    bencher.bench_local(|| call(&runtime, &host));
}

#[divan::bench]
fn cold(bencher: Bencher) {
    let runtime = runtime();
    bencher.with_inputs(host).bench_local_refs(|host| call(&runtime, host));
}

#[divan::bench(sample_count = 3)]
fn a_hundred_at_once(bencher: Bencher) {
    let runtime = runtime();
    bencher.with_inputs(|| Arc::new(host())).bench_local_refs(|host| {
        let _entered = runtime.enter();
        let all: JoinSet<()> = (0..100)
            .map(|_| Arc::clone(host))
            .map(|host| async move { invoke(&host).await })
            .collect();
        runtime.block_on(all.join_all());
    });
}

fn call(runtime: &Runtime, host: &Host) {
    runtime.block_on(invoke(host));
}

async fn invoke(host: &Host) {
    let event = Bytes::from_static(br#"{"do":"echo","with":1}"#);
    let answer = host.invoke("Subject", event, InvocationContext::default()).await;
    assert!(
        matches!(&answer, Ok(Invocation::Success(payload)) if payload == "1"),
        "{answer:?}"
    );
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn host() -> Host {
    let function = Function {
        name: "subject".to_owned(),
        logical_name: "Subject".to_owned(),
        arn: "arn:aws:lambda:us-east-1:123456789012:function:subject".to_owned(),
        version: "$LATEST".to_owned(),
        bootstrap: std::env::current_exe().expect("a path"),
        handler: "bootstrap".to_owned(),
        memory_mib: 128,
        timeout: Duration::from_secs(3),
        environment: BTreeMap::new(),
    };
    Host::new(vec![function], "us-east-1", |_| {}).expect("a host")
}
