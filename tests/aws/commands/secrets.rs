use std::collections::HashMap;

use insta::assert_snapshot;

use super::{CONFIGURATION, Stack};
use crate::double::Kind;

/// The stack whose function `Validate` has this environment.
fn with_environment(environment: &str) -> Stack {
    let text = CONFIGURATION.replace("{ LEVEL = \"info\" }", environment);
    Stack::new().file("stepwright.toml", &text)
}

fn with_secrets() -> Stack {
    let environment = r#"{ LEVEL = "info", DB = { ssm = "/order/db" }, TOKEN = { secret = "order", key = "token" }, \
                         ALL = { secret = "order" } }"#;
    let stack = with_environment(&environment.replace("\\\n", "").replace("                         ", ""));
    stack.double.set_parameter("/order/db", "hunter2-db");
    stack
        .double
        .set_secret("order", r#"{"token": "hunter2-token", "port": 5432}"#);
    stack
}

fn environment(stack: &Stack) -> HashMap<String, String> {
    let lambda = aws_sdk_lambda::Client::new(&stack.double.configuration());
    let request = lambda.get_function_configuration().function_name("order-dev-Validate");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let found = runtime.block_on(request.send()).unwrap();
    found.environment.unwrap().variables.unwrap()
}

#[test]
fn a_function_gets_what_its_variables_name() {
    let stack = with_secrets().deployed();
    let environment = environment(&stack);
    let expected = [
        ("LEVEL", "info"),
        ("DB", "hunter2-db"),
        ("TOKEN", "hunter2-token"),
        ("ALL", r#"{"token": "hunter2-token", "port": 5432}"#),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(environment, HashMap::from(expected));
}

#[test]
fn a_changed_secret_is_a_change_whose_values_are_nowhere_shown() {
    let stack = with_secrets().deployed();
    assert_eq!(stack.stepwright(&["plan", "--detailed-exitcode"]).run().code, Some(0));
    stack.double.set_parameter("/order/db", "hunter2-new");
    let plan = stack.run(&["plan", "--quiet"]);
    assert_snapshot!(plan);
    for arguments in [
        &["plan", "--verbose"][..],
        &["plan", "--output", "json", "--verbose"],
        &["deploy", "--yes", "--output", "json", "--verbose"],
        &["status", "--output", "json"],
    ] {
        let outcome = stack.stepwright(arguments).run();
        assert_eq!(outcome.code, Some(0), "{outcome}");
        assert!(!outcome.to_string().contains("hunter2"), "{outcome}");
    }
    assert_eq!(environment(&stack)["DB"], "hunter2-new");
}

#[test]
fn what_a_service_repeats_of_an_environment_is_not_shown() {
    let stack = with_secrets();
    let message = "Lambda was unable to configure your environment variables because the environment variables you have \
                   provided exceeded the 4KB limit. String measured: {\"DB\":\"hunter2-db\"}";
    stack.fail(
        "CreateFunction",
        9,
        Kind::Refused(400, "InvalidParameterValueException", message),
    );
    let outcome = stack.stepwright(&["deploy", "--yes", "--verbose"]).run();
    assert_eq!(outcome.code, Some(6), "{outcome}");
    assert!(
        outcome.stderr.contains("exceeded the 4KB limit") && !outcome.to_string().contains("hunter2"),
        "{outcome}"
    );
}

#[test]
fn what_cannot_be_read_is_told_with_the_variable_and_the_function() {
    let cases = [
        ("a_missing_parameter", r#"{ DB = { ssm = "/order/none" } }"#),
        ("a_missing_secret", r#"{ TOKEN = { secret = "none" } }"#),
        ("a_missing_key", r#"{ TOKEN = { secret = "order", key = "none" } }"#),
        (
            "a_secret_without_keys",
            r#"{ TOKEN = { secret = "plain", key = "token" } }"#,
        ),
    ];
    for (name, environment) in cases {
        let stack = with_environment(environment);
        stack.double.set_secret("order", r#"{"token": "hunter2"}"#);
        stack.double.set_secret("plain", "hunter2");
        assert_snapshot!(name, stack.run(&["plan", "--quiet"]));
    }
}

#[test]
fn whoever_deploys_must_be_allowed_to_read_it() {
    let stack = with_secrets();
    let message = "User: arn:aws:iam::123456789012:user/dev is not authorized to perform: secretsmanager:GetSecretValue on \
                   resource: order because no identity-based policy allows the secretsmanager:GetSecretValue action";
    stack.fail(
        "GetSecretValue",
        9,
        Kind::Refused(400, "AccessDeniedException", message),
    );
    assert_snapshot!(stack.run(&["deploy", "--yes", "--quiet"]));
    assert_eq!(stack.mutations(), [""; 0]);
}

#[test]
fn an_answer_that_cannot_be_read_is_not_shown() {
    let garbled = r#"{"SecretString": "{\"token\": \"hunter2-token\"}", oops"#;
    for (status, action) in [
        (200, "GetSecretValue"),
        (500, "GetSecretValue"),
        (200, "GetParameter"),
        (403, "GetFunction"),
    ] {
        let stack = with_secrets().deployed();
        stack.fail(action, 99, Kind::Page(status, garbled));
        let outcome = stack.stepwright(&["plan", "--verbose"]).run();
        assert_eq!(outcome.code, Some(6), "{outcome}");
        assert!(!outcome.to_string().contains("hunter2"), "{outcome}");
        assert!(outcome.stderr.contains("bytes that cannot be read"), "{outcome}");
    }
}
