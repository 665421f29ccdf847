//! CloudWatch, by its JSON protocol.
//!
//! <https://github.com/boto/botocore/blob/develop/botocore/data/cloudwatch/2010-08-01/service-2.json> names the protocols
//! that it speaks.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use stack::Service;

use super::call::Call;
use super::{Cloud, Error};

/// Calls an action.
///
/// # Errors
/// A call that fails.
pub(super) async fn call(cloud: &Cloud, action: &'static str, name: &str, input: Value) -> Result<Value, Error> {
    let call = Call {
        service: Service::CloudWatch,
        action,
        name,
    };
    cloud.call(call, || cloud.cloudwatch.call(action, input.clone())).await
}

/// Calls an action until there is no page left, and gives the items that all pages have under `field`.
///
/// # Errors
/// A call that fails, an item that cannot be read.
pub(super) async fn pages<T: DeserializeOwned>(
    cloud: &Cloud,
    action: &'static str,
    field: &'static str,
    mut input: Value,
) -> Result<Vec<T>, Error> {
    let mut items = Vec::new();
    loop {
        let mut page = call(cloud, action, "", input.clone()).await?;
        let found = page.get_mut(field).map(Value::take).unwrap_or_default();
        items.extend(read::<Option<Vec<T>>>(action, field, found)?.unwrap_or_default());
        match page.get("NextToken").and_then(Value::as_str) {
            Some(token) if !token.is_empty() => {
                if let Value::Object(fields) = &mut input {
                    fields.insert("NextToken".to_owned(), json!(token));
                }
            }
            _ => return Ok(items),
        }
    }
}

/// An answer, or what it has under `field`, in the form that it should have.
///
/// # Errors
/// It has another.
pub(super) fn read<T: DeserializeOwned>(action: &'static str, field: &'static str, value: Value) -> Result<T, Error> {
    serde_json::from_value(value).map_err(|_| Error::Answer { action, missing: field })
}
