use std::collections::BTreeSet;
use std::fmt::Write;

use stack::{
    Alarms, LoggedEvents, LoggingLevel, MachineLogs, Monitoring, Names, Settings, Summary, Watched, plan, teardown,
};

use crate::model::Model;
use crate::{desired, function, machine, scope, settings};

fn order() -> Settings {
    let functions = vec![function("Validate"), function("Confirm")];
    settings(functions, vec![machine("Workflow", &["Validate", "Confirm"])])
}

fn deployed(settings: &Settings) -> Model {
    let mut model = Model::default();
    let plan = plan(&desired(settings), &model.observed).unwrap();
    model.apply_all(&scope(), &plan);
    model
}

/// The summary and the calls, as deploying `change`d settings over a deployed stack gives them.
fn change(change: impl Fn(&mut Settings)) -> String {
    let mut settings = order();
    let model = deployed(&settings);
    change(&mut settings);
    describe(&settings, &model)
}

fn drift(change: impl Fn(&mut Model)) -> String {
    let mut model = deployed(&order());
    change(&mut model);
    describe(&order(), &model)
}

fn describe(settings: &Settings, model: &Model) -> String {
    match plan(&desired(settings), &model.observed) {
        Ok(plan) => {
            let summary = Summary::of_deploy(&desired(settings), &model.observed, &plan);
            with_calls(&summary, &plan)
        }
        Err(foreign) => foreign.iter().map(|foreign| format!("{foreign}\n")).collect(),
    }
}

fn with_calls(summary: &Summary, plan: &stack::Plan) -> String {
    let mut text = format!("{summary}\n\n");
    for (place, step) in plan.steps.iter().enumerate() {
        let Resource { name, .. } = step.action.resource();
        writeln!(text, "{place}. {} {name} after {:?}", step.action.name(), step.after).unwrap();
    }
    text
}

use stack::Resource;

#[test]
fn first_deploy() {
    insta::assert_snapshot!(describe(&order(), &Model::default()));
}

#[test]
fn nothing_changed() {
    insta::assert_snapshot!(change(|_| {}), @"nothing to do");
}

#[test]
fn code_changed() {
    insta::assert_snapshot!(change(|settings| settings.functions[0].code.sha256 = "2".into()));
}

#[test]
fn configuration_changed_without_showing_values() {
    insta::assert_snapshot!(change(|settings| {
        settings.functions[0].memory = 256;
        settings.functions[0]
            .environment
            .insert("TOKEN".into(), "secret".into());
    }));
}

#[test]
fn definition_changed() {
    insta::assert_snapshot!(change(
        |settings| settings.machines[0] = machine("Workflow", &["Validate"])
    ));
}

#[test]
fn tags_come_change_and_go() {
    let mut settings = order();
    settings.common.tags = [("team", "payments"), ("cost", "1")].map(owned).into();
    let mut model = deployed(&settings);
    for tags in model.observed.roles.values_mut().map(|role| &mut role.tags) {
        tags.insert("aws:cloudformation:stack-name".into(), "not ours to touch".into());
    }
    settings.common.tags = [("team", "orders"), ("Cost", "1")].map(owned).into();
    insta::assert_snapshot!(describe(&settings, &model));
}

fn owned((key, value): (&str, &str)) -> (String, String) {
    (key.to_owned(), value.to_owned())
}

#[test]
fn tags_that_tell_whose_a_resource_is_cannot_be_replaced() {
    let plan = change(|settings| {
        settings.common.tags = [("stepwright:stack", "other")].map(owned).into();
    });
    assert_eq!(plan.trim_end(), "nothing to do");
}

#[test]
fn a_permissions_boundary_comes_and_goes() {
    let boundary = || Some("arn:aws:iam::123456789012:policy/Bound".to_owned());
    let comes = change(|settings| settings.common.permissions_boundary = boundary());
    let goes = drift(|model| {
        model.observed.roles.get_mut("order-dev-Confirm").unwrap().boundary = boundary();
    });
    insta::assert_snapshot!(format!("{comes}\n{goes}"));
}

#[test]
fn managed_policies_come_and_go_and_drift() {
    let arn = |name: &str| format!("arn:aws:iam::aws:policy/{name}");
    let mut reading = order();
    reading.functions[0].permissions.managed_policies = BTreeSet::from([arn("Read"), arn("Write")]);
    let comes = describe(&reading, &deployed(&order()));
    let goes = describe(&order(), &deployed(&reading));
    let mut changed = deployed(&reading);
    let role = changed.observed.roles.get_mut("order-dev-Validate").unwrap();
    role.attached = BTreeSet::from([arn("Read"), arn("Admin")]);
    let drifted = describe(&reading, &changed);
    insta::assert_snapshot!(format!("{comes}\n{goes}\n{drifted}"));
}

