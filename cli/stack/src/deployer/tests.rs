use std::collections::BTreeMap;

use super::*;
use crate::access::{Context, Decision, Request, decide};

fn plain() -> Deployer {
    Deployer {
        scope: Scope::of_tests(),
        common: Common::default(),
        retention_days: Some(14),
        all_stages: false,
        has_express: false,
        managed_policies: BTreeSet::new(),
        other_functions: BTreeSet::new(),
        parameters: BTreeSet::new(),
        secrets: BTreeSet::new(),
    }
}

/// Everything that settings can ask for.
fn full() -> Deployer {
    Deployer {
        common: Common {
            permissions_boundary: Some("arn:aws:iam::123456789012:policy/Boundary".into()),
            kms_key: Some("arn:aws:kms:us-east-1:123456789012:key/k".into()),
            bucket: Some("zips".into()),
            ..Common::default()
        },
        has_express: true,
        managed_policies: ["arn:aws:iam::aws:policy/Read".into()].into(),
        other_functions: ["Other".into()].into(),
        parameters: ["/order/level:3".into()].into(),
        secrets: ["order/token".into()].into(),
        ..plain()
    }
}

fn decision(deployer: &Deployer, action: &str, resource: &str, values: &[(&str, &str)]) -> Decision {
    let values: BTreeMap<String, Vec<String>> = values
        .iter()
        .map(|(key, value)| ((*key).to_owned(), vec![(*value).to_owned()]))
        .collect();
    let request = Request {
        principals: &[],
        action,
        resource,
        context: &Context {
            values,
            ..Context::default()
        },
    };
    let documents: Vec<Json> = deployer.policies().iter().map(ManagedPolicy::document).collect();
    decide(&documents, &request)
}

#[track_caller]
fn check(action: &str, resource: &str, values: &[(&str, &str)], expected: Decision) {
    let resource = resource.replace("ACCOUNT", "us-east-1:123456789012");
    assert_eq!(
        decision(&full(), action, &resource, values),
        expected,
        "{action} on {resource}"
    );
}

#[test]
fn the_stage_s_own_resources_are_allowed_and_nothing_beside_them() {
    use Decision::{Allowed, NotAllowed};
    for (action, resource, expected) in [
        (
            "lambda:GetFunction",
            "arn:aws:lambda:ACCOUNT:function:order-dev-A",
            Allowed,
        ),
        (
            "lambda:DeleteFunction",
            "arn:aws:lambda:ACCOUNT:function:order-dev-A:7",
            Allowed,
        ),
        (
            "lambda:GetFunction",
            "arn:aws:lambda:ACCOUNT:function:order-prod-A",
            NotAllowed,
        ),
        (
            "lambda:InvokeFunction",
            "arn:aws:lambda:ACCOUNT:function:order-dev-A",
            NotAllowed,
        ),
        (
            "lambda:GetFunctionConfiguration",
            "arn:aws:lambda:ACCOUNT:function:Other",
            Allowed,
        ),
        (
            "lambda:UpdateFunctionCode",
            "arn:aws:lambda:ACCOUNT:function:Other",
            NotAllowed,
        ),
        (
            "states:DescribeStateMachine",
            "arn:aws:states:ACCOUNT:stateMachine:order-dev-W:1",
            Allowed,
        ),
        (
            "states:StartExecution",
            "arn:aws:states:ACCOUNT:stateMachine:order-dev-W:live",
            Allowed,
        ),
        (
            "states:StartExecution",
            "arn:aws:states:ACCOUNT:stateMachine:billing-dev-W",
            NotAllowed,
        ),
        (
            "states:StopExecution",
            "arn:aws:states:ACCOUNT:execution:order-dev-W:e",
            Allowed,
        ),
        (
            "states:StopExecution",
            "arn:aws:states:ACCOUNT:execution:order-prod-W:e",
            NotAllowed,
        ),
        (
            "logs:TagResource",
            "arn:aws:logs:ACCOUNT:log-group:/stepwright/order/dev/lock",
            Allowed,
        ),
        (
            "logs:TagResource",
            "arn:aws:logs:ACCOUNT:log-group:/stepwright/order/prod/lock",
            NotAllowed,
        ),
        (
            "logs:DeleteLogGroup",
            "arn:aws:logs:ACCOUNT:log-group:/aws/lambda/order-dev-A",
            Allowed,
        ),
        (
            "logs:DeleteLogGroup",
            "arn:aws:logs:ACCOUNT:log-group:/aws/lambda/billing",
            NotAllowed,
        ),
        (
            "s3:PutObject",
            "arn:aws:s3:::zips/stepwright/123456789012/order/dev/a.zip",
            Allowed,
        ),
        (
            "s3:PutObject",
            "arn:aws:s3:::zips/stepwright/123456789012/order/prod/a.zip",
            NotAllowed,
        ),
        ("ssm:GetParameter", "arn:aws:ssm:ACCOUNT:parameter/order/level", Allowed),
        (
            "ssm:GetParameter",
            "arn:aws:ssm:ACCOUNT:parameter/order/other",
            NotAllowed,
        ),
        (
            "secretsmanager:GetSecretValue",
            "arn:aws:secretsmanager:ACCOUNT:secret:order/token-a1B2c3",
            Allowed,
        ),
        (
            "secretsmanager:GetSecretValue",
            "arn:aws:secretsmanager:ACCOUNT:secret:order/token2-a1B2c3",
            NotAllowed,
        ),
    ] {
        check(action, resource, &[], expected);
    }
}

