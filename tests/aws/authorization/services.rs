//! What each service checks of its calls; nothing of a call that is not known here.

use super::checks::{Call, Check};
use crate::roles::{Roles, form};
use crate::state_machines::StateMachines;

type Checks = Option<Vec<Check>>;

pub(super) fn iam(call: &Call<'_>, roles: &Roles) -> Checks {
    let form = form(&call.request.body);
    let action = format!("iam:{}", call.action);
    let name = form.get("RoleName").map(String::as_str).unwrap_or_default();
    // Of a role that is not there nobody knows the path.
    let path = match call.action {
        "CreateRole" => form.get("Path").cloned(),
        _ => roles.path(name),
    };
    let role = format!("arn:aws:iam::123456789012:role{}{name}", path.as_deref().unwrap_or("/"));
    let boundary = match call.action {
        "CreateRole" | "PutRolePermissionsBoundary" => form.get("PermissionsBoundary").cloned(),
        _ => roles.boundary(name),
    };
    let of_role = match boundary {
        Some(boundary) => Check::new(&action, &role).with("iam:PermissionsBoundary", &boundary),
        None => Check::new(&action, &role),
    };
    Some(match call.action {
        "ListRoles" => vec![Check::new(&action, "*")],
        "GetPolicy" | "GetPolicyVersion" => vec![Check::new(&action, &form["PolicyArn"])],
        "CreateRole" if form.keys().any(|field| field.starts_with("Tags.")) => {
            vec![of_role, Check::new("iam:TagRole", &role)]
        }
        "AttachRolePolicy" | "DetachRolePolicy" => vec![of_role.with("iam:PolicyARN", &form["PolicyArn"])],
        "CreateRole"
        | "DeleteRole"
        | "DeleteRolePermissionsBoundary"
        | "DeleteRolePolicy"
        | "GetRole"
        | "GetRolePolicy"
        | "ListAttachedRolePolicies"
        | "ListRolePolicies"
        | "PutRolePermissionsBoundary"
        | "PutRolePolicy"
        | "TagRole"
        | "UntagRole"
        | "UpdateAssumeRolePolicy" => vec![of_role],
        _ => return None,
    })
}

/// That a role is given to a service.
fn pass(role: Option<&str>, service: &str) -> Option<Check> {
    Some(Check::new("iam:PassRole", role?).with("iam:PassedToService", service))
}

/// The ARN of the function that a call is about, with its version if it is about one.
pub(super) fn function_arn(call: &Call<'_>) -> String {
    let (path, query) = call.request.path.split_once('?').unwrap_or((&call.request.path, ""));
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match parts.as_slice() {
        [_, "tags", arn] => percent_encoding::percent_decode_str(arn)
            .decode_utf8_lossy()
            .into_owned(),
        [_, "functions", name, ..] => {
            let version = query.strip_prefix("Qualifier=").map(|version| format!(":{version}"));
            call.arn("lambda", &format!("function:{name}{}", version.unwrap_or_default()))
        }
        _ => call.arn(
            "lambda",
            &format!("function:{}", call.text("FunctionName").unwrap_or_default()),
        ),
    }
}

pub(super) fn lambda(call: &Call<'_>) -> Checks {
    let arn = function_arn(call);
    let of_function = Check::new(&format!("lambda:{}", call.action), &arn);
    let code = match call.action {
        "CreateFunction" => &call.body["Code"],
        _ => &call.body,
    };
    let object = code["S3Bucket"].as_str().zip(code["S3Key"].as_str());
    let object = object.map(|(bucket, key)| Check::of_object(bucket, key));
    let role = pass(call.text("Role"), "lambda.amazonaws.com");
    let key = call.text("KMSKeyArn").filter(|key| !key.is_empty());
    let use_key =
        |key: &str| ["kms:CreateGrant", "kms:Encrypt"].map(|action| Check::of_key(action, key, &call.via("lambda")));
    let keys = key.into_iter().flat_map(use_key);
    Some(match call.action {
        "ListFunctions" => vec![Check::new("lambda:ListFunctions", "*")],
        "CreateFunction" => {
            let tags = (!call.body["Tags"].is_null()).then(|| Check::new("lambda:TagResource", &arn));
            let rest = tags.into_iter().chain(role).chain(object).chain(keys);
            [of_function].into_iter().chain(rest).collect()
        }
        "UpdateFunctionConfiguration" => [of_function].into_iter().chain(role).chain(keys).collect(),
        "UpdateFunctionCode" => [of_function].into_iter().chain(object).collect(),
        "DeleteFunction"
        | "GetFunction"
        | "GetFunctionConfiguration"
        | "ListAliases"
        | "ListVersionsByFunction"
        | "PublishVersion"
        | "TagResource"
        | "UntagResource" => vec![of_function],
        _ => return None,
    })
}

