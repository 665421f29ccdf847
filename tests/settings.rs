use insta::assert_snapshot;

use crate::support::Workspace;

fn build(workspace: &Workspace) -> String {
    workspace.stepwright(&["build"]).run().to_string()
}

fn configured(configuration: &str) -> String {
    build(&Workspace::hello().file("stepwright.toml", configuration))
}

#[test]
fn a_workspace_without_configuration() {
    assert_snapshot!(build(&Workspace::empty()));
}

#[test]
fn malformed_toml() {
    assert_snapshot!(configured("stack = \"greeting\n"));
}

#[test]
fn an_unknown_key() {
    assert_snapshot!(configured(
        "stack = \"greeting\"\n\n[functions.Hello]\npackage = \"hello\"\nmemroy = 128\n"
    ));
}

#[test]
fn an_unknown_value() {
    assert_snapshot!(configured(
        "stack = \"greeting\"\n\n[machines.Hello]\ndefinition = \"hello.asl.json\"\ntype = \"Standard\"\n"
    ));
}

#[test]
fn an_unknown_key_where_there_is_one() {
    assert_snapshot!(configured("stack = \"greeting\"\n\n[logs]\nretention = 14\n"));
}

#[test]
fn a_missing_key() {
    assert_snapshot!(configured("[functions.Hello]\npackage = \"hello\"\n"));
}

#[test]
fn a_value_of_the_wrong_type() {
    assert_snapshot!(configured(
        "stack = \"greeting\"\n\n[functions.Hello]\npackage = \"hello\"\nmemory = \"much\"\n"
    ));
}

#[test]
fn every_problem_is_reported_at_once() {
    assert_snapshot!(configured(
        r#"stack = "Greeting"

[functions.Hello]
package = "hello"
memory = 64
timeout = 901
environment = { AWS_REGION = "eu-central-1", "a-b" = "c" }

[functions.Hello-World]
package = "hello"

[machines.Hello]
definition = "missing.asl.json"

[machines.ThisIsTheNameOfAMachineThatIsMuchTooLongForAWSToTakeItAsItsDeployedNameReally]
definition = "../outside.asl.json"

[logs]
retention_days = 15
"#
    ));
}

#[test]
fn a_package_that_is_not_there() {
    assert_snapshot!(configured(
        "stack = \"greeting\"\n\n[functions.Hello]\npackage = \"helo\"\n"
    ));
}

#[test]
fn problems_as_json() {
    let workspace = Workspace::hello().file("stepwright.toml", "stack = \"Greeting\"\n");
    assert_snapshot!(workspace.stepwright(&["build", "--output", "json"]).run());
}

#[test]
fn an_unknown_function() {
    assert_snapshot!(Workspace::hello().stepwright(&["build", "Helo"]).run());
}

#[test]
fn a_stage_that_cannot_be_part_of_names() {
    assert_snapshot!(Workspace::hello().stepwright(&["build", "--stage", "Dev!"]).run());
}

#[test]
fn cargo_that_is_not_there() {
    assert_snapshot!(
        Workspace::hello()
            .stepwright(&["build"])
            .env("CARGO", "/nowhere/cargo")
            .run()
    );
}

#[test]
fn the_configuration_is_found_upward() {
    let workspace = Workspace::hello();
    assert_snapshot!(workspace.stepwright(&["build", "Helo"]).below("hello/src").run());
}

#[test]
fn every_problem_of_a_stage_is_reported_with_its_line() {
    assert_snapshot!(configured(
        r#"stack = "greeting"
account = "1234"
region = "EU"

[functions.Hello]
package = "hello"

[stages.prod]
account = "12345678901x"
profile = ""
memory = 64
environment = { AWS_REGION = "eu-central-1" }

[stages.prod.functions.Helo]
timeout = 901

[stages.prod.machines.Hello]
input = "missing.json"

[stages.prod.logs]
retention_days = 15

[stages.Prod]
region = "eu-central-1"
"#
    ));
}

#[test]
fn an_unknown_key_of_a_stage() {
    assert_snapshot!(configured("stack = \"greeting\"\n\n[stages.prod]\nmemroy = 128\n"));
}

const STAGES: &str = "stack = \"greeting\"\n\n[stages.prod]\n\n[stages.dev2]\n";

#[test]
fn a_stage_nearly_called_as_one_that_is_declared_is_refused() {
    let workspace = Workspace::hello().file("stepwright.toml", STAGES);
    assert_snapshot!(workspace.stepwright(&["build", "--stage", "prdo"]).run());
}

