//! What the double gets wrong about functions: versions that change with the function, the hash of updated code,
//! architectures and keys.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use sha2::Digest;

use crate::objects;

/// Versions by function and number, and the right hash of each wrong one.
#[derive(Default)]
pub(crate) struct Functions {
    versions: BTreeMap<(String, String), Value>,
    hashes: BTreeMap<String, String>,
    deleted: BTreeSet<(String, String)>,
    left_out: BTreeMap<String, BTreeMap<&'static str, Value>>,
    /// The last version of functions that have not changed since.
    unchanged: BTreeMap<String, Value>,
}

impl Functions {
    /// The key of a function that has one.
    pub(crate) fn key(&self, name: &str) -> Option<String> {
        let key = self.left_out.get(name)?.get("KMSKeyArn")?.as_str()?;
        (!key.is_empty()).then(|| key.to_owned())
    }

    /// The version that a function has already, which Lambda gives again instead of another.
    pub(crate) fn republished(&self, path: &str) -> Option<String> {
        let name = path.split("/functions/").nth(1)?.split('/').next()?;
        self.unchanged.get(name).map(Value::to_string)
    }

    /// The answer as Lambda gives it. Both are JSON texts, where there are any.
    pub(crate) fn answer(&mut self, action: &str, request: &str, mut answer: String) -> String {
        if ["CreateFunction", "UpdateFunctionCode"].contains(&action) {
            let request: Value = serde_json::from_str(request).unwrap();
            if let Some(right) = hash(&request).or_else(|| hash(&request["Code"])) {
                let wrong = field(&answer, "CodeSha256");
                if wrong != right {
                    self.hashes.insert(wrong, right);
                }
            }
        }
        if ["CreateFunction", "UpdateFunctionCode", "UpdateFunctionConfiguration"].contains(&action) {
            let request: Value = serde_json::from_str(request).unwrap();
            let function = self.left_out.entry(field(&answer, "FunctionName")).or_default();
            let fields = ["Architectures", "KMSKeyArn", "TracingConfig"].into_iter();
            let given = fields.filter(|field| !request[field].is_null());
            function.extend(given.map(|field| (field, request[field].clone())));
        }
        if ["CreateFunction", "UpdateFunctionCode", "UpdateFunctionConfiguration"].contains(&action) {
            self.unchanged.remove(&field(&answer, "FunctionName"));
        }
        if let Ok(mut json) = serde_json::from_str(&answer) {
            self.add_left_out(&mut json);
            answer = json.to_string();
        }
        for (wrong, right) in &self.hashes {
            answer = answer.replace(wrong, right);
        }
        match action {
            "PublishVersion" => {
                let key = (field(&answer, "FunctionName"), field(&answer, "Version"));
                let version: Value = serde_json::from_str(&answer).unwrap();
                self.unchanged.insert(key.0.clone(), version.clone());
                self.versions.insert(key, version);
                answer
            }
            "ListVersionsByFunction" => self.with_versions(&answer),
            _ => answer,
        }
    }

    /// Deletes a version, which the double would do to the whole function.
    pub(crate) fn delete_version(&mut self, name: &str, version: &str) -> Result<String, (u16, &'static str)> {
        let key = (name.to_owned(), version.to_owned());
        let is_there = self.versions.remove(&key).is_some();
        self.deleted.insert(key);
        match is_there {
            true => Ok(String::new()),
            false => Err((404, "ResourceNotFoundException")),
        }
    }

    /// In every object that describes a function.
    fn add_left_out(&self, answer: &mut Value) {
        match answer {
            Value::Array(items) => items.iter_mut().for_each(|item| self.add_left_out(item)),
            Value::Object(fields) => {
                let name = fields.get("FunctionName").and_then(Value::as_str);
                for (field, value) in name.and_then(|name| self.left_out.get(name)).into_iter().flatten() {
                    fields.insert((*field).to_owned(), value.clone());
                }
                fields.values_mut().for_each(|field| self.add_left_out(field));
            }
            _ => {}
        }
    }

    fn with_versions(&self, answer: &str) -> String {
        let mut answer: Value = serde_json::from_str(answer).unwrap();
        answer["Versions"].as_array_mut().unwrap().retain(|version| {
            let part = |name: &str| version[name].as_str().unwrap().to_owned();
            !self.deleted.contains(&(part("FunctionName"), part("Version")))
        });
        for version in answer["Versions"].as_array_mut().unwrap() {
            let part = |name: &str| version[name].as_str().unwrap().to_owned();
            if let Some(published) = self.versions.get(&(part("FunctionName"), part("Version"))) {
                *version = json!(published);
            }
        }
        answer.to_string()
    }
}

/// The hash of code that comes with the call, or that was fetched for it.
fn hash(code: &Value) -> Option<String> {
    if let Some(sha256) = code[objects::FETCHED].as_str() {
        return Some(sha256.to_owned());
    }
    let zip = BASE64_STANDARD.decode(code["ZipFile"].as_str()?).unwrap();
    Some(BASE64_STANDARD.encode(sha2::Sha256::digest(zip)))
}

fn field(text: &str, name: &str) -> String {
    let value: Value = serde_json::from_str(text).unwrap();
    value[name].as_str().unwrap().to_owned()
}
