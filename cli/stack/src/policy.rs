//! The policy documents of the roles.

use std::collections::BTreeSet;
use std::sync::Arc;

use asl::{Json, MachineType};

use crate::derivation::{Declared, Place, SID_PREFIX, derive};
use crate::statement::{self, Permissions, Statement};
use crate::{FunctionReference, Revision, Scope, diff, encryption, invoked_functions};

/// Longest inline policy of a role in characters, white space not counted.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub const MAX_LENGTH: usize = 10_240;

/// Who may assume a function's role: Lambda, for this account, and for this very function wherever Lambda says for which.
///
/// AWS's own trust policies for Lambda name `aws:SourceAccount`. That Lambda sends `aws:SourceArn` too is nowhere
/// documented for the assumption of an execution role, though people rely on it: as a condition that must be there it
/// could keep every function from being made, so it counts only where it is there.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
#[must_use]
pub fn function_trust(scope: &Scope, function: &str) -> Json {
    trust(
        "lambda.amazonaws.com",
        source(scope, "ArnLikeIfExists", scope.function_arn(function)),
    )
}

/// Who may assume a state machine's role: Step Functions, for this very machine and its versions.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html>
#[must_use]
pub fn machine_trust(scope: &Scope, machine: &str) -> Json {
    trust(
        "states.amazonaws.com",
        source(scope, "ArnLike", scope.machine_arn(machine)),
    )
}

/// What a function may do by itself: write to its own log group, which the stack makes. Without `logs:CreateLogGroup` a
/// late invocation cannot bring the group back after it was removed.
#[must_use]
pub fn function_statements(scope: &Scope, log_group: &str, uses: Uses<'_>) -> Vec<Statement> {
    let streams = format!("{}:log-stream:*", scope.log_group_arn(log_group));
    let actions = ["logs:CreateLogStream", "logs:PutLogEvents"];
    let logs = Statement::new("WriteLogs", actions, [streams], "writes its log");
    let key = uses
        .kms_key
        .map(|key| encryption::statement(key, encryption::OF_FUNCTIONS));
    let logs = uses.logs.then_some(logs);
    logs.into_iter()
        .chain(traces(uses, &TRACING_BY_FUNCTIONS))
        .chain(key)
        .collect()
}

/// What a function uses beside what it is for, and a state machine beside what its states call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uses<'a> {
    /// Whether it delivers logs.
    pub logs: bool,
    /// Whether it is traced by X-Ray.
    pub traces: bool,
    /// ARN of the KMS key that encrypts it.
    pub kms_key: Option<&'a str>,
}

/// What a state machine may do: its `permissions`, and what it `uses`.
#[must_use]
pub fn machine_statements(permissions: &Permissions, uses: Uses<'_>) -> Vec<Statement> {
    let any = || ["*".to_owned()];
    let mut statements = permissions.needs.statements();
    statements.extend(permissions.own.iter().cloned());
    if uses.logs {
        statements.push(Statement::new("DeliverLogs", LOG_DELIVERY, any(), "delivers its logs"));
    }
    statements.extend(traces(uses, &TRACING));
    let key = uses
        .kms_key
        .map(|key| encryption::statement(key, encryption::OF_STATE_MACHINES));
    statements.extend(key);
    statements
}

fn traces(uses: Uses<'_>, actions: &[&'static str]) -> Option<Statement> {
    let statement = || {
        Statement::new(
            "SendTraces",
            actions.iter().copied(),
            ["*".to_owned()],
            "sends traces to X-Ray",
        )
    };
    uses.traces.then(statement)
}

/// What a version of a state machine needs, as far as its definition tells.
pub(crate) struct Known {
    pub(crate) permissions: Json,
    /// Whether that is all: not where the workspace had to declare what the definition does not tell.
    pub(crate) is_complete: bool,
}

/// What a version of a state machine needs; nothing where its definition cannot be read.
#[must_use]
pub(crate) fn revision_permissions(revision: &Revision, scope: &Scope) -> Option<Known> {
    let (permissions, is_complete) = revision_derivation(revision, scope)?;
    let uses = Uses {
        logs: revision.logging.is_some(),
        traces: revision.traces,
        kms_key: revision.kms_key.as_deref(),
    };
    Some(Known {
        permissions: statement::document(&machine_statements(&permissions, uses)),
        is_complete,
    })
}

/// What the states of a version of a state machine need, as far as its definition tells.
pub(crate) fn revision_needs(revision: &Revision, scope: &Scope) -> Option<Permissions> {
    revision_derivation(revision, scope).map(|(permissions, _)| permissions)
}

/// The needs that the definition tells, and whether these are all.
fn revision_derivation(revision: &Revision, scope: &Scope) -> Option<(Permissions, bool)> {
    let machine = diff::read(&revision.definition, MachineType::Standard)?;
    let name = revision.role_arn.rsplit('/').next().unwrap_or_default();
    let place = Place {
        scope,
        logical: name,
        machine: name,
        functions: &[],
    };
    let derivation = derive(&machine, place, &Declared::default());
    let permissions = Permissions {
        needs: derivation.needs,
        own: Vec::new(),
    };
    Some((permissions, derivation.problems.is_empty()))
}

