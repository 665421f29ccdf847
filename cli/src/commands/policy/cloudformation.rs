use std::fmt;

use serde_json::{Map, Value, json};
use stack::{ManagedPolicy, Scope};

use super::deployer::document;

/// Partition, account and region that CloudFormation fills in.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>
pub(super) const OPEN: [&str; 3] = ["${AWS::Partition}", "${AWS::AccountId}", "${AWS::Region}"];

/// A template that makes the policies.
pub(super) fn write(scope: &Scope, policies: &[ManagedPolicy], formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let resources: Map<String, Value> = policies
        .iter()
        .enumerate()
        .map(|(place, policy)| {
            let name = match policies.len() {
                1 => "DeployerPolicy".to_owned(),
                _ => format!("DeployerPolicy{}", place + 1),
            };
            let resource = json!({
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": { "ManagedPolicyName": policy.name, "PolicyDocument": filled(&document(policy)) },
            });
            (name, resource)
        })
        .collect();
    let outputs: Map<String, Value> = resources
        .keys()
        .map(|name| (name.clone(), json!({ "Value": { "Ref": name } })))
        .collect();
    let template = json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": format!("What whoever deploys the stack {} to the stage {} needs", scope.stack, scope.stage),
        "Resources": resources,
        "Outputs": outputs,
    });
    write!(formatter, "{template:#}")
}

/// The same with `Fn::Sub` around texts that CloudFormation fills in.
fn filled(value: &Value) -> Value {
    match value {
        Value::String(text) if OPEN.iter().any(|open| text.contains(open)) => json!({ "Fn::Sub": literal(text) }),
        Value::Array(items) => items.iter().map(filled).collect(),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(key, value)| (key.clone(), filled(value))).collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// The text in which only what is left open is filled in.
fn literal(text: &str) -> String {
    OPEN.iter().fold(text.replace("${", "${!"), |text, open| {
        text.replace(&open.replacen("${", "${!", 1), open)
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_what_is_left_open_is_filled_in() {
        let check = |text, expected| assert_eq!(super::literal(text), expected);
        check("arn:${AWS::Partition}:x", "arn:${AWS::Partition}:x");
        check("${AWS::Region}${aws:username}", "${AWS::Region}${!aws:username}");
    }
}
