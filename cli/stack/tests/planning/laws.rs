use std::collections::BTreeSet;

use asl::MachineType;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use stack::{
    Action, Alarms, Common, FunctionSettings, LoggedEvents, MachineLogs, Monitoring, Names, Observed, OldExecutions,
    OwnStatement, Settings, Step, Summary, Tags, Watched, plan, rollback, teardown,
};

use crate::model::Model;
use crate::{desired, function, machine, scope, settings, storing_machine};

const FUNCTIONS: [&str; 4] = ["A", "B", "C", "D"];
const MACHINES: [&str; 2] = ["M", "N"];
const TABLES: [&str; 2] = ["t", "u"];

fn any_function(logical: &'static str) -> impl Strategy<Value = Option<FunctionSettings>> {
    let booleans = any::<[bool; 4]>();
    (any::<bool>(), 1..3_u8, 1..3_i32, booleans).prop_map(
        move |(there, code, memory, [variable, large, managed, own])| {
            let mut function = function(logical);
            function.code.sha256 = code.to_string();
            function.memory = memory * 128;
            function.large = large.then(|| code.to_string().repeat(64));
            if variable {
                function.environment.insert("KEY".into(), "value".into());
            }
            if managed {
                let arn = format!("arn:aws:iam::aws:policy/{code}");
                function.permissions.managed_policies.insert(arn);
            }
            if own {
                function.permissions.own.push(OwnStatement {
                    actions: vec!["s3:GetObject".to_owned()],
                    resources: vec![format!("arn:aws:s3:::bucket/{code}")],
                    ..OwnStatement::default()
                });
            }
            there.then_some(function)
        },
    )
}

fn any_monitoring() -> impl Strategy<Value = Monitoring> {
    let watched = prop::sample::select(Watched::ALL.to_vec());
    let alarms = (btree_map(watched, 1..3_u8, 0..8), 1..3_i32).prop_map(|(thresholds, minutes)| Alarms {
        thresholds: thresholds
            .into_iter()
            .map(|(watched, value)| (watched, f64::from(value)))
            .collect(),
        period: 60 * minutes,
        actions: BTreeSet::new(),
        ok_actions: BTreeSet::new(),
    });
    let alarms = prop::option::of(alarms);
    (alarms, any::<bool>()).prop_map(|(alarms, has_dashboard)| Monitoring { alarms, has_dashboard })
}

fn any_settings() -> impl Strategy<Value = Settings> {
    let functions = FUNCTIONS.map(any_function);
    let boundary = any::<bool>().prop_map(|there| there.then(|| "arn:aws:iam::123456789012:policy/Bound".to_owned()));
    let tags = btree_map("[AB]", "[12]", 0..2);
    let key = any::<bool>().prop_map(|there| there.then(|| "arn:aws:kms:us-east-1:123456789012:key/1".to_owned()));
    let common = (tags, boundary, key, any::<[bool; 2]>());
    let common = common.prop_map(|(tags, permissions_boundary, kms_key, [traces, logs_data])| Common {
        tags,
        permissions_boundary,
        kms_key,
        bucket: Some("zips".to_owned()),
        traces,
        logs: MachineLogs {
            events: if traces {
                LoggedEvents::Nothing
            } else {
                LoggedEvents::default()
            },
            include_execution_data: logs_data,
        },
    });
    let uses = MACHINES.map(|_| {
        let functions = vec(any::<bool>(), FUNCTIONS.len());
        (
            any::<bool>(),
            functions,
            vec(any::<bool>(), TABLES.len()),
            any::<bool>(),
        )
    });
    (functions, uses, common, any_monitoring(), 2..4_usize).prop_map(|(functions, uses, common, monitoring, keep)| {
        let functions: Vec<FunctionSettings> = functions.into_iter().flatten().collect();
        let machines = MACHINES
            .into_iter()
            .zip(uses)
            .filter_map(|(name, (there, used, stored, express))| {
                let used = functions.iter().zip(used).filter(|(_, used)| *used);
                let used: Vec<&str> = used.map(|(function, _)| function.logical.as_str()).collect();
                let tables = TABLES.into_iter().zip(stored).filter(|(_, stored)| *stored);
                let tables: Vec<&str> = tables.map(|(table, _)| table).collect();
                let mut machine = storing_machine(name, &used, &tables);
                if express {
                    machine.machine_type = MachineType::Express;
                }
                there.then_some(machine)
            });
        let machines = machines.collect();
        let mut settings = settings(functions, machines);
        settings.deploys.keep_versions = keep;
        settings.common = common;
        settings.monitoring = monitoring;
        settings
    })
}

/// What an action is, whatever it is given.
fn kind_of(action: &Action) -> (&'static str, stack::Resource) {
    (action.name(), action.resource())
}