/// ARNs without a version of the functions that a version of a state machine invokes.
pub(crate) fn invoked_by(revision: &Revision, scope: &Scope) -> BTreeSet<String> {
    let machine = diff::read(&revision.definition, MachineType::Standard);
    let functions = machine.map(|machine| invoked_functions(&machine)).unwrap_or_default();
    let arn = |text: &String| FunctionReference::new(text, scope).unqualified_arn();
    functions.iter().map(arn).collect()
}

/// Log deliveries belong to no resource, so AWS has them on `*`.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html>
pub(crate) const LOG_DELIVERY: [&str; 8] = [
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
];

/// Traces belong to no resource either.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html>
pub(crate) const TRACING: [&str; 4] = [
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
];

/// Lambda samples by itself.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html>
const TRACING_BY_FUNCTIONS: [&str; 2] = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];

/// All that `old` and `new` allow, for the time in which executions of both are under way. Statements that differ in
/// their resources alone become one: IAM takes every `Sid` once, and a policy twice as long may be too long.
#[must_use]
pub(crate) fn union(old: &Json, new: &Json) -> Json {
    let mut all: Vec<Json> = statements(new).to_vec();
    let allowed = grants(new);
    for statement in statements(old).iter().filter(|old| !grants_of(old).is_subset(&allowed)) {
        match all.iter_mut().find(|merged| differ_in_resources(merged, statement)) {
            Some(merged) => {
                let resources = &items(merged, RESOURCE) | &items(statement, RESOURCE);
                *merged = with(merged, RESOURCE, Some(texts(resources)));
            }
            None => all.push(with(statement, SID, free_sid(statement, &all))),
        }
    }
    document(all)
}

/// Whether `policy` allows everything that `part` does.
#[must_use]
pub(crate) fn covers(policy: &Json, part: &Json) -> bool {
    grants(part).is_subset(&grants(policy))
}

/// The `Sid` of a statement beside `others`: IAM takes each once. Where the workspace's own statements are from is told by
/// nothing else, so that they have one in any case.
fn free_sid(statement: &Json, others: &[Json]) -> Option<Json> {
    let sid = statement.get(SID).and_then(Json::as_str)?;
    let is_free = |sid: &str| {
        others
            .iter()
            .all(|other| other.get(SID).and_then(Json::as_str) != Some(sid))
    };
    if is_free(sid) {
        return Some(Json::from(sid));
    }
    let mut numbered = (1..=others.len() + 1).map(|number| format!("{sid}Before{number}"));
    let own = numbered.find(|sid| sid.starts_with(SID_PREFIX) && is_free(sid));
    own.map(Json::from)
}

/// What is granted, taken apart: what the statement says beside actions and resources, one action, one resource.
pub(crate) type Single = (String, String, String);

/// What a policy grants.
pub(crate) fn grants(document: &Json) -> BTreeSet<Single> {
    statements(document).iter().flat_map(grants_of).collect()
}

/// What a statement grants.
fn grants_of(statement: &Json) -> BTreeSet<Single> {
    let rest = [SID, ACTION, RESOURCE].iter();
    let rest = rest
        .fold(statement.clone(), |left, key| with(&left, key, None))
        .to_string();
    let resources = some(items(statement, RESOURCE));
    let mut all = BTreeSet::new();
    for action in some(items(statement, ACTION)) {
        let single = |resource: &String| (rest.clone(), action.clone(), resource.clone());
        all.extend(resources.iter().map(single));
    }
    all
}

/// A statement says `NotAction` or `NotResource` where it has none; it still grants something.
fn some(items: BTreeSet<String>) -> BTreeSet<String> {
    if items.is_empty() {
        BTreeSet::from([String::new()])
    } else {
        items
    }
}

/// What the statements that the workspace declared once grant.
pub(crate) fn declared(document: &Json) -> BTreeSet<Single> {
    let is_declared = |statement: &&Json| {
        let sid = statement.get(SID).and_then(Json::as_str);
        sid.is_some_and(|sid| sid.starts_with(SID_PREFIX))
    };
    statements(document)
        .iter()
        .filter(is_declared)
        .flat_map(grants_of)
        .collect()
}

pub(crate) const SID: &str = "Sid";
pub(crate) const ACTION: &str = "Action";
pub(crate) const RESOURCE: &str = "Resource";

/// Whether two statements say the same of their resources.
fn differ_in_resources(one: &Json, other: &Json) -> bool {
    let rest = |statement: &Json| {
        let rest = [SID, ACTION, RESOURCE];
        rest.iter().fold(statement.clone(), |left, key| with(&left, key, None))
    };
    items(one, ACTION) == items(other, ACTION) && rest(one) == rest(other)
}