pub(super) fn logs(call: &Call<'_>) -> Checks {
    let action = format!("logs:{}", call.action);
    let name = call.text("logGroupName").unwrap_or_default();
    let group = call.arn("logs", &format!("log-group:{name}"));
    let stream = format!("{group}:log-stream:{}", call.text("logStreamName").unwrap_or_default());
    Some(match call.action {
        "DescribeResourcePolicies" => vec![Check::new(&action, "*")],
        "DescribeLogGroups" => vec![Check::new(&action, &call.arn("logs", "log-group::log-stream:"))],
        "CreateLogGroup" if !call.body["tags"].is_null() => {
            vec![Check::new(&action, &stream), Check::new("logs:TagResource", &group)]
        }
        "CreateLogGroup" | "CreateLogStream" | "DescribeLogStreams" | "FilterLogEvents" => {
            vec![Check::new(&action, &stream)]
        }
        "AssociateKmsKey"
        | "DeleteLogGroup"
        | "DeleteRetentionPolicy"
        | "DisassociateKmsKey"
        | "PutRetentionPolicy" => {
            vec![Check::new(&action, &stream)]
        }
        "ListTagsForResource" | "TagResource" | "UntagResource" => {
            vec![Check::new(&action, call.text("resourceArn")?)]
        }
        _ => return None,
    })
}

pub(super) fn monitoring(call: &Call<'_>) -> Checks {
    let action = format!("cloudwatch:{}", call.action);
    let alarm = |name: &str| call.arn("cloudwatch", &format!("alarm:{name}"));
    let dashboard = |name: &str| format!("arn:aws:cloudwatch::123456789012:dashboard/{name}");
    Some(match call.action {
        "DescribeAlarms" | "GetMetricData" | "ListDashboards" => vec![Check::new(&action, "*")],
        "PutMetricAlarm" if !call.body["Tags"].is_null() => {
            let alarm = alarm(call.text("AlarmName")?);
            vec![
                Check::new(&action, &alarm),
                Check::new("cloudwatch:TagResource", &alarm),
            ]
        }
        "PutMetricAlarm" => vec![Check::new(&action, &alarm(call.text("AlarmName")?))],
        "DeleteAlarms" => vec![Check::new(&action, &alarm(call.body["AlarmNames"][0].as_str()?))],
        "ListTagsForResource" | "TagResource" | "UntagResource" => {
            vec![Check::new(&action, call.text("ResourceARN")?)]
        }
        "GetDashboard" | "PutDashboard" => vec![Check::new(&action, &dashboard(call.text("DashboardName")?))],
        "DeleteDashboards" => vec![Check::new(
            &action,
            &dashboard(call.body["DashboardNames"][0].as_str()?),
        )],
        _ => return None,
    })
}

pub(super) fn s3(call: &Call<'_>) -> Checks {
    let (path, query) = call.request.path.split_once('?').unwrap_or((&call.request.path, ""));
    let arn = format!("arn:aws:s3:::{}", path.trim_matches('/'));
    let decoded = percent_encoding::percent_decode_str(query)
        .decode_utf8_lossy()
        .into_owned();
    let prefix = decoded.split('&').find_map(|field| field.strip_prefix("prefix="));
    Some(vec![match call.action {
        "ListObjectsV2" => Check::new("s3:ListBucket", &arn).with("s3:prefix", prefix?),
        "DeleteObject" | "PutObject" => Check::new(&format!("s3:{}", call.action), &arn),
        _ => return None,
    }])
}

