use asl::MachineType;

use super::*;
use crate::{Architecture, Code, Desired, FunctionSettings, MachineSettings, Settings};

const DEFINITION: &str = r#"{"StartAt": "Check", "States": {
    "Check": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:order-dev-A", "Next": "All"},
    "All": {"Type": "Parallel", "End": true, "Branches": [{"StartAt": "Again", "States": {
        "Again": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
            "Parameters": {"FunctionName": "arn:aws:lambda:us-east-1:123456789012:function:order-dev-A"}}}}]}}}"#;

fn desired() -> Desired {
    let functions = vec![FunctionSettings {
        large: None,
        logical: "A".into(),
        code: Code {
            sha256: "1".into(),
            architecture: Architecture::X86_64,
        },
        memory: 128,
        timeout: 3,
        environment: BTreeMap::new(),
        description: String::new(),
        permissions: crate::FunctionPermissions::default(),
    }];
    let machine = asl::parse(DEFINITION).machine.unwrap();
    let scope = Scope::of_tests();
    let place = crate::Place {
        scope: &scope,
        logical: "M",
        machine: "order-dev-M",
        functions: &["A"],
    };
    let permissions = crate::derive(&machine, place, &crate::Declared::default()).permissions();
    let definition = DEFINITION.parse().unwrap();
    let machine = (&machine, MachineType::Standard);
    let machines = vec![MachineSettings::new("M", definition, machine, permissions)];
    let settings = Settings {
        scope: Scope::of_tests(),
        functions,
        machines,
        retention_days: None,
        deploys: crate::Deploys::default(),
        common: crate::Common::default(),
        monitoring: crate::Monitoring::default(),
    };
    Desired::new(&settings).unwrap()
}

fn as_desired(desired: &Desired, name: &str) -> RolePolicies {
    let role = desired.roles.iter().find(|role| role.name == name).unwrap();
    RolePolicies {
        trust: role.trust.clone(),
        permissions: BTreeMap::from([("stepwright".to_owned(), role.permissions.clone())]),
        boundary: None,
    }
}

/// What is found in a state machine's role after a change.
fn found(change: impl FnOnce(&mut RolePolicies)) -> String {
    let desired = desired();
    let mut role = as_desired(&desired, "order-dev-M");
    change(&mut role);
    told(diagnose(
        &Scope::of_tests(),
        RoleUse::Machine(&desired.machines[0]),
        &role,
        "refused",
    ))
}

fn told(diagnosis: Diagnosis) -> String {
    match diagnosis {
        Diagnosis::Complete => "complete".to_owned(),
        Diagnosis::Unclear => "unclear".to_owned(),
        Diagnosis::Missing(missing) => {
            let lines = missing
                .iter()
                .map(|missing| format!("{missing}\n  {}\n", missing.help()));
            lines.collect()
        }
    }
}

fn statement(effect: &str, action: &str) -> Json {
    format!(r#"{{"Statement":[{{"Effect":"{effect}","Action":"{action}","Resource":"*"}}]}}"#)
        .parse()
        .unwrap()
}

#[test]
fn our_own_roles_lack_nothing() {
    assert_eq!(found(|_| {}), "complete");
    let desired = desired();
    let role = as_desired(&desired, "order-dev-A");
    let used = RoleUse::Function(&desired.functions[0]);
    assert_eq!(
        diagnose(&Scope::of_tests(), used, &role, "cannot be assumed by Lambda"),
        Diagnosis::Complete
    );
}

#[test]
fn what_is_missing_is_named_with_the_states_that_need_it() {
    let gone = found(|role| role.permissions.clear());
    insta::assert_snapshot!(gone);
}

#[test]
fn a_role_of_somebody_else_cannot_be_assumed() {
    insta::assert_snapshot!(found(
        |role| role.trust = crate::policy::machine_trust(&Scope::of_tests(), "order-dev-N")
    ));
}

#[test]
fn a_denial_is_named_with_its_policy() {
    insta::assert_snapshot!(found(|role| {
        role.permissions.insert("by-hand".into(), statement("Deny", "lambda:*"));
    }));
}

#[test]
fn a_boundary_is_named() {
    let boundary = |policy: Json| {
        move |role: &mut RolePolicies| role.boundary = Some(("arn:aws:iam::123456789012:policy/most".into(), policy))
    };
    insta::assert_snapshot!(found(boundary(statement("Allow", "lambda:*"))));
    assert_eq!(found(boundary(statement("Allow", "*"))), "complete");
}

#[test]
fn what_cannot_be_known_is_not_called_missing() {
    let unknown = |role: &mut RolePolicies| {
        let policy = r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"*",
            "Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-1"}}}}"#;
        role.permissions.insert("org".into(), policy.parse().unwrap());
    };
    assert_eq!(found(unknown), "unclear");
}

