//! Parameters and secrets of the account.

use std::collections::BTreeMap;

use hyper::HeaderMap;
use serde_json::{Value, json};

use crate::wire::{Answer, Protocol, refusal};

/// Values by name.
#[derive(Default)]
pub(crate) struct Secrets {
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) secrets: BTreeMap<String, String>,
}

impl Secrets {
    /// The answer to a call about one of them; nothing for any other call.
    pub(crate) fn answer(&self, action: &str, request: &str) -> Option<Answer> {
        let request: Value = serde_json::from_str(request).unwrap_or_default();
        let found = |values: &BTreeMap<String, String>, name: &Value| values.get(name.as_str().unwrap()).cloned();
        let answer = match action {
            "GetParameter" => match found(&self.parameters, &request["Name"]) {
                // Without decryption there would be something else.
                Some(value) if request["WithDecryption"] == true => json!({ "Parameter": { "Value": value } }),
                _ => return Some(refusal(Protocol::Json, 400, "ParameterNotFound", "")),
            },
            "GetSecretValue" => match found(&self.secrets, &request["SecretId"]) {
                Some(value) => json!({ "SecretString": value }),
                None => {
                    let message = "Secrets Manager can't find the specified secret.";
                    return Some(refusal(Protocol::Json, 400, "ResourceNotFoundException", message));
                }
            },
            _ => return None,
        };
        Some(Answer {
            status: 200,
            headers: HeaderMap::new(),
            body: answer.to_string(),
        })
    }
}