/// The strings under `key`, where a single one needs no array.
pub(crate) fn items(statement: &Json, key: &str) -> BTreeSet<String> {
    let value = statement.get(key);
    let one = value.and_then(Json::as_str);
    let several = value.and_then(Json::as_array).unwrap_or_default();
    let texts = one.into_iter().chain(several.iter().filter_map(Json::as_str));
    texts.map(str::to_owned).collect()
}

/// The object with another value under `key`, or without it.
pub(crate) fn with(object: &Json, key: &str, value: Option<Json>) -> Json {
    let fields = object.as_object().into_iter().flat_map(|object| object.iter());
    Json::object(fields.filter_map(|(name, old)| {
        let new = if **name == *key { value.clone()? } else { old.clone() };
        Some((Arc::clone(name), new))
    }))
}

pub(crate) fn statements(policy: &Json) -> &[Json] {
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

/// The conditions that the service acts for this account and for the resource `arn`, with a qualifier or without.
fn source(scope: &Scope, operator: &'static str, arn: String) -> [(&'static str, Json); 2] {
    let qualified = format!("{arn}:*");
    let account = Json::from(scope.account.as_str());
    [
        (operator, one("aws:SourceArn", texts([arn, qualified]))),
        ("StringEquals", one("aws:SourceAccount", account)),
    ]
}

pub(crate) fn document(statements: impl IntoIterator<Item = Json>) -> Json {
    Json::object([
        ("Version", Json::from("2012-10-17")),
        ("Statement", Json::array(statements.into_iter().collect())),
    ])
}

fn one(key: &'static str, value: Json) -> Json {
    Json::object([(key, value)])
}

pub(crate) fn texts<T: Into<Arc<str>>>(items: impl IntoIterator<Item = T>) -> Json {
    Json::array(items.into_iter().map(Json::string).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(statements: &str) -> Json {
        format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)
            .parse()
            .unwrap()
    }

    fn invoke(resources: &str) -> String {
        format!(r#"{{"Sid":"Invoke","Effect":"Allow","Action":["lambda:InvokeFunction"],"Resource":[{resources}]}}"#)
    }

    #[track_caller]
    fn check_union(old: &str, new: &str, both: &str) {
        let united = union(&policy(old), &policy(new));
        assert_eq!(united.to_string(), policy(both).to_string());
        assert!(covers(&united, &policy(old)) && covers(&united, &policy(new)));
        assert_eq!(covers(&policy(new), &united), new == both);
    }

    #[track_caller]
    fn check_trust(trust: &Json, service: &str, operator: &str, arn: &str) {
        let expected = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":"{service}"}},"Action":"sts:AssumeRole","Condition":{{"{operator}":{{"aws:SourceArn":["{arn}","{arn}:*"]}},"StringEquals":{{"aws:SourceAccount":"123456789012"}}}}}}]}}"#
        );
        assert_eq!(trust.to_string(), expected);
    }

    #[test]
    fn a_role_is_for_one_resource_of_one_account() {
        let scope = Scope::of_tests();
        check_trust(
            &function_trust(&scope, "order-dev-A"),
            "lambda.amazonaws.com",
            "ArnLikeIfExists",
            "arn:aws:lambda:us-east-1:123456789012:function:order-dev-A",
        );
        check_trust(
            &machine_trust(&scope, "order-dev-M"),
            "states.amazonaws.com",
            "ArnLike",
            "arn:aws:states:us-east-1:123456789012:stateMachine:order-dev-M",
        );
    }

    #[test]
    fn a_union_has_every_sid_once() {
        let logs = r#"{"Sid":"Logs","Effect":"Allow","Action":["logs:X"],"Resource":"*"}"#;
        check_union(&invoke(r#""a","b""#), &invoke(r#""b","c""#), &invoke(r#""a","b","c""#));
        check_union(&invoke(r#""a""#), &invoke(r#""a","b""#), &invoke(r#""a","b""#));
        check_union(logs, &invoke(r#""a""#), &format!("{},{logs}", invoke(r#""a""#)));
        let other = invoke(r#""b""#).replace("InvokeFunction", "GetFunction");
        let nameless = other.replace(r#""Sid":"Invoke","#, "");
        check_union(&other, &invoke(r#""a""#), &format!("{},{nameless}", invoke(r#""a""#)));
        let declared = |text: String| text.replace(r#""Sid":"Invoke""#, r#""Sid":"Declared1""#);
        let (other, ours) = (declared(other), declared(invoke(r#""a""#)));
        let renamed = other.replace("Declared1", "Declared1Before1");
        check_union(&other, &ours, &format!("{ours},{renamed}"));
    }

    #[test]
    fn the_form_of_a_statement_does_not_matter() {
        let one = r#"{"Effect":"Allow","Action":"lambda:InvokeFunction","Resource":"a"}"#;
        assert!(covers(&policy(one), &policy(&invoke(r#""a""#))));
        assert!(covers(&policy(&invoke(r#""a""#)), &policy(one)));
        let denied = invoke(r#""a""#).replace("Allow", "Deny");
        assert!(!covers(&policy(&denied), &policy(one)));
    }
}
