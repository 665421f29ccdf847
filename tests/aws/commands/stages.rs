use insta::assert_snapshot;

use super::{CONFIGURATION, Stack};
use crate::double::Kind;

/// The stack with something before its tables and something behind them.
fn configured(before: &str, behind: &str) -> Stack {
    let text = CONFIGURATION.replace("stack = \"order\"\n", &format!("stack = \"order\"\n{before}\n"));
    Stack::new().file("stepwright.toml", &format!("{text}\n{behind}"))
}

const PROD: &str = r#"[stages.prod]
region = "eu-central-1"
account = "123456789012"
memory = 512
environment = { LEVEL = "warn", ZONE = "eu" }

[stages.prod.functions.Validate]
timeout = 30

[stages.prod.logs]
retention_days = 365
"#;

#[test]
fn a_stage_changes_what_it_says_and_goes_where_it_says() {
    let stack = configured("region = \"us-west-2\"", "[stages.prod]\n");
    let outcome = stack.stepwright(&["deploy", "--yes", "--stage", "prod"]).run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert!(outcome.stdout.contains("region us-west-2"), "{outcome}");

    let same_place = PROD.replace("eu-central-1", "us-west-2");
    let text = CONFIGURATION.to_owned() + "\n" + &same_place;
    let stack = stack.file("stepwright.toml", &text);
    assert_snapshot!(stack.run(&["plan", "--stage", "prod", "--quiet"]));
}

#[test]
fn a_stage_has_substitutions_and_an_input_of_its_own() {
    let text = CONFIGURATION.to_owned()
        + "input = \"test.json\"\nsubstitutions = { Limit = \"10\", Zone = \"us\" }\n\n[functions.Pay]\npackage = \
           \"hello\"\n\n[stages.prod.machines.Workflow]\ninput = \"real.json\"\nsubstitutions = { Limit = \"99\" }\n";
    let definition = r#"{"StartAt": "A", "States": {"A": {
        "Type": "Pass", "Parameters": {"limit": "${Limit}", "zone": "${Zone}", "input.$": "$"}, "End": true}}}"#;
    let stack = Stack::new()
        .file("stepwright.toml", &text)
        .file("workflow.asl.json", definition)
        .file("test.json", "\"test\"")
        .file("real.json", "\"real\"");
    let outcome = stack.stepwright(&["run", "--quiet"]).run();
    assert_eq!(
        outcome.stdout, "{\n  \"limit\": \"10\",\n  \"zone\": \"us\",\n  \"input\": \"test\"\n}\n",
        "{outcome}"
    );
    let outcome = stack.stepwright(&["run", "--quiet", "--stage", "prod"]).run();
    assert_eq!(
        outcome.stdout, "{\n  \"limit\": \"99\",\n  \"zone\": \"us\",\n  \"input\": \"real\"\n}\n",
        "{outcome}"
    );
}

#[test]
fn arguments_go_before_the_stage() {
    let stack = configured("", PROD);
    let region = |arguments: &[&str]| {
        let outcome = stack.stepwright(arguments).run();
        assert_eq!(outcome.code, Some(0), "{outcome}");
        let status: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
        status["region"].as_str().unwrap().to_owned()
    };
    let status = ["status", "--output", "json"];
    assert_eq!(region(&status), "us-east-1");
    assert_eq!(region(&[&status[..], &["--stage", "prod"]].concat()), "eu-central-1");
    assert_eq!(
        region(&[&status[..], &["--stage", "prod", "--region", "eu-west-1"]].concat()),
        "eu-west-1"
    );
}

#[test]
fn any_other_account_than_the_declared_one_is_refused_before_it_is_read() {
    let prod = PROD.replace("123456789012", "999999999999");
    let stack = configured("", &prod);
    assert_snapshot!("another_account", stack.run(&["deploy", "--yes", "--stage", "prod"]));
    for command in ["plan", "deploy", "status", "start", "destroy"] {
        let outcome = stack.stepwright(&[command, "--stage", "prod"]).run();
        assert_eq!(outcome.code, Some(2), "{outcome}");
    }
    assert!(stack.double.take_calls().iter().all(|call| call == "GetCallerIdentity"));
}

#[test]
fn the_profile_of_another_account_is_named() {
    let stack = configured("account = \"999999999999\"\nprofile = \"work\"", "");
    let directory = stack.workspace.home().join(".aws");
    std::fs::create_dir_all(&directory).unwrap();
    let keys = "[profile work]\naws_access_key_id = AKIDOFWORK\naws_secret_access_key = secret\n";
    std::fs::write(directory.join("config"), keys).unwrap();
    assert_snapshot!(stack.run(&["status"]));
}

#[test]
fn a_stage_is_watched_as_it_says() {
    let stack = configured(
        "dashboard = true",
        "[stages.prod]\ntracing = true\n[stages.prod.logs]\nlevel = \"ALL\"\ninclude_execution_data = true\n\
         [stages.prod.alarms]\nactions = [\"arn:aws:sns:us-east-1:123456789012:pager\"]\nfunction_duration = false\n\
         execution_time = 60\nexecutions_failed = 3\n",
    );
    let resources = |arguments: &[&str]| {
        let outcome = stack
            .stepwright(&[&["plan", "--output", "json"], arguments].concat())
            .run();
        let plan: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
        let changes = plan["changes"].as_array().unwrap().iter();
        let watching = changes.filter(|change| ["alarm", "dashboard"].contains(&change["kind"].as_str().unwrap()));
        watching
            .map(|change| change["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(resources(&[]), ["order-dev"]);
    assert_snapshot!(resources(&["--stage", "prod"]).join("\n"));
    stack.stepwright(&["deploy", "--yes", "--stage", "prod"]).run();
    let plan = stack
        .stepwright(&["plan", "--stage", "prod", "--detailed-exitcode"])
        .run();
    assert_eq!(plan.code, Some(0), "{plan}");
    let outcome = stack.stepwright(&["destroy", "--yes", "--stage", "prod"]).run();
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert_eq!(stack.double.alarms(|alarms| alarms.names()), [""; 0]);
}

#[test]
fn advice_is_about_the_stage() {
    let stack = configured("", "[stages.qa]\n");
    stack.fail("CreateRole", 99, Kind::Refused(400, "SomethingNew", "no"));
    let outcome = stack.stepwright(&["deploy", "--yes", "--stage", "qa"]).run();
    assert!(
        outcome.stderr.contains("`stepwright destroy --stage qa` takes down"),
        "{outcome}"
    );
}
