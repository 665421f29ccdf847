//! The policy documents of the roles.

use asl::Json;

use crate::{Scope, machine::Machine};

/// Longest inline policy of a role in characters, white space not counted.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub const MAX_LENGTH: usize = 10_240;

/// Who may assume a function's role: Lambda, for this account.
#[must_use]
pub fn function_trust(scope: &Scope) -> Json {
    trust(
        "lambda.amazonaws.com",
        [(
            "StringEquals",
            one("aws:SourceAccount", Json::from(scope.account.as_str())),
        )],
    )
}

/// Who may assume a state machine's role: Step Functions, for this very machine and its versions.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html>
#[must_use]
pub fn machine_trust(scope: &Scope, machine: &str) -> Json {
    let arn = scope.machine_arn(machine);
    let versions = format!("{arn}:*");
    trust(
        "states.amazonaws.com",
        [
            ("ArnLike", one("aws:SourceArn", texts([arn, versions]))),
            (
                "StringEquals",
                one("aws:SourceAccount", Json::from(scope.account.as_str())),
            ),
        ],
    )
}

/// What a function may do: write to its own log group, which the stack makes. Without `logs:CreateLogGroup` a late
/// invocation cannot bring the group back after it was removed.
#[must_use]
pub fn function_permissions(scope: &Scope, log_group: &str) -> Json {
    let streams = format!("{}:log-stream:*", scope.log_group_arn(log_group));
    document([allow(
        "WriteLogs",
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        texts([streams]),
    )])
}

/// What a state machine may do: invoke the functions its definition names, and deliver its own logs.
#[must_use]
pub fn machine_permissions(machine: &Machine) -> Json {
    let mut statements = Vec::new();
    if !machine.invokes.is_empty() {
        let versions = |arn: &String| [arn.clone(), format!("{arn}:*")];
        statements.push(allow(
            "InvokeFunctions",
            ["lambda:InvokeFunction"],
            texts(machine.invokes.iter().flat_map(versions)),
        ));
    }
    if machine.logging.is_some() {
        statements.push(allow("DeliverLogs", LOG_DELIVERY, Json::from("*")));
    }
    document(statements)
}

/// Log deliveries belong to no resource, so AWS has them on `*`.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html>
const LOG_DELIVERY: [&str; 8] = [
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
];

/// All that `old` and `new` allow, for the time in which executions of both are under way.
#[must_use]
pub(crate) fn union(old: &Json, new: &Json) -> Json {
    let extra = statements(old)
        .iter()
        .filter(|statement| !statements(new).contains(statement));
    let all = statements(new).iter().chain(extra).cloned().collect::<Vec<_>>();
    document(all)
}

/// Whether `policy` has every statement of `part`.
#[must_use]
pub(crate) fn covers(policy: &Json, part: &Json) -> bool {
    statements(part)
        .iter()
        .all(|statement| statements(policy).contains(statement))
}

fn statements(policy: &Json) -> &[Json] {
    policy.get("Statement").and_then(Json::as_array).unwrap_or_default()
}

fn trust(service: &str, conditions: impl IntoIterator<Item = (&'static str, Json)>) -> Json {
    document([Json::object([
        ("Effect", Json::from("Allow")),
        ("Principal", one("Service", Json::from(service))),
        ("Action", Json::from("sts:AssumeRole")),
        ("Condition", Json::object(conditions)),
    ])])
}

fn allow(sid: &str, actions: impl IntoIterator<Item = &'static str>, resource: Json) -> Json {
    Json::object([
        ("Sid", Json::from(sid)),
        ("Effect", Json::from("Allow")),
        ("Action", texts(actions)),
        ("Resource", resource),
    ])
}

fn document(statements: impl IntoIterator<Item = Json>) -> Json {
    Json::object([
        ("Version", Json::from("2012-10-17")),
        ("Statement", Json::array(statements.into_iter().collect())),
    ])
}

fn one(key: &'static str, value: Json) -> Json {
    Json::object([(key, value)])
}

fn texts<T: Into<std::sync::Arc<str>>>(items: impl IntoIterator<Item = T>) -> Json {
    Json::array(items.into_iter().map(Json::string).collect())
}
