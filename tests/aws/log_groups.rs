//! What the double leaves out of log groups: their keys.

use std::collections::BTreeMap;

use serde_json::Value;

/// Keys by log group.
#[derive(Default)]
pub(crate) struct LogGroups(BTreeMap<String, Value>);

impl LogGroups {
    /// The answer with what the double left out of it. Both are JSON texts.
    pub(crate) fn answer(&mut self, action: &str, request: &str, answer: String) -> String {
        let request: Value = serde_json::from_str(request).unwrap_or_default();
        let name = request["logGroupName"].as_str().unwrap_or_default().to_owned();
        match action {
            "CreateLogGroup" | "AssociateKmsKey" => drop(self.0.insert(name, request["kmsKeyId"].clone())),
            "DisassociateKmsKey" | "DeleteLogGroup" => drop(self.0.remove(&name)),
            "DescribeLogGroups" => {
                let mut answer: Value = serde_json::from_str(&answer).unwrap();
                for group in answer["logGroups"].as_array_mut().into_iter().flatten() {
                    let key = self.0.get(group["logGroupName"].as_str().unwrap());
                    group["kmsKeyId"] = key.cloned().unwrap_or_default();
                }
                return answer.to_string();
            }
            _ => {}
        }
        answer
    }
}
