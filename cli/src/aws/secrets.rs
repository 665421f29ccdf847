//! Parameters and secrets that environment variables name.

use serde_json::{Value, json};
use stack::{EnvironmentValue, Service};

use super::call::Call;
use super::parallel::for_each;
use super::{Cloud, Error};
use crate::settings::Reference;

/// What `references` stand for, in their order: each its own success or failure.
///
/// # Errors
/// Somebody wants it to end.
pub async fn resolve(
    cloud: &Cloud,
    references: Vec<Reference>,
) -> Result<Vec<(Reference, Result<EnvironmentValue, Error>)>, Error> {
    for_each(references, |reference| {
        let cloud = cloud.clone();
        async move {
            let value = match &reference {
                Reference::Parameter(name) => parameter(&cloud, name).await,
                Reference::Secret { name, key } => secret(&cloud, name, key.as_deref()).await,
            };
            match value {
                Err(Error::Interrupted) => Err(Error::Interrupted),
                value => Ok((reference, value)),
            }
        }
    })
    .await
}

async fn parameter(cloud: &Cloud, name: &str) -> Result<EnvironmentValue, Error> {
    const ACTION: &str = "GetParameter";
    let call = Call {
        service: Service::Ssm,
        action: ACTION,
        name,
    };
    let request = || cloud.ssm.call(ACTION, json!({ "Name": name, "WithDecryption": true }));
    let found = cloud.call(call, request).await?;
    let value = found.pointer("/Parameter/Value").and_then(Value::as_str);
    value.map(EnvironmentValue::from).ok_or(Error::Answer {
        action: ACTION,
        missing: "value",
    })
}

async fn secret(cloud: &Cloud, name: &str, key: Option<&str>) -> Result<EnvironmentValue, Error> {
    const ACTION: &str = "GetSecretValue";
    let call = Call {
        service: Service::Secrets,
        action: ACTION,
        name,
    };
    let request = || cloud.secrets.call(ACTION, json!({ "SecretId": name }));
    let found = cloud.call(call, request).await?;
    part(found.get("SecretString").and_then(Value::as_str), key).map_err(|problem| Error::Secret {
        name: name.to_owned(),
        problem,
    })
}

/// The whole secret, or what it has under `key`. Nothing of the secret is in the problem.
fn part(text: Option<&str>, key: Option<&str>) -> Result<EnvironmentValue, String> {
    let text = text.ok_or("is binary, which no environment variable can be")?;
    let Some(key) = key else { return Ok(text.into()) };
    match serde_json::from_str(text) {
        Ok(Value::Object(mut fields)) => match fields.remove(key) {
            Some(Value::String(value)) => Ok(value.into()),
            Some(value @ (Value::Number(_) | Value::Bool(_))) => Ok(value.to_string().into()),
            Some(_) => Err(format!("has no text under the key `{key}`")),
            None => Err(format!("has no key `{key}`")),
        },
        _ => Err(format!("is not a JSON object, so it has no key `{key}`")),
    }
}
