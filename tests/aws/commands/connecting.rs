use std::time::{Duration, Instant};

use insta::assert_snapshot;

use super::Stack;
use crate::double::Kind;

#[test]
fn no_credentials() {
    let stack = Stack::new();
    assert_snapshot!(stack.shown(stack.nobody(&["status", "--region", "us-east-1"]).run()));
}

#[test]
fn no_region() {
    let stack = Stack::new();
    assert_snapshot!(stack.shown(stack.nobody(&["status"]).run()));
}

#[test]
fn a_region_that_cannot_be_one() {
    assert_snapshot!(Stack::new().run(&["status", "--region", "us east 1"]));
}

#[test]
fn an_endpoint_that_is_no_url() {
    assert_snapshot!(Stack::new().run(&["status", "--endpoint-url", "localhost:4566"]));
}

#[test]
fn an_endpoint_of_the_environment_that_is_no_url() {
    let stack = Stack::new();
    let invocation = stack.stepwright(&["status"]).env("AWS_ENDPOINT_URL", "localhost");
    assert_snapshot!(stack.shown(invocation.run()));
}

#[test]
fn an_empty_endpoint_is_none() {
    let stack = Stack::new();
    let run = |name: &str| stack.stepwright(&["status"]).env(name, "").run();
    let outcome = run("AWS_ENDPOINT_URL_STS");
    assert_eq!(outcome.code, Some(2), "{outcome}");
    let url = stack.server.url.clone();
    let arguments = ["status", "--endpoint-url", &url];
    let outcome = stack.stepwright(&arguments).env("AWS_ENDPOINT_URL", "").run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
}

#[test]
fn wrong_credentials() {
    let stack = Stack::new();
    let message = "The security token included in the request is invalid.";
    stack.fail(
        "GetCallerIdentity",
        1,
        Kind::Refused(403, "InvalidClientTokenId", message),
    );
    assert_snapshot!(stack.run(&["status"]));
}

#[test]
fn credentials_that_have_expired() {
    let stack = Stack::new();
    let message = "The security token included in the request is expired";
    stack.fail("GetCallerIdentity", 1, Kind::Refused(403, "ExpiredToken", message));
    assert_snapshot!(stack.run(&["status"]));
}

#[test]
fn a_dead_endpoint_is_given_up_soon() {
    let stack = Stack::new();
    let begun = Instant::now();
    assert_snapshot!(stack.run(&["plan", "--endpoint-url", "http://127.0.0.1:9"]));
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[test]
fn an_endpoint_that_never_answers_is_given_up_soon() {
    let stack = Stack::new();
    stack.fail("GetCallerIdentity", 9, Kind::Slow(Duration::from_secs(60)));
    let begun = Instant::now();
    assert_snapshot!(stack.run(&["plan"]));
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[test]
fn something_that_is_not_aws() {
    let page = "<!DOCTYPE html>\n<html>\n  <head><title>Welcome to the network of the hotel</title></head>\n";
    for status in [200, 404, 503] {
        let stack = Stack::new();
        stack.fail("GetCallerIdentity", 9, Kind::Page(status, page));
        assert_snapshot!(format!("page_{status}"), stack.run(&["status"]));
    }
}

#[test]
fn a_short_disturbance_is_ridden_out() {
    let stack = Stack::new();
    stack.fail("GetCallerIdentity", 1, Kind::Unsent);
    stack.fail("ListFunctions", 1, Kind::Unsent);
    assert_eq!(stack.stepwright(&["status"]).run().code, Some(0));
}

#[test]
fn a_profile_that_is_not_there() {
    let stack = Stack::new();
    configure(&stack, "[default]\nregion = us-east-1\n");
    assert_snapshot!(stack.run(&["status", "--profile", "work"]));
}

#[test]
fn a_profile_without_any_configuration_file() {
    let stack = Stack::new();
    let with_region = stack.nobody(&["status", "--profile", "work", "--region", "us-east-1"]);
    let of_the_environment = stack.nobody(&["status"]).env("AWS_PROFILE", "work");
    for invocation in [with_region, of_the_environment] {
        assert_snapshot!(
            "a_profile_without_any_configuration_file",
            stack.shown(invocation.run())
        );
    }
}

#[test]
fn a_configuration_file_that_is_malformed() {
    let stack = Stack::new();
    configure(&stack, "[default\nregion = us-east-1\n");
    for arguments in [&["status"][..], &["status", "--region", "us-east-1"]] {
        let outcome = stack.nobody(arguments).run();
        let text = outcome
            .to_string()
            .replace(&stack.workspace.home().display().to_string(), "[HOME]");
        assert_snapshot!("a_configuration_file_that_is_malformed", text);
    }
}

#[test]
fn credentials_of_the_environment_need_no_configuration_file() {
    let stack = Stack::new();
    configure(&stack, "[default\nregion = us-east-1\n");
    assert_eq!(stack.stepwright(&["status"]).run().code, Some(0));
}

#[test]
fn a_single_sign_on_that_has_expired() {
    let stack = Stack::new();
    configure(
        &stack,
        "[profile work]\nsso_session = us\nsso_account_id = 123456789012\nsso_role_name = dev\nregion = us-east-1\n\
         [sso-session us]\nsso_region = us-east-1\nsso_start_url = https://example.awsapps.com/start\n\
         sso_registration_scopes = sso:account:access\n",
    );
    assert_snapshot!(stack.run(&["status", "--profile", "work"]));
}

#[test]
fn a_profile_that_is_asked_for_goes_before_the_environment() {
    let stack = Stack::new();
    let script = stack.workspace.path().join("credentials.sh");
    std::fs::write(
        &script,
        "echo asked >> asked\necho '{\"Version\": 1, \"AccessKeyId\": \"AKIDOFWORK\", \"SecretAccessKey\": \"s\"}'\n",
    )
    .unwrap();
    configure(
        &stack,
        &format!(
            "[profile work]\nregion = us-east-1\ncredential_process = sh {}\n",
            script.display()
        ),
    );
    let outcome = stack.stepwright(&["status", "--profile", "work"]).run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let asked = std::fs::read_to_string(stack.workspace.path().join("asked")).unwrap();
    assert_eq!(asked, "asked\n", "the credentials are asked for once");
}

fn configure(stack: &Stack, text: &str) {
    let directory = stack.workspace.home().join(".aws");
    std::fs::create_dir_all(&directory).unwrap();
    std::fs::write(directory.join("config"), text).unwrap();
}

#[test]
fn an_endpoint_of_one_service_goes_before_that_of_all() {
    let stack = Stack::new();
    let dead = "http://127.0.0.1:9";
    let run = |arguments: &[&str]| {
        let invocation = stack.stepwright(arguments).env("AWS_ENDPOINT_URL_STS", dead);
        invocation.run().code
    };
    assert_eq!(run(&["status"]), Some(6));
    assert_eq!(run(&["status", "--endpoint-url", &stack.server.url]), Some(0));
}