#[test]
fn what_lambda_says_that_a_role_lacks_is_looked_for() {
    let desired = desired();
    let role = as_desired(&desired, "order-dev-A");
    let used = RoleUse::Function(&desired.functions[0]);
    let message = "The provided execution role does not have permissions to call CreateNetworkInterface on EC2";
    insta::assert_snapshot!(told(diagnose(&Scope::of_tests(), used, &role, message)));
}

#[test]
fn a_job_that_is_waited_for_needs_its_rule() {
    let mut desired = desired();
    let definition = r#"{"StartAt": "Run", "States": {"Run": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::ecs:runTask.sync", "Parameters": {"TaskDefinition": "t"}}}}"#;
    desired.machines[0].definition = crate::Definition::new(&definition.parse().unwrap(), &Scope::of_tests(), &[]);
    let role = as_desired(&desired, "order-dev-M");
    insta::assert_snapshot!(told(diagnose(
        &Scope::of_tests(),
        RoleUse::Machine(&desired.machines[0]),
        &role,
        "refused"
    )));
}

fn log_policy(name: &str, resource: &str, length: usize) -> LogPolicy {
    let statement = format!(
        r#"{{"Effect":"Allow","Principal":{{"Service":"delivery.logs.amazonaws.com"}},"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":["{resource}"],"Condition":{{"StringEquals":{{"aws:SourceAccount":"123456789012"}}}}}}"#
    );
    let document = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
    let padding = " ".repeat(length.saturating_sub(document.len()));
    LogPolicy {
        name: name.into(),
        document: document + &padding,
    }
}

#[track_caller]
fn check_destination(policies: &[LogPolicy], expected: Option<&str>) {
    let found = log_destination(&Scope::of_tests(), &desired().machines[0], policies);
    let cause = found.map(|missing| match missing.cause {
        Cause::LogPolicies(why) => why,
        other => panic!("{other:?}"),
    });
    assert_eq!(cause.as_deref(), expected);
}

#[test]
fn a_log_group_needs_room_in_the_accounts_policies() {
    const WRITTEN: &str = "AWSLogDeliveryWrite20150319";
    let vended = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/*";
    let other = "arn:aws:logs:us-east-1:123456789012:log-group:other:log-stream:*";
    let several = |count: usize| -> Vec<LogPolicy> {
        (0..count)
            .map(|number| log_policy(&format!("p{number}"), other, 0))
            .collect()
    };
    check_destination(&[], None);
    check_destination(&several(9), None);
    check_destination(&several(10), Some("and there are 10 of at most 10 already"));
    check_destination(&[several(9), vec![log_policy("mine", vended, 0)]].concat(), None);
    check_destination(&[log_policy(WRITTEN, other, 4000)], None);
    check_destination(&[log_policy(WRITTEN, vended, 5120)], None);
    let full = "and `AWSLogDeliveryWrite20150319`, which would, has 5100 of at most 5120 characters";
    check_destination(&[log_policy(WRITTEN, other, 5100)], Some(full));
}