const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/1";

#[test]
fn a_kms_key_comes_and_goes() {
    let mut keyed = order();
    keyed.common.kms_key = Some(KEY.to_owned());
    let comes = describe(&keyed, &deployed(&order()));
    let goes = describe(&order(), &deployed(&keyed));
    insta::assert_snapshot!(format!("{comes}\n{goes}"));
}

#[test]
fn a_kms_key_of_another_region_is_refused() {
    let mut settings = order();
    settings.common.kms_key = Some(KEY.replace("us-east-1", "eu-west-1"));
    let errors = stack::Desired::new(&settings).unwrap_err();
    insta::assert_snapshot!(errors[0], @"the KMS key `arn:aws:kms:eu-west-1:123456789012:key/1` is not in the stack's region, us-east-1");
}

#[test]
fn large_zips_go_through_the_bucket_and_leave_it() {
    let with = |code: &str| {
        let mut settings = order();
        settings.common.bucket = Some("zips".to_owned());
        for function in &mut settings.functions {
            function.code.sha256 = code.to_owned();
            function.large = Some(code.repeat(64));
        }
        settings
    };
    let first = describe(&with("1"), &Model::default());
    let model = deployed(&with("1"));
    assert_eq!(describe(&with("1"), &model).trim_end(), "nothing to do");
    let change = describe(&with("2"), &model);
    let mut interrupted = model.clone();
    let object = desired(&with("2")).functions[0].object.clone().unwrap();
    interrupted.observed.objects.insert(object);
    let resumed = describe(&with("2"), &interrupted);
    let (plan, _) = teardown(&scope(), &Names::default(), &interrupted.observed);
    let removal = with_calls(&Summary::new(&scope(), &plan), &plan);
    let calls: Vec<String> = [first, change, resumed, removal].map(|text| calls_of(&text)).into();
    insta::assert_snapshot!(calls.join("\n"));
}

/// The lines of the calls alone.
fn calls_of(text: &str) -> String {
    let lines = text
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()) && line.contains(". "));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn an_environment_over_the_limit_is_refused_without_showing_it() {
    let mut settings = order();
    let large = "hunter2".repeat(600);
    settings.functions[0]
        .environment
        .insert("LARGE".into(), large.as_str().into());
    let errors = stack::Desired::new(&settings).unwrap_err();
    insta::assert_snapshot!(errors[0], @"the environment of function `Validate` has 4205 bytes, Lambda takes 4096");
}

#[test]
fn a_function_is_changed_for_a_role_that_was_made_again() {
    let mut settings = order();
    settings.functions[0].environment.insert("LEVEL".into(), "info".into());
    let plan = |role: Option<i64>| {
        let mut model = deployed(&settings);
        model.observed.functions.get_mut("order-dev-Validate").unwrap().modified = Some(100);
        match role {
            Some(created) => model.observed.roles.get_mut("order-dev-Validate").unwrap().created = Some(created),
            None => drop(model.observed.roles.remove("order-dev-Validate")),
        }
        describe(&settings, &model)
    };
    assert_eq!(plan(Some(99)).trim_end(), "nothing to do");
    insta::assert_snapshot!(format!("{}\n{}", plan(Some(101)), plan(None)));
}

#[test]
fn function_removed() {
    insta::assert_snapshot!(change(|settings| {
        settings.functions.pop();
        settings.machines[0] = machine("Workflow", &["Validate"]);
    }));
}

#[test]
fn type_changed() {
    insta::assert_snapshot!(change(
        |settings| settings.machines[0].machine_type = asl::MachineType::Express
    ));
}

#[test]
fn drift_is_repaired() {
    insta::assert_snapshot!(drift(|model| {
        let observed = &mut model.observed;
        let role = observed.roles.get_mut("order-dev-Validate").unwrap();
        role.attached
            .insert("arn:aws:iam::aws:policy/AdministratorAccess".into());
        observed
            .functions
            .get_mut("order-dev-Validate")
            .unwrap()
            .configuration
            .timeout = 900;
        observed
            .log_groups
            .get_mut("/aws/lambda/order-dev-Confirm")
            .unwrap()
            .retention_days = None;
        observed.machines.get_mut("order-dev-Workflow").unwrap().current.logging = None;
    }));
}

#[test]
fn policies_that_somebody_added_wait_for_no_execution() {
    insta::assert_snapshot!(drift(|model| {
        let observed = &mut model.observed;
        let machine = observed.machines.get_mut("order-dev-Workflow").unwrap();
        machine.running = vec![stack::OldExecutions {
            version: None,
            count: Some(2),
        }];
        let role = observed.roles.get_mut("order-dev-Validate").unwrap();
        role.attached
            .insert("arn:aws:iam::aws:policy/AdministratorAccess".into());
        let policy = role.policies["stepwright"].clone();
        role.policies.insert("more".into(), policy);
    }));
}

