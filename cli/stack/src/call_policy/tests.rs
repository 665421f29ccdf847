use super::*;
use crate::{Allowance, OwnStatement, derive};
use asl::StateMachine;

/// A call of both query languages with a target that its input names: `call` takes it as the parameter `parameter`.
fn machines(call: &str, parameter: &str) -> [StateMachine; 2] {
    let task = |rest: String| {
        let text = format!(
            r#"{{"StartAt": "S", "States": {{"S": {{"Type": "Task", "Resource": "{call}", "End": true, {rest}}}}}}}"#
        );
        let parsed = asl::parse(&text);
        parsed
            .machine
            .unwrap_or_else(|| panic!("{text}: {:?}", parsed.diagnostics))
    };
    [
        task(format!(r#""Parameters": {{"{parameter}.$": "$.target"}}"#)),
        task(format!(
            r#""QueryLanguage": "JSONata", "Arguments": {{"{parameter}": "{{% $states.input.target %}}"}}"#
        )),
    ]
}

fn policy(machine: &StateMachine, declared: &Declared) -> CallPolicy {
    let scope = Scope::of_tests();
    let place = Place {
        scope: &scope,
        logical: "Order",
        machine: "order-dev-Order",
        functions: &["A"],
    };
    CallPolicy::new(&derive(machine, place, declared), place, declared.clone())
}

fn allow(resources: &[&str]) -> Declared {
    Declared {
        allow: vec![Allowance {
            resources: resources.iter().map(|&resource| resource.to_owned()).collect(),
            ..Allowance::default()
        }],
        policy: Vec::new(),
    }
}

/// What a call with `arguments` lacks in both query languages, as `action on resource`.
#[track_caller]
fn check(call: &str, arguments: &str, declared: &Declared, expected: Option<&str>) {
    let arguments: Json = arguments.parse().unwrap();
    let parameter = arguments
        .as_object()
        .and_then(|object| object.iter().next().map(|(name, _)| name.to_string()));
    for machine in machines(call, &parameter.unwrap_or_default()) {
        let policy = policy(&machine, declared);
        let state = &machine.flow.states[0];
        let lacks = policy.lacks(state, &arguments);
        let lacks = lacks.map(|need| format!("{} on {}", need.action, need.resource));
        assert_eq!(lacks.as_deref(), expected, "{call} {arguments} {declared:?}");
    }
}

const INVOKE: &str = "arn:aws:states:::lambda:invoke";
const START: &str = "arn:aws:states:::states:startExecution.sync:2";
const PUT: &str = "arn:aws:states:::dynamodb:putItem";

fn function(name: &str) -> String {
    format!("arn:aws:lambda:us-east-1:123456789012:function:{name}")
}

#[test]
fn a_function_may_be_called_that_the_list_allows() {
    let any_b = allow(&[&function("b-*")]);
    for (name, lacks) in [
        ("b-1", None),
        ("b-1:7", None),
        ("c", Some(function("c"))),
        ("A", Some(function("order-dev-A"))),
        ("c:live", Some(function("c:live"))),
    ] {
        let arguments = format!(r#"{{"FunctionName": "{name}"}}"#);
        let lacks = lacks.map(|arn| format!("lambda:InvokeFunction on {arn}"));
        check(INVOKE, &arguments, &any_b, lacks.as_deref());
    }
}

#[test]
fn an_exact_function_is_allowed_without_its_versions() {
    let one = allow(&[&function("b")]);
    check(INVOKE, r#"{"FunctionName": "b"}"#, &one, None);
    let version = format!("lambda:InvokeFunction on {}", function("b:2"));
    check(INVOKE, r#"{"FunctionName": "b:2"}"#, &one, Some(&version));
    check(
        INVOKE,
        r#"{"FunctionName": "b", "Qualifier": "2"}"#,
        &one,
        Some(&version),
    );
    let sdk = "arn:aws:states:::aws-sdk:lambda:invoke";
    check(sdk, r#"{"FunctionName": "b", "Qualifier": "2"}"#, &one, Some(&version));
}

#[test]
fn nothing_declared_allows_nothing() {
    let lacks = format!("lambda:InvokeFunction on {}", function("b"));
    check(INVOKE, r#"{"FunctionName": "b"}"#, &Declared::default(), Some(&lacks));
}

#[test]
fn a_statement_of_the_workspace_counts() {
    let own = Declared {
        allow: Vec::new(),
        policy: vec![OwnStatement {
            actions: vec!["lambda:Invoke*".to_owned()],
            resources: vec![function("b*")],
            ..OwnStatement::default()
        }],
    };
    check(INVOKE, r#"{"FunctionName": "b"}"#, &own, None);
    let lacks = format!("lambda:InvokeFunction on {}", function("c"));
    check(INVOKE, r#"{"FunctionName": "c"}"#, &own, Some(&lacks));
}

#[test]
fn an_execution_that_is_waited_for_must_be_followed() {
    let machine = "arn:aws:states:us-east-1:123456789012:stateMachine";
    let execution = "arn:aws:states:us-east-1:123456789012:execution";
    let arguments = format!(r#"{{"StateMachineArn": "{machine}:pack"}}"#);
    let whole = allow(&[&format!("{machine}:pack"), &format!("{execution}:pack:*")]);
    check(START, &arguments, &whole, None);
    let start = format!("states:StartExecution on {machine}:pack");
    check(
        START,
        &arguments,
        &allow(&[&format!("{machine}:ship")]),
        Some(start.as_str()),
    );
    let follow = format!("states:DescribeExecution on {execution}:pack:*");
    check(
        START,
        &arguments,
        &allow(&[&format!("{machine}:pack")]),
        Some(follow.as_str()),
    );
}

#[test]
fn names_with_wildcards_are_names() {
    let table = "arn:aws:dynamodb:us-east-1:123456789012:table";
    let exact = allow(&[&format!("{table}/orders")]);
    check(PUT, r#"{"TableName": "orders"}"#, &exact, None);
    let lacks = format!("dynamodb:PutItem on {table}/order*");
    check(PUT, r#"{"TableName": "order*"}"#, &exact, Some(&lacks));
}

#[test]
fn what_the_definition_names_is_allowed() {
    let text = r#"{"StartAt": "S", "States": {"S": {"Type": "Task", "Resource": "arn:aws:states:::http:invoke", "End": true,
        "Parameters": {"ApiEndpoint": "https://api.example.com/a", "Method": "GET",
            "Authentication": {"ConnectionArn": "arn:aws:events:us-east-1:123456789012:connection/c/1"}}}}}"#;
    let machine = asl::parse(text).machine.unwrap();
    let policy = policy(&machine, &Declared::default());
    let lacks = |url: &str| {
        let arguments = format!(
            r#"{{"ApiEndpoint": "{url}", "Method": "GET",
                "Authentication": {{"ConnectionArn": "arn:aws:events:us-east-1:123456789012:connection/c/1"}}}}"#
        );
        policy.lacks(&machine.flow.states[0], &arguments.parse().unwrap())
    };
    assert_eq!(lacks("https://api.example.com/a"), None);
    let other = lacks("https://api.example.com/b").map(|need| need.action);
    assert_eq!(other.as_deref(), Some("states:InvokeHTTPEndpoint"));
}

#[test]
fn another_role_is_not_looked_at() {
    let text = r#"{"StartAt": "S", "States": {"S": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
        "Credentials": {"RoleArn": "arn:aws:iam::123456789012:role/other"}, "Parameters": {"FunctionName.$": "$.f"}}}}"#;
    let machine = asl::parse(text).machine.unwrap();
    let policy = policy(&machine, &Declared::default());
    let arguments = r#"{"FunctionName": "b"}"#.parse().unwrap();
    assert_eq!(policy.lacks(&machine.flow.states[0], &arguments), None);
}

#[test]
fn it_is_known_which_states_nobody_has_said_enough_of() {
    for machine in machines(INVOKE, "FunctionName") {
        assert!(!policy(&machine, &Declared::default()).knows("S"));
        assert!(policy(&machine, &allow(&[&function("b")])).knows("S"));
    }
}
