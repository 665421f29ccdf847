//! What tests of state machines can say and see.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use std::time::Duration;

use executor::Workflow;
use executor::harness::{Error, Harness, Run, TaskError};
use futures_util::FutureExt;
use serde_json::{Value, json};

fn machine(start: &str, states: Value) -> Harness {
    Harness::new(&json!({ "StartAt": start, "States": states }).to_string()).unwrap()
}

fn task(resource: &str, fields: Value) -> Value {
    let mut state = json!({ "Type": "Task", "Resource": resource, "End": true });
    let fields = fields.as_object().unwrap().clone();
    state.as_object_mut().unwrap().extend(fields);
    state
}

fn invoke(fields: Value) -> Harness {
    let mut state = task("arn:aws:states:::lambda:invoke", fields);
    state["Parameters"] = json!({ "FunctionName": "${F}", "Payload.$": "$" });
    machine("A", json!({ "A": state }))
}

fn run(harness: &Harness, input: Value) -> Run {
    harness.run(input).now_or_never().unwrap().unwrap()
}

fn types(run: &Run) -> Vec<String> {
    let history = serde_json::to_value(run.history()).unwrap();
    let events = history["events"].as_array().unwrap().iter();
    events.map(|event| event["type"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_call_takes_the_time_that_it_says() {
    let harness = invoke(json!({})).function("F", async |call| {
        call.takes(Duration::from_secs(90));
        Ok(json!(1))
    });
    assert_eq!(run(&harness, json!({})).duration(), Duration::from_secs(90));
    let harness = invoke(json!({ "TimeoutSeconds": 60 })).function("F", async |call| {
        call.takes(Duration::from_secs(90));
        Ok(json!(1))
    });
    let late = run(&harness, json!({}));
    assert_eq!(late.error(), Some("States.Timeout"));
    assert_eq!(late.duration(), Duration::from_secs(60));
}

#[test]
fn a_job_and_a_callback_are_submitted() {
    let states = json!({ "A": task("arn:aws:states:::sqs:sendMessage.waitForTaskToken", json!({})) });
    let expected = [
        "ExecutionStarted",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSubmitted",
        "TaskSucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
    ];
    let harness = machine("A", states.clone()).state("A", async |_| Ok(json!("sent")));
    assert_eq!(types(&run(&harness, json!({}))), expected);
    let harness = machine("A", states).state("A", async |call| {
        call.submitted(json!({ "MessageId": "m-1" }));
        Ok(json!("sent"))
    });
    let history = serde_json::to_value(run(&harness, json!({})).history()).unwrap();
    let submitted = &history["events"][4]["taskSubmittedEventDetails"]["output"];
    assert_eq!(submitted, &json!("{\"MessageId\":\"m-1\"}"));
}

#[test]
fn a_timeout_that_is_thrown_is_told_as_one() {
    let harness = invoke(json!({})).function("F", async |_| Err(TaskError::new("States.Timeout", "")));
    assert!(types(&run(&harness, json!({}))).contains(&"TaskTimedOut".to_owned()));
    let direct = task("arn:aws:lambda:us-east-1:123456789012:function:F", json!({}));
    let harness = machine("A", json!({ "A": direct }));
    let harness = harness.function("F", async |_| Err(TaskError::new("States.Timeout", "")));
    assert!(types(&run(&harness, json!({}))).contains(&"LambdaFunctionTimedOut".to_owned()));
}

#[test]
fn an_invocation_is_answered_as_aws_answers_it() {
    let harness = invoke(json!({})).function("F", async |call| Ok(call.input));
    let run = run(&harness, json!({ "a": 1 }));
    let output = run.output().unwrap();
    assert_eq!(output["Payload"], json!({ "a": 1 }));
    assert_eq!(output["SdkHttpMetadata"]["HttpStatusCode"], json!(200));
    assert!(output["SdkResponseMetadata"]["RequestId"].is_string());
}

/// A machine that starts `Child`, and beside it waits for a minute and fails.
fn parent(resource: &str) -> Harness {
    let start = task(
        resource,
        json!({ "Parameters": { "StateMachineArn": "${Child}", "Input.$": "$" } }),
    );
    let wait = json!({ "Type": "Wait", "Seconds": 60, "Next": "Fail" });
    machine(
        "Both",
        json!({ "Both": { "Type": "Parallel", "End": true, "Branches": [
            { "StartAt": "Start", "States": { "Start": start } },
            { "StartAt": "Wait", "States": { "Wait": wait, "Fail": { "Type": "Fail", "Error": "Late" } } } ] } }),
    )
}

#[test]
fn machines_that_are_started_run_on_the_same_clock() {
    let child = |seconds: u64| {
        let state = task("arn:aws:lambda:us-east-1:123456789012:function:F", json!({}));
        let wait = json!({ "Type": "Wait", "Seconds": seconds, "Next": "A" });
        machine("Wait", json!({ "Wait": wait, "A": state }))
    };
    let called = std::rc::Rc::new(std::cell::Cell::new(0));
    let count = std::rc::Rc::clone(&called);
    let slow = child(61).function("F", async move |call| {
        count.set(count.get() + 1);
        Ok(call.input)
    });
    let harness = parent("arn:aws:states:::states:startExecution.sync:2").machine("Child", slow);
    assert_eq!(run(&harness, json!({})).error(), Some("Late"));
    assert_eq!(called.get(), 0);

    let failing = child(59).function("F", async |_| Err(TaskError::new("Broken", "")));
    let harness = parent("arn:aws:states:::states:startExecution.sync").machine("Child", failing);
    let ended = run(&harness, json!({}));
    assert_eq!(ended.error(), Some("States.TaskFailed"));
    assert_eq!(ended.duration(), Duration::from_secs(59));

    let express = child(1)
        .function("F", async |_| Ok(json!(1)))
        .workflow(Workflow::Express);
    let harness = parent("arn:aws:states:::states:startExecution.sync").machine("Child", express);
    assert_eq!(run(&harness, json!({})).error(), Some("States.Runtime"));
}

#[test]
fn what_is_defined_has_to_be_called() {
    let told = |harness: Harness| {
        let error = harness.run(json!({})).now_or_never().unwrap().unwrap_err();
        error.to_string()
    };
    let defined = || invoke(json!({})).function("F", async |_| Ok(json!(1)));
    assert_eq!(told(invoke(json!({}))), "nothing is defined for the task of state `A`");
    assert_eq!(
        told(defined().function("Typo", async |_| Ok(json!(1)))),
        "the function `Typo` is defined, and the state machine has no Task for it"
    );
    assert_eq!(
        told(defined().state("NoSuch", async |_| Ok(json!(1)))),
        "the state `NoSuch` is defined, and the state machine has no Task for it"
    );
    assert_eq!(
        told(defined().machine("Child", defined())),
        "the state machine `Child` is defined, and the state machine has no Task for it"
    );
}

#[test]
fn an_input_over_the_limit_is_refused() {
    let harness = invoke(json!({})).function("F", async |_| Ok(json!(1)));
    let refused = harness.run(json!("x".repeat(262_143))).now_or_never().unwrap();
    assert_eq!(refused.unwrap_err(), Error::InputTooLarge(262_145));
}

#[test]
fn errors_of_a_definition_say_where_they_are() {
    let definition = r#"{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}"#;
    let error = Harness::new(definition).err().unwrap().to_string();
    assert!(error.contains("/States/A/Next: "), "{error}");
}

#[test]
fn a_closure_that_never_ends_is_given_up_where_patience_ends() {
    let harness = invoke(json!({ "TimeoutSeconds": 5 }))
        .function("F", async |_| std::future::pending().await)
        .patience(async || ());
    let run = run(&harness, json!({}));
    assert_eq!(run.error(), Some("States.Timeout"));
    assert_eq!(run.duration(), Duration::from_secs(5));
}
