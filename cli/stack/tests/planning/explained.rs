//! What summaries of deploys say, for people and for programs.

use asl::Json;
use insta::assert_snapshot;
use stack::{MachineSettings, OldExecutions, Settings, Summary, plan};

use crate::model::Model;
use crate::{defined, desired, function, scope, settings};

const CHARGE: &str = r#"{"Type":"Task","Resource":"ARN:order-dev-Charge","Next":"Paid",
    "Retry":[{"ErrorEquals":["Lambda.TooManyRequestsException"],"MaxAttempts":3}],
    "Catch":[{"ErrorEquals":["States.ALL"],"Next":"Refuse"}]}"#;

/// A machine that charges and ships, or refuses.
fn shop() -> MachineSettings {
    let text = r#"{"StartAt":"Charge","States":{"Charge":CHARGE,
        "Paid":{"Type":"Choice","Choices":[{"Variable":"$.total","NumericGreaterThan":100,"Next":"Ship"}],"Default":"Done"},
        "Ship":{"Type":"Parallel","Next":"Done","Branches":[{"StartAt":"Pack","States":{"Pack":
            {"Type":"Task","Resource":"ARN:order-dev-Pack","End":true}}}]},
        "Done":{"Type":"Succeed"},"Refuse":{"Type":"Fail","Error":"Refused"}}}"#;
    with_definition(&text.replace("CHARGE", CHARGE))
}

fn with_definition(text: &str) -> MachineSettings {
    let text = text.replace("ARN:", &scope().function_arn_prefix());
    defined("Shop", &text.parse().unwrap())
}

fn edited(edits: &[(&str, &str)]) -> MachineSettings {
    let mut text = shop().definition.to_string();
    for (old, new) in edits {
        let old: &str = &old.replace("ARN:", &scope().function_arn_prefix());
        assert!(text.contains(old), "{old} in {text}");
        text = text.replace(old, &new.replace("ARN:", &scope().function_arn_prefix()));
    }
    with_definition(&text)
}

fn order() -> Settings {
    settings(vec![function("Charge"), function("Pack")], vec![shop()])
}

fn deployed(settings: &Settings) -> Model {
    let mut model = Model::default();
    let plan = plan(&desired(settings), &model.observed).unwrap();
    model.apply_all(&scope(), &plan);
    model
}

fn explained(settings: &Settings, model: &Model) -> Summary {
    let desired = desired(settings);
    let plan = plan(&desired, &model.observed).unwrap();
    Summary::of_deploy(&desired, &model.observed, &plan)
}

/// The text and the JSON of a summary.
fn both(summary: &Summary) -> String {
    let json = serde_json::to_string_pretty(summary).unwrap();
    format!("{summary}\n\n{json}")
}

/// What deploying `change`d settings over a deployed stack says.
fn change(change: impl Fn(&mut Settings)) -> Summary {
    let mut settings = order();
    let model = deployed(&settings);
    change(&mut settings);
    explained(&settings, &model)
}

fn running(model: &mut Model) {
    let machine = model.observed.machines.get_mut("order-dev-Shop").unwrap();
    let running = |version, count| OldExecutions {
        version,
        count: Some(count),
    };
    machine.running = vec![running(None, 1), running(Some(1), 2)];
}

#[test]
fn a_first_deploy() {
    assert_snapshot!(both(&explained(&order(), &Model::default())));
}

#[test]
fn nothing_to_do() {
    assert_snapshot!(both(&change(|_| {})));
}

#[test]
fn a_change_of_code_changes_no_state() {
    assert_snapshot!(both(&change(|settings| settings.functions[0].code.sha256 = "2".into())));
}