#[test]
fn executions_under_way_keep_what_they_need() {
    insta::assert_snapshot!({
        let mut model = deployed(&order());
        let machine = model.observed.machines.get_mut("order-dev-Workflow").unwrap();
        machine.running = vec![stack::OldExecutions {
            version: Some(1),
            count: Some(2),
        }];
        let mut settings = order();
        settings.functions.pop();
        settings.machines[0] = crate::machine("Workflow", &["Validate"]);
        describe(&settings, &model)
    });
}

#[test]
fn foreign_resources_are_refused() {
    insta::assert_snapshot!(drift(|model| {
        let observed = &mut model.observed;
        observed.roles.get_mut("order-dev-Validate").unwrap().tags.clear();
        let function = observed.functions.get_mut("order-dev-Confirm").unwrap();
        function.tags.insert("stepwright:stack".into(), "other".into());
        let machine = observed.machines.get_mut("order-dev-Workflow").unwrap();
        machine.tags.insert("stepwright:region".into(), "eu-west-1".into());
        observed.roles.get_mut("order-dev-Workflow").unwrap().path = "/".into();
    }));
}

#[test]
fn teardown_of_all() {
    let model = deployed(&order());
    let (plan, _) = teardown(&scope(), &Names::from(&desired(&order())), &model.observed);
    insta::assert_snapshot!(with_calls(&Summary::new(&scope(), &plan), &plan));
}

/// The order stack as it is watched where nobody says how.
fn watched() -> Settings {
    let mut settings = order();
    let defaults = Watched::ALL
        .into_iter()
        .filter_map(|watched| Some((watched, watched.default_threshold()?)));
    settings.monitoring = Monitoring {
        alarms: Some(Alarms {
            thresholds: defaults.collect(),
            period: 300,
            actions: BTreeSet::from(["arn:aws:sns:us-east-1:123456789012:pager".to_owned()]),
            ok_actions: BTreeSet::new(),
        }),
        has_dashboard: true,
    };
    settings
}

#[test]
fn alarms_and_the_dashboard_come_to_a_stack() {
    insta::assert_snapshot!(change(|settings| *settings = watched()));
}

#[test]
fn alarms_say_what_they_are_about() {
    let alarms = desired(&watched()).alarms;
    let lines = alarms.iter().map(|alarm| {
        let rule = &alarm.rule;
        let (metric, statistic, threshold) = (&rule.metric, &rule.statistic, rule.threshold);
        format!(
            "{}: {}\n  {statistic} of {metric} {:?} >= {threshold}",
            alarm.name, rule.description, rule.dimensions
        )
    });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_dashboard_has_a_row_for_everything() {
    let body = desired(&watched()).dashboard.unwrap().body;
    let pretty: serde_json::Value = serde_json::from_str(&body.to_string()).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&pretty).unwrap());
}

#[test]
fn a_threshold_that_changes_is_no_drift_and_one_that_was_changed_is() {
    let model = deployed(&watched());
    let mut settings = watched();
    let alarms = settings.monitoring.alarms.as_mut().unwrap();
    alarms.thresholds.insert(Watched::ExecutionsFailed, 5.0);
    alarms.thresholds.remove(&Watched::FunctionThrottles);
    let mut touched = deployed(&watched());
    let rule = &mut touched
        .observed
        .alarms
        .get_mut("order-dev-Confirm-Errors")
        .unwrap()
        .rule;
    (rule.threshold, rule.actions_enabled) = (100.0, false);
    let dashboard = touched.observed.dashboards.get_mut("order-dev").unwrap();
    let text = dashboard.body.to_string().replace("timeSeries", "singleValue");
    dashboard.body = text.parse().unwrap();
    let both = [describe(&settings, &model), describe(&watched(), &touched)];
    insta::assert_snapshot!(both.join("\n"));
}

#[test]
fn alarms_and_dashboards_of_others_are_refused() {
    let mut model = deployed(&watched());
    let alarm = model.observed.alarms.get_mut("order-dev-Confirm-Errors").unwrap();
    alarm.tags.clear();
    let dashboard = model.observed.dashboards.get_mut("order-dev").unwrap();
    dashboard.body = r#"{"widgets": []}"#.parse().unwrap();
    insta::assert_snapshot!(describe(&watched(), &model));
}

#[test]
fn tracing_and_logging_change_what_roles_may_do() {
    insta::assert_snapshot!(change(|settings| {
        settings.common.traces = true;
        settings.common.logs = MachineLogs {
            events: LoggedEvents::Level(LoggingLevel::All),
            include_execution_data: true,
        };
    }));
    insta::assert_snapshot!(change(|settings| settings.common.logs.events = LoggedEvents::Nothing));
}