/// What people do to a stack by hand.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Timeout,
    Memory,
    Variable,
    Retention,
    Trust,
    Attached,
    EmptyPolicy,
    MorePolicy,
    AnotherPolicy,
    LogLevel,
    Definition,
    Traces,
    Threshold,
    Widgets,
}

fn any_deed() -> impl Strategy<Value = Deed> {
    use Deed::{
        AnotherPolicy, Attached, Definition, EmptyPolicy, LogLevel, Memory, MorePolicy, Retention, Threshold, Timeout,
        Traces, Trust, Variable, Widgets,
    };
    prop::sample::select(vec![
        Timeout,
        Memory,
        Variable,
        Retention,
        Trust,
        Attached,
        EmptyPolicy,
        MorePolicy,
        AnotherPolicy,
        LogLevel,
        Definition,
        Traces,
        Threshold,
        Widgets,
    ])
}

impl Deed {
    /// Does it to everything that there is of a kind.
    fn befall(self, aws: &mut Observed) {
        let functions = aws.functions.values_mut().map(|function| &mut function.configuration);
        let mut roles = aws.roles.values_mut();
        let machines = aws.machines.values_mut().map(|machine| &mut machine.current);
        let none = || r#"{"Version":"2012-10-17","Statement":[]}"#.parse().unwrap();
        let all = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
        match self {
            Deed::Timeout => functions.for_each(|function| function.timeout = 900),
            Deed::Memory => functions.for_each(|function| function.memory = 3008),
            Deed::Variable => functions.for_each(|function| {
                function.environment.insert("EXTRA".into(), "1".into());
            }),
            Deed::Retention => aws
                .log_groups
                .values_mut()
                .for_each(|group| group.retention_days = None),
            Deed::Trust => roles.for_each(|role| role.trust = none()),
            Deed::Attached => roles.for_each(|role| {
                role.attached
                    .insert("arn:aws:iam::aws:policy/AdministratorAccess".into());
            }),
            Deed::EmptyPolicy => roles.for_each(|role| {
                role.policies.insert(stack::POLICY_NAME.into(), none());
            }),
            Deed::MorePolicy => {
                if let Some(role) = roles.next() {
                    role.policies.insert(stack::POLICY_NAME.into(), all.parse().unwrap());
                }
            }
            Deed::AnotherPolicy => roles.for_each(|role| {
                role.policies.insert("another".into(), all.parse().unwrap());
            }),
            Deed::LogLevel => machines.for_each(|machine| machine.logging = None),
            Deed::Traces => machines.for_each(|machine| machine.traces = true),
            Deed::Threshold => aws.alarms.values_mut().for_each(|alarm| alarm.rule.threshold = 99.0),
            Deed::Widgets => aws.dashboards.values_mut().for_each(|dashboard| {
                let text = dashboard.body.to_string().replace("timeSeries", "singleValue");
                dashboard.body = text.parse().unwrap();
            }),
            Deed::Definition => machines.for_each(|machine| {
                machine.definition = r#"{"StartAt":"S","States":{"S":{"Type":"Succeed"}}}"#.parse().unwrap();
            }),
        }
    }
}

/// Deploys `settings` but stops after `steps`.
fn deploy(model: &mut Model, settings: &Settings, steps: usize) {
    let plan = plan(&desired(settings), &model.observed).unwrap();
    model.apply(&scope(), &plan, steps);
}

/// A few deploys, each of them cut short.
fn any_state() -> impl Strategy<Value = Model> {
    vec((any_settings(), 0..60_usize), 1..5).prop_map(|deploys| {
        let mut model = Model::default();
        for (settings, steps) in deploys {
            deploy(&mut model, &settings, steps);
        }
        model
    })
}

/// What others have on the same account under similar names.
fn strangers() -> Observed {
    let mut model = Model::default();
    let others = settings(vec![function("Z")], vec![machine("Y", &["Z"])]);
    deploy(&mut model, &others, usize::MAX);
    let mut observed = model.observed;
    let tags = Tags::from([("stepwright:stack".to_owned(), "other".to_owned())]);
    observed.roles.values_mut().for_each(|role| role.tags = tags.clone());
    observed
        .log_groups
        .values_mut()
        .for_each(|group| group.tags = tags.clone());
    observed
        .functions
        .values_mut()
        .for_each(|function| function.tags = tags.clone());
    observed
        .machines
        .values_mut()
        .for_each(|machine| machine.tags = tags.clone());
    observed
}

fn with_strangers(mut observed: Observed) -> Observed {
    let strangers = strangers();
    observed.roles.extend(strangers.roles);
    observed.log_groups.extend(strangers.log_groups);
    observed.functions.extend(strangers.functions);
    observed.machines.extend(strangers.machines);
    observed
}

