use super::Deployer;
use crate::{Scope, Statement};

/// What log groups take, and the stack's lock, which is one.
pub(super) fn statements(deployer: &Deployer) -> Vec<Statement> {
    let scope = &deployer.scope;
    let names = deployer.names();
    let lock = scope.log_group_arn(&scope.lock());
    let groups = [Scope::function_log_group(&names), Scope::machine_log_group(&names)];
    let groups = groups.map(|name| scope.log_group_arn(&name));
    let retention = match deployer.retention_days {
        Some(_) => "logs:PutRetentionPolicy",
        None => "logs:DeleteRetentionPolicy",
    };
    let key = match deployer.common.kms_key {
        Some(_) => "logs:AssociateKmsKey",
        None => "logs:DisassociateKmsKey",
    };
    vec![
        Statement::new(
            "ListLogGroups",
            ["logs:DescribeLogGroups"],
            [scope.log_group_arn("*")],
            "to find the stack's log groups by their names; AWS takes all log groups or none here",
        ),
        Statement::new(
            "ReadLogPolicies",
            ["logs:DescribeResourcePolicies"],
            ["*".to_owned()],
            "to tell why a state machine cannot deliver its logs; the account's log policies belong to no resource",
        ),
        Statement::new(
            "LogGroups",
            [
                "logs:CreateLogGroup",
                "logs:DeleteLogGroup",
                "logs:FilterLogEvents",
                "logs:ListTagsForResource",
                "logs:TagResource",
                "logs:UntagResource",
                retention,
                key,
            ],
            groups,
            "the log groups of functions and state machines, and what is in them",
        ),
        Statement::new(
            "Lock",
            [
                "logs:CreateLogGroup",
                "logs:CreateLogStream",
                "logs:DeleteLogGroup",
                "logs:DescribeLogStreams",
                "logs:ListTagsForResource",
                "logs:TagResource",
            ],
            [lock.clone(), format!("{lock}:*")],
            "the lock, so that one deploy goes after the other",
        ),
    ]
}