#[test]
fn a_stage_that_is_not_declared_is_as_the_whole_stack() {
    let workspace = Workspace::hello().file("stepwright.toml", STAGES);
    for stage in ["dev", "review"] {
        let outcome = workspace.stepwright(&["build", "--stage", stage]).run();
        assert_eq!(outcome.code, Some(0), "{outcome}");
    }
}

#[test]
fn every_problem_of_tags_boundaries_and_keys_is_reported_with_its_line() {
    assert_snapshot!(configured(
        r#"stack = "greeting"
permissions_boundary = "Boundary"
kms_key = "arn:aws:kms:eu-central-1:123456789012:alias/order"
deploy = { bucket = "s3://zips" }

[tags]
"aws:team" = "payments"
"StepWright:team" = "payments"
team = "a*b"
"" = "nothing"

[stages.prod]
permissions_boundary = "arn:aws:iam::123456789012:role/Boundary"

[stages.prod.tags]
Team = "orders"
"#
    ));
}

#[test]
fn every_problem_of_deploys_is_reported_with_its_line() {
    assert_snapshot!(configured(
        r#"stack = "greeting"

[deploy]
keep_versions = 1
alarms = ["errors", " "]

[stages.prod.deploy]
keep_versions = 1001
alarm = "errors"
"#
    ));
    assert_snapshot!(configured(
        r#"stack = "greeting"

[deploy]
keep_versions = 1
alarms = ["errors", " "]

[stages.prod.deploy]
keep_versions = 1001
"#
    ));
}

#[test]
fn every_problem_of_alarms_is_reported_with_its_line() {
    assert_snapshot!(configured(
        r#"stack = "greeting"

[alarms]
actions = ["pager"]
period = 90
executions_failed = 0
execution_time = true
function_errors = "many"
"#
    ));
    assert_snapshot!(configured(
        r#"stack = "greeting"

[alarms]
actions = ["pager"]
period = 90
executions_failed = 0
execution_time = true

[stages.prod.alarms]
function_errors = -1
"#
    ));
    assert_snapshot!(configured("stack = \"greeting\"\n[logs]\nlevel = \"WARN\"\n"));
}

#[test]
fn too_many_tags() {
    let tags: String = (0..45).map(|place| format!("t{place} = \"\"\n")).collect();
    let text = format!("stack = \"greeting\"\n[tags]\n{tags}\n");
    let workspace = Workspace::hello().file("stepwright.toml", &(text.clone() + "[functions]\n"));
    assert_eq!(workspace.stepwright(&["build"]).run().code, Some(0));
    let outcome = configured(&(text + "[stages.prod.tags]\none-more = \"\"\n"));
    assert!(outcome.contains("46 tags are too many"), "{outcome}");
}

#[test]
fn values_of_variables_are_texts_or_references() {
    let told = |environment: &str| {
        configured(&format!(
            "stack = \"greeting\"\n\n[functions.Hello]\npackage = \"hello\"\nenvironment = {environment}\n"
        ))
    };
    assert_snapshot!(told("{ DB = { ssm = \"/db\", key = \"a\" } }"));
    assert_snapshot!(told("{ DB = { smm = \"/db\" } }"));
    assert_snapshot!(told("{ DB = \"{{resolve:ssm:/db}}\" }"));
    assert_snapshot!(told("{ PORT = 5432 }"));
    assert!(told("{ DB = { secret = \"db\", key = \"a\" }, LEVEL = \"info\" }").starts_with("exit code: 0"));
}

#[test]
fn every_problem_of_permissions_is_reported_with_its_line() {
    assert_snapshot!(configured(
        r#"stack = "greeting"

[functions.Hello]
package = "hello"
managed_policies = ["AmazonS3ReadOnlyAccess", "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]

[[functions.Hello.policy]]
states = ["A"]
actions = ["*", "s3:*", "s3:Get*", "GetObject", "logs:Create*"]
resources = ["*", "orders"]

[[functions.Hello.policy]]
sid = "Read-it"
actions = []
resources = []
conditions = { StringEqual = { "aws:RequestedRegion" = "eu-central-1" } }

[machines.Hello]
definition = "hello.asl.json"

[[machines.Hello.allow]]
resources = ["*", "arn:aws:s3:::*", "orders", "arn:aws:sns:eu-central-1:123456789012:orders"]

[[machines.Hello.allow]]
integration = "dynamodb:putItems"

[[machines.Hello.policy]]
sid = "Same"
actions = ["s3:GetObject"]
resources = ["arn:aws:s3:::in/*"]

[[machines.Hello.policy]]
sid = "Same"
actions = ["s3:GetObject"]
resources = ["arn:aws:s3:::out/*"]
"#
    ));
}