proptest! {
    #[test]
    fn planning_after_applying_is_empty(state in any_state(), settings in any_settings()) {
        let mut model = Model::from(with_strangers(state.observed));
        deploy(&mut model, &settings, usize::MAX);
        let again = plan(&desired(&settings), &model.observed).unwrap();
        prop_assert_eq!(again.steps, []);
        prop_assert_eq!(again.waiting, []);
    }

    #[test]
    fn a_deploy_that_was_cut_short_comes_to_the_same_end(
        state in any_state(), settings in any_settings(), cut in 0..60_usize,
    ) {
        let mut undisturbed = state.clone();
        deploy(&mut undisturbed, &settings, usize::MAX);
        let mut disturbed = state;
        deploy(&mut disturbed, &settings, cut);
        deploy(&mut disturbed, &settings, usize::MAX);
        prop_assert_eq!(undisturbed.observed.roles, disturbed.observed.roles);
        prop_assert_eq!(undisturbed.observed.log_groups, disturbed.observed.log_groups);
        prop_assert_eq!(undisturbed.observed.alarms, disturbed.observed.alarms);
        prop_assert_eq!(undisturbed.observed.dashboards, disturbed.observed.dashboards);
        prop_assert!(undisturbed.observed.objects.is_empty());
        prop_assert!(disturbed.observed.objects.is_empty());
        prop_assert_eq!(undisturbed.observed.functions, disturbed.observed.functions);
        prop_assert!(undisturbed.observed.machines.keys().eq(disturbed.observed.machines.keys()));
    }

    #[test]
    fn any_prefix_of_applied_steps_plans_to_the_rest(
        settings in any_settings(), next in any_settings(), cut in 0..60_usize,
    ) {
        let mut model = Model::default();
        deploy(&mut model, &settings, usize::MAX);
        let whole = plan(&desired(&next), &model.observed).unwrap();
        model.apply(&scope(), &whole, cut);
        let rest = plan(&desired(&next), &model.observed).unwrap();
        let left: Vec<_> = whole.steps.iter().skip(cut).map(|step| kind_of(&step.action)).collect();
        for step in &rest.steps {
            prop_assert!(left.contains(&kind_of(&step.action)), "{step:#?}");
        }
    }

    #[test]
    fn what_a_deploy_did_itself_is_no_drift(settings in any_settings(), next in any_settings(), cut in 0..60_usize) {
        let mut model = Model::default();
        deploy(&mut model, &settings, usize::MAX);
        let (wanted, whole) = (desired(&next), plan(&desired(&next), &model.observed).unwrap());
        let summary = Summary::of_deploy(&wanted, &model.observed, &whole);
        prop_assert!(!summary.changes.iter().any(|change| change.drift), "{summary}");
        model.apply(&scope(), &whole, cut);
        let rest = plan(&wanted, &model.observed).unwrap();
        let summary = Summary::of_deploy(&wanted, &model.observed, &rest);
        prop_assert!(!summary.changes.iter().any(|change| change.drift), "{summary}");
    }

    #[test]
    fn what_somebody_else_did_is_drift_and_is_repaired(settings in any_settings(), deeds in vec(any_deed(), 1..4)) {
        let mut model = Model::default();
        deploy(&mut model, &settings, usize::MAX);
        let before = model.observed.clone();
        for deed in &deeds {
            deed.befall(&mut model.observed);
        }
        prop_assume!(model.observed != before);
        let wanted = desired(&settings);
        let repair = plan(&wanted, &model.observed).unwrap();
        let summary = Summary::of_deploy(&wanted, &model.observed, &repair);
        for change in summary.changes.iter().filter(|change| !matches!(change.resource.kind, stack::Kind::Alias)) {
            let of_function = change.resource.kind == stack::Kind::StateMachine;
            prop_assert!(change.drift || of_function, "{summary}");
        }
        prop_assert!(summary.changes.iter().any(|change| change.drift), "{summary}");
        model.apply_all(&scope(), &repair);
        prop_assert_eq!(plan(&wanted, &model.observed).unwrap().steps, []);
        prop_assert_eq!(model.observed.roles, before.roles);
        prop_assert_eq!(model.observed.log_groups, before.log_groups);
        prop_assert_eq!(model.observed.alarms, before.alarms);
        prop_assert_eq!(model.observed.dashboards, before.dashboards);
    }

    #[test]
    fn what_the_alias_leads_to_runs_until_the_alias_moves(
        settings in any_settings(), next in any_settings(), cut in 0..60_usize,
    ) {
        let mut model = Model::default();
        deploy(&mut model, &settings, usize::MAX);
        let before = model.observed.clone();
        let plan = plan(&desired(&next), &model.observed).unwrap();
        model.apply(&scope(), &plan, cut);
        for (name, machine) in &before.machines {
            let Some(after) = model.observed.machines.get(name).filter(|after| after.alias == machine.alias) else {
                continue;
            };
            let live = after.versions.iter().find(|version| version.number == after.alias[0].version);
            let text = live.and_then(|live| live.revision.as_ref()).unwrap().definition.to_string();
            for (function, found) in &model.observed.functions {
                let arn = scope().function_arn(function);
                for version in text.split('"').filter_map(|text| text.strip_prefix(&format!("{arn}:"))) {
                    prop_assert!(found.versions.iter().any(|found| found.number.to_string() == version));
                    let grants = model.observed.roles[name].policies["stepwright"].to_string();
                    prop_assert!(grants.contains(&arn));
                }
            }
        }
    }

    #[test]
    fn whatever_is_kept_can_be_gone_back_to(state in any_state(), settings in any_settings()) {
        let mut model = state;
        deploy(&mut model, &settings, usize::MAX);
        for machine in &settings.machines {
            let name = scope().name(&machine.logical);
            let found = &model.observed.machines[&name];
            prop_assert!(found.versions.len() <= settings.deploys.keep_versions);
            for version in &found.versions {
                let back = rollback(&scope(), &model.observed, &name, Some(version.number));
                prop_assert!(back.is_ok(), "{:?}", back);
            }
        }
        for function in &settings.functions {
            let name = scope().name(&function.logical);
            let all = model.observed.machines.values().flat_map(|machine| &machine.versions);
            let text: String = all.map(|version| version.revision.as_ref().unwrap().definition.to_string()).collect();
            let unnamed = model.observed.functions[&name].versions.iter().filter(|version| {
                !text.contains(&format!("{}:{}\"", scope().function_arn(&name), version.number))
            });
            prop_assert!(unnamed.count() <= settings.deploys.keep_versions);
        }
    }

    #[test]
    fn going_back_and_deploying_comes_to_where_it_was(state in any_state(), settings in any_settings()) {
        let mut model = state;
        deploy(&mut model, &settings, usize::MAX);
        let live = |model: &Model| -> Vec<_> { model.observed.machines.values().map(|found| found.alias.clone()).collect() };
        let before = live(&model);
        for machine in &settings.machines {
            if let Ok(back) = rollback(&scope(), &model.observed, &scope().name(&machine.logical), None) {
                prop_assert!(back.plan.steps.len() == 1 && back.version != back.from);
                model.apply_all(&scope(), &back.plan);
                let again = rollback(&scope(), &model.observed, &scope().name(&machine.logical), None).unwrap();
                prop_assert!(again.plan.steps.is_empty() && again.version == back.version);
            }
        }
        let forward = plan(&desired(&settings), &model.observed).unwrap();
        let moves = |step: &Step| matches!(step.action, Action::UpdateStateMachineAlias { .. });
        prop_assert!(forward.steps.iter().all(moves), "{:?}", forward.steps);
        model.apply_all(&scope(), &forward);
        prop_assert_eq!(live(&model), before);
    }

    #[test]
    fn nothing_is_taken_away_while_old_executions_run(settings in any_settings(), next in any_settings()) {
        let mut model = Model::default();
        deploy(&mut model, &settings, usize::MAX);
        for machine in model.observed.machines.values_mut() {
            machine.running = vec![OldExecutions { version: Some(99), count: Some(1) }];
        }
        let before = model.observed.clone();
        let replaced = |name: &String| next.machines.iter().any(|machine| {
            scope().name(&machine.logical) == *name && machine.machine_type != before.machines[name].machine_type
        });
        prop_assume!(!before.machines.keys().any(replaced) && !before.machines.is_empty());
        deploy(&mut model, &next, usize::MAX);
        prop_assert!(before.functions.keys().all(|name| model.observed.functions.contains_key(name)));
        prop_assert!(before.machines.keys().all(|name| model.observed.machines.contains_key(name)));
        prop_assert!(before.roles.keys().all(|name| model.observed.roles.contains_key(name)));
    }

    #[test]
    fn teardown_leaves_nothing_and_touches_nothing_else(state in any_state(), settings in any_settings()) {
        let mut model = Model::from(with_strangers(state.observed));
        let (plan, _) = teardown(&scope(), &Names::from(&desired(&settings)), &model.observed);
        model.apply_all(&scope(), &plan);
        prop_assert_eq!(model.observed, strangers());
    }

    #[test]
    fn teardown_that_was_cut_short_is_finished_by_the_next(state in any_state(), cut in 0..60_usize) {
        let mut model = state;
        let none = Names::default();
        let (plan, _) = teardown(&scope(), &none, &model.observed);
        model.apply(&scope(), &plan, cut);
        let (plan, _) = teardown(&scope(), &none, &model.observed);
        model.apply_all(&scope(), &plan);
        prop_assert_eq!(model.observed, Observed::default());
    }
}