fn definition_changed() -> Summary {
    change(|settings| {
        settings.machines[0] = edited(&[
            (r#""MaxAttempts":3"#, r#""MaxAttempts":5"#),
            (r#""NumericGreaterThan":100"#, r#""NumericGreaterThan":200"#),
            (r#""Refuse""#, r#""Decline""#),
            (
                r#""Resource":"ARN:order-dev-Pack","End":true"#,
                r#""Resource":"ARN:order-dev-Pack","TimeoutSeconds":60,"Next":"Label"}, "Label":{"Type":"Pass","End":true"#,
            ),
        ]);
    })
}

#[test]
fn changes_of_a_definition() {
    assert_snapshot!(both(&definition_changed()));
}

#[test]
fn a_definition_that_is_only_written_otherwise() {
    let summary = change(|settings| {
        settings.machines[0] = edited(&[(r#""MaxAttempts":3"#, r#""MaxAttempts":3,"BackoffRate":2"#)])
    });
    assert_snapshot!(summary);
}

/// Ships with another function, which has a state of its name.
fn ship_by(settings: &mut Settings, function: &str) {
    settings.functions[1] = crate::function(function);
    settings.machines[0] = edited(&[
        ("ARN:order-dev-Pack", &format!("ARN:order-dev-{function}")),
        ("\"Pack\"", &format!("\"{function}\"")),
    ]);
}

/// Version 1 ships by `Pack`, version 2, which is live, by `Wrap`, and no more than two versions are kept.
fn deployed_twice() -> (Settings, Model) {
    let mut settings = order();
    settings.deploys.keep_versions = 2;
    let mut model = deployed(&settings);
    ship_by(&mut settings, "Wrap");
    let plan = plan(&desired(&settings), &model.observed).unwrap();
    model.apply_all(&scope(), &plan);
    (settings, model)
}

fn permissions_changed() -> Summary {
    let (mut settings, mut model) = deployed_twice();
    running(&mut model);
    ship_by(&mut settings, "Send");
    explained(&settings, &model)
}

#[test]
fn permissions_change_while_executions_run() {
    assert_snapshot!(both(&permissions_changed()));
}

#[test]
fn permissions_change_while_nothing_runs() {
    let (mut settings, model) = deployed_twice();
    ship_by(&mut settings, "Send");
    assert_snapshot!(explained(&settings, &model));
}

fn drifted() -> Summary {
    let mut model = deployed(&order());
    let aws = &mut model.observed;
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
    let role = aws.roles.get_mut("order-dev-Shop").unwrap();
    role.policies.insert("stepwright".into(), policy.parse().unwrap());
    let role = aws.roles.get_mut("order-dev-Charge").unwrap();
    role.trust = Json::Null;
    role.attached
        .insert("arn:aws:iam::aws:policy/AdministratorAccess".into());
    let function = aws.functions.get_mut("order-dev-Charge").unwrap();
    function.configuration.memory = 3008;
    function
        .configuration
        .environment
        .insert("TOKEN".into(), "secret".into());
    aws.log_groups
        .get_mut("/aws/lambda/order-dev-Pack")
        .unwrap()
        .retention_days = None;
    aws.log_groups.remove("/aws/lambda/order-dev-Charge").unwrap();
    let current = &mut aws.machines.get_mut("order-dev-Shop").unwrap().current;
    current.definition = current
        .definition
        .to_string()
        .replace(r#""MaxAttempts":3"#, r#""MaxAttempts":9"#)
        .parse()
        .unwrap();
    current.logging = None;
    explained(&order(), &model)
}

#[test]
fn drift_of_everything() {
    let summary = both(&drifted());
    assert!(!summary.contains("secret"), "{summary}");
    assert_snapshot!(summary);
}

#[test]
fn drift_next_to_a_change() {
    let mut model = deployed(&order());
    model
        .observed
        .functions
        .get_mut("order-dev-Charge")
        .unwrap()
        .configuration
        .timeout = 900;
    let mut settings = order();
    settings.functions[0].memory = 256;
    assert_snapshot!(explained(&settings, &model));
}

#[test]
fn another_type_replaces_the_machine_and_its_executions() {
    let mut model = deployed(&order());
    running(&mut model);
    let mut settings = order();
    settings.machines[0].machine_type = asl::MachineType::Express;
    assert_snapshot!(both(&explained(&settings, &model)));
}

#[test]
fn a_function_and_a_machine_that_go() {
    assert_snapshot!(both(&change(|settings| {
        settings.functions.pop();
        settings.machines.clear();
    })));
}

#[test]
fn a_deploy_that_did_not_end_says_what_will_be_live() {
    let model = deployed(&order());
    let mut settings = order();
    settings.machines[0] = edited(&[(r#""MaxAttempts":3"#, r#""MaxAttempts":5"#)]);
    let mut cut = model.clone();
    let whole = plan(&desired(&settings), &model.observed).unwrap();
    cut.apply(&scope(), &whole, 1);
    assert_snapshot!(explained(&settings, &cut));
}

/// The example of the documentation: a change of the workspace meets executions under way and drift.
pub(crate) fn example() -> Summary {
    let (mut settings, mut model) = deployed_twice();
    running(&mut model);
    let function = model.observed.functions.get_mut("order-dev-Charge").unwrap();
    function.configuration.timeout = 900;
    ship_by(&mut settings, "Send");
    let text = settings.machines[0].definition.to_string();
    let (before, after) = (r#""MaxAttempts":3"#, r#""MaxAttempts":5"#);
    assert!(text.contains(before), "{text}");
    settings.machines[0].definition = text.replace(before, after).parse().unwrap();
    explained(&settings, &model)
}

/// Summaries that have every field between them.
pub(crate) fn every_kind() -> Vec<Summary> {
    let conditioned = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*",
        "Condition":{"Bool":{"aws:SecureTransport":"true"}}}]}"#;
    let with_policy = |settings: &Settings, name: &str| {
        let mut model = deployed(settings);
        let role = model.observed.roles.get_mut("order-dev-Shop").unwrap();
        role.policies.insert(name.into(), conditioned.parse().unwrap());
        explained(settings, &model)
    };
    let commented = change(|settings| {
        settings.machines[0] = edited(&[(r#"{"StartAt":"Charge""#, r#"{"Comment":"shop","StartAt":"Charge""#)])
    });
    let begins_elsewhere = change(|settings| {
        settings.machines[0] = edited(&[
            (r#""StartAt":"Charge""#, r#""StartAt":"First""#),
            (r#""Done":{"#, r#""First":{"Type":"Pass","Next":"Charge"},"Done":{"#),
        ])
    });
    vec![
        explained(&order(), &Model::default()),
        definition_changed(),
        permissions_changed(),
        drifted(),
        with_policy(&order(), "another"),
        commented,
        begins_elsewhere,
    ]
}