#[test]
fn roles_are_given_to_lambda_and_step_functions_within_their_boundary() {
    use Decision::{Allowed, NotAllowed};
    let role = "arn:aws:iam::123456789012:role/stepwright/order/dev/order-dev-A";
    let passed = |service: &str| decision(&full(), "iam:PassRole", role, &[("iam:PassedToService", service)]);
    assert_eq!(passed("lambda.amazonaws.com"), Allowed);
    assert_eq!(passed("ec2.amazonaws.com"), NotAllowed);
    let boundary = "arn:aws:iam::123456789012:policy/Boundary";
    let within = [("iam:PermissionsBoundary", boundary)];
    for action in ["iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"] {
        check(action, role, &within, Allowed);
        check(action, role, &[], NotAllowed);
        check(
            action,
            role,
            &[("iam:PermissionsBoundary", "arn:aws:iam::1:policy/Other")],
            NotAllowed,
        );
    }
    check("iam:DeleteRolePermissionsBoundary", role, &within, NotAllowed);
    check(
        "iam:CreateRole",
        "arn:aws:iam::123456789012:role/order-dev-A",
        &within,
        NotAllowed,
    );
    assert_eq!(decision(&plain(), "iam:CreateRole", role, &[]), Allowed);
}

#[test]
fn keys_are_used_through_the_services_alone() {
    use Decision::{Allowed, NotAllowed};
    let key = "arn:aws:kms:us-east-1:123456789012:key/k";
    check(
        "kms:Encrypt",
        key,
        &[("kms:ViaService", "lambda.us-east-1.amazonaws.com")],
        Allowed,
    );
    check("kms:Encrypt", key, &[], NotAllowed);
    let of_parameter = |name: &'static str| {
        [
            ("kms:ViaService", "ssm.us-east-1.amazonaws.com"),
            ("kms:EncryptionContext:PARAMETER_ARN", name),
        ]
    };
    let other_key = "arn:aws:kms:us-east-1:123456789012:key/other";
    let own = "arn:aws:ssm:us-east-1:123456789012:parameter/order/level";
    check("kms:Decrypt", other_key, &of_parameter(own), Allowed);
    check(
        "kms:Decrypt",
        other_key,
        &of_parameter("arn:aws:ssm:us-east-1:123456789012:parameter/x"),
        NotAllowed,
    );
}

#[test]
fn what_settings_do_not_ask_for_is_not_allowed() {
    let actions = |deployer: &Deployer| -> BTreeSet<String> {
        deployer
            .statements()
            .into_iter()
            .flat_map(|statement| statement.actions)
            .collect()
    };
    let only_full: Vec<String> = actions(&full()).difference(&actions(&plain())).cloned().collect();
    assert_eq!(
        only_full,
        [
            "iam:AttachRolePolicy",
            "iam:GetPolicy",
            "iam:GetPolicyVersion",
            "iam:PutRolePermissionsBoundary",
            "kms:CreateGrant",
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "lambda:GetFunctionConfiguration",
            "logs:AssociateKmsKey",
            "s3:DeleteObject",
            "s3:GetObject",
            "s3:ListBucket",
            "s3:PutObject",
            "secretsmanager:GetSecretValue",
            "ssm:GetParameter",
            "states:StartSyncExecution",
        ]
    );
}

#[test]
fn policies_are_as_few_and_as_long_as_iam_takes_them() {
    let one = plain().policies();
    assert_eq!(
        one.iter().map(|policy| policy.name.as_str()).collect::<Vec<_>>(),
        ["order-dev-deployer"]
    );
    let mut large = full();
    large.secrets = (0..200)
        .map(|number| format!("secret-with-a-name-of-some-length-{number}"))
        .collect();
    let policies = large.policies();
    let names: Vec<&str> = policies.iter().map(|policy| policy.name.as_str()).collect();
    assert!(
        names.len() > 5 && names.starts_with(&["order-dev-deployer-1", "order-dev-deployer-2"]),
        "{names:?}"
    );
    for policy in &policies {
        assert!(policy.document().encoded_len() <= MAX_MANAGED_LENGTH);
        let sids: BTreeSet<&String> = policy.statements.iter().map(|statement| &statement.sid).collect();
        assert_eq!(sids.len(), policy.statements.len());
    }
    let secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:secret-with-a-name-of-some-length-199-a1B2c3";
    assert_eq!(
        decision(&large, "secretsmanager:GetSecretValue", secret, &[]),
        Decision::Allowed
    );
}

#[test]
fn declared_policies_alone_can_be_attached() {
    let role = "arn:aws:iam::123456789012:role/stepwright/order/dev/order-dev-A";
    let boundary = ("iam:PermissionsBoundary", "arn:aws:iam::123456789012:policy/Boundary");
    let attach = |arn: &str| {
        decision(
            &full(),
            "iam:AttachRolePolicy",
            role,
            &[("iam:PolicyARN", arn), boundary],
        )
    };
    assert_eq!(attach("arn:aws:iam::aws:policy/Read"), Decision::Allowed);
    assert_eq!(
        attach("arn:aws:iam::aws:policy/AdministratorAccess"),
        Decision::NotAllowed
    );
}