/// Every value here is encrypted with a key that somebody made for it.
pub(super) fn stored(call: &Call<'_>) -> Checks {
    let key = call.arn("kms", "key/of-whoever-put-it-there");
    let (action, service, arn, context) = match call.action {
        "GetParameter" => {
            let name = call.text("Name")?.trim_start_matches('/');
            let arn = call.arn("ssm", &format!("parameter/{name}"));
            ("ssm:GetParameter", "ssm", arn, "PARAMETER_ARN")
        }
        "GetSecretValue" => {
            let arn = call.arn("secretsmanager", &format!("secret:{}-a1B2c3", call.text("SecretId")?));
            ("secretsmanager:GetSecretValue", "secretsmanager", arn, "SecretARN")
        }
        _ => return None,
    };
    let decrypt = Check::new("kms:Decrypt", &key).with("kms:ViaService", &call.via(service));
    let decrypt = decrypt.with(&format!("kms:EncryptionContext:{context}"), &arn);
    Some(vec![Check::new(action, &arn), decrypt])
}

pub(super) fn states(call: &Call<'_>, machines: &StateMachines) -> Checks {
    let action = format!("states:{}", call.action);
    let fields = [
        "stateMachineArn",
        "stateMachineVersionArn",
        "stateMachineAliasArn",
        "executionArn",
        "resourceArn",
    ];
    let named = fields.iter().find_map(|field| call.text(field)).map(str::to_owned);
    let routed = call.body["routingConfiguration"][0]["stateMachineVersionArn"].as_str();
    let made = call
        .text("name")
        .map(|name| call.arn("states", &format!("stateMachine:{name}")));
    let arn = match call.action {
        "CreateStateMachine" => made?,
        "CreateStateMachineAlias" => routed?.to_owned(),
        "ListStateMachines" | "ValidateStateMachineDefinition" => "*".to_owned(),
        _ => named?,
    };
    let given = call.body["encryptionConfiguration"]["kmsKeyId"]
        .as_str()
        .map(str::to_owned);
    let key = given.or_else(|| machines.key(&arn));
    let uses: &[&str] = match call.action {
        "CreateStateMachine" | "UpdateStateMachine" => &["kms:DescribeKey", "kms:GenerateDataKey"],
        "DescribeExecution" | "DescribeStateMachine" | "GetExecutionHistory" => &["kms:Decrypt"],
        "RedriveExecution" | "StartExecution" | "StartSyncExecution" => &["kms:GenerateDataKey"],
        _ => &[],
    };
    let uses = key.into_iter().flat_map(|key| {
        let of_key = |action: &&str| Check::of_key(action, &key, &call.via("states"));
        uses.iter().map(of_key).collect::<Vec<_>>()
    });
    let role = pass(call.text("roleArn"), "states.amazonaws.com");
    let tags = (call.action == "CreateStateMachine" && !call.body["tags"].is_null())
        .then(|| Check::new("states:TagResource", &arn));
    let known = [
        "CreateStateMachine",
        "CreateStateMachineAlias",
        "DeleteStateMachine",
        "DeleteStateMachineVersion",
        "DescribeExecution",
        "DescribeStateMachine",
        "DescribeStateMachineAlias",
        "GetExecutionHistory",
        "ListExecutions",
        "ListStateMachineAliases",
        "ListStateMachineVersions",
        "ListStateMachines",
        "ListTagsForResource",
        "PublishStateMachineVersion",
        "RedriveExecution",
        "StartExecution",
        "StartSyncExecution",
        "StopExecution",
        "TagResource",
        "UntagResource",
        "UpdateStateMachine",
        "UpdateStateMachineAlias",
        "ValidateStateMachineDefinition",
    ];
    let all = [Check::new(&action, &arn)]
        .into_iter()
        .chain(tags)
        .chain(role)
        .chain(uses);
    known.contains(&call.action).then(|| all.collect())
}
