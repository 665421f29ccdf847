use super::{Deployer, condition};
use crate::Statement;

/// What roles take. Their path is the stack's and the stage's, so that nobody else's role is touched.
pub(super) fn statements(deployer: &Deployer) -> Vec<Statement> {
    let scope = &deployer.scope;
    let roles = [scope.role_arn("*")];
    let boundary = deployer.common.permissions_boundary.as_ref();
    let mut statements = vec![
        Statement::new(
            "ListRoles",
            ["iam:ListRoles"],
            ["*".to_owned()],
            "to find the stack's roles by their path; a list belongs to no resource",
        ),
        Statement::new(
            "FindRoles",
            ["iam:GetRole"],
            [scope.arn_of_role("/", &deployer.names())],
            "to see that a role is not there: of one that is not, IAM knows no path",
        ),
        Statement::new(
            "Roles",
            [
                "iam:DeleteRole",
                "iam:DeleteRolePolicy",
                "iam:DetachRolePolicy",
                "iam:GetRole",
                "iam:GetRolePolicy",
                "iam:ListAttachedRolePolicies",
                "iam:ListRolePolicies",
                "iam:TagRole",
                "iam:UntagRole",
                "iam:UpdateAssumeRolePolicy",
            ],
            roles.clone(),
            "to look at the stack's roles, keep them as they should be, and delete them",
        ),
        Statement::new(
            "PassRoles",
            ["iam:PassRole"],
            roles.clone(),
            "to give the stack's roles to functions and state machines, and to nothing else",
        )
        .only_if(condition(
            "StringEquals",
            "iam:PassedToService",
            ["lambda.amazonaws.com", "states.amazonaws.com"].map(str::to_owned),
        )),
    ];
    if !deployer.managed_policies.is_empty() {
        let attach = Statement::new(
            "AttachPolicies",
            ["iam:AttachRolePolicy"],
            roles.clone(),
            "to attach the managed policies that functions' roles are declared to have, and no others",
        );
        let policies = deployer.managed_policies.iter().cloned();
        let attach = attach.only_if(condition("ArnEquals", "iam:PolicyARN", policies));
        statements.push(match boundary {
            Some(boundary) => attach.only_if(condition("StringEquals", "iam:PermissionsBoundary", [boundary.clone()])),
            None => attach,
        });
    }
    match boundary {
        None => statements.push(Statement::new(
            "GiveRoles",
            [
                "iam:CreateRole",
                "iam:DeleteRolePermissionsBoundary",
                "iam:PutRolePolicy",
            ],
            roles,
            "to make the stack's roles and say what they may do",
        )),
        Some(boundary) => statements.extend([
            Statement::new(
                "GiveRoles",
                ["iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"],
                roles,
                "to make the stack's roles and say what they may do, within their boundary alone",
            )
            .only_if(condition("StringEquals", "iam:PermissionsBoundary", [boundary.clone()])),
            Statement::new(
                "ReadBoundary",
                ["iam:GetPolicy", "iam:GetPolicyVersion"],
                [boundary.clone()],
                "to tell what keeps a role from being used: its policies or its boundary",
            ),
        ]),
    }
    statements
}
