use std::collections::BTreeSet;

use aws_sdk_lambda::types::{self, FunctionConfiguration, LastUpdateStatus, State, TracingMode};
use stack::{Architecture, Code, Configuration, FunctionVersion, Health, ObservedFunction, Service};

use super::existing;
use crate::aws::call::Call;
use crate::aws::{Cloud, Error};

/// The names of the functions that begin with `prefix`.
pub(super) async fn function_names(cloud: &Cloud, prefix: &str) -> Result<BTreeSet<String>, Error> {
    let mut names = BTreeSet::new();
    let mut marker = None;
    loop {
        let request = || cloud.lambda.list_functions().set_marker(marker.clone()).send();
        let page = cloud.call(call("ListFunctions", ""), request).await?;
        let found = page
            .functions
            .unwrap_or_default()
            .into_iter()
            .filter_map(|function| function.function_name);
        names.extend(found.filter(|name| name.starts_with(prefix)));
        marker = page.next_marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok(names);
        }
    }
}

/// A function with its versions.
pub(super) async fn function(cloud: &Cloud, name: &str) -> Result<Option<ObservedFunction>, Error> {
    let request = || cloud.lambda.get_function().function_name(name).send();
    let Some(found) = existing(cloud.call(call("GetFunction", name), request).await)? else {
        return Ok(None);
    };
    // Only now: Lambda allows far fewer of these than of the one before.
    let versions = versions(cloud, name).await?;
    let aliased = match versions.len() {
        // The only version stays, whatever leads to it.
        0 | 1 => BTreeSet::new(),
        _ => aliased(cloud, name).await?,
    };
    let Some(latest) = found.configuration else {
        return Ok(None);
    };
    if let Some(error) = found.tags_error {
        return Err(Error::Unready {
            name: name.to_owned(),
            problem: format!("does not show its tags: {}: {}", error.error_code, error.message),
        });
    }
    if let Some(error) = latest.environment().and_then(|environment| environment.error()) {
        return Err(Error::Unready {
            name: name.to_owned(),
            problem: format!(
                "does not show its environment: {}: {}",
                error.error_code().unwrap_or_default(),
                error.message().unwrap_or_default()
            ),
        });
    }
    let failed = latest.state == Some(State::Failed) || latest.last_update_status == Some(LastUpdateStatus::Failed);
    Ok(Some(ObservedFunction {
        code: code(&latest),
        configuration: configuration(&latest),
        modified: latest.last_modified.as_deref().and_then(seconds),
        health: if failed { Health::Failed } else { Health::Good },
        versions,
        aliased,
        tags: found.tags.unwrap_or_default().into_iter().collect(),
    }))
}

async fn versions(cloud: &Cloud, name: &str) -> Result<Vec<FunctionVersion>, Error> {
    let mut versions = Vec::new();
    let mut marker = None;
    loop {
        let request = || {
            let request = cloud.lambda.list_versions_by_function().function_name(name);
            request.set_marker(marker.clone()).send()
        };
        let Some(page) = existing(cloud.call(call("ListVersionsByFunction", name), request).await)? else {
            return Ok(versions);
        };
        versions.extend(page.versions.unwrap_or_default().iter().filter_map(version));
        marker = page.next_marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok(versions);
        }
    }
}

/// The versions that aliases of the function lead to.
async fn aliased(cloud: &Cloud, name: &str) -> Result<BTreeSet<u64>, Error> {
    let mut versions = BTreeSet::new();
    let mut marker = None;
    loop {
        let request = || {
            let request = cloud.lambda.list_aliases().function_name(name);
            request.set_marker(marker.clone()).send()
        };
        let Some(page) = existing(cloud.call(call("ListAliases", name), request).await)? else {
            return Ok(versions);
        };
        let routed = page.aliases.unwrap_or_default().into_iter().flat_map(|alias| {
            let weights = alias
                .routing_config
                .and_then(|routing| routing.additional_version_weights);
            let others = weights.unwrap_or_default().into_keys();
            alias.function_version.into_iter().chain(others)
        });
        versions.extend(routed.filter_map(|version| version.parse::<u64>().ok()));
        marker = page.next_marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok(versions);
        }
    }
}

fn version(function: &FunctionConfiguration) -> Option<FunctionVersion> {
    Some(FunctionVersion {
        number: function.version.as_deref()?.parse().ok()?,
        code: code(function),
        configuration: configuration(function),
    })
}

fn code(function: &FunctionConfiguration) -> Code {
    Code {
        sha256: function.code_sha256.clone().unwrap_or_default(),
        architecture: match function.architectures().first() {
            Some(types::Architecture::Arm64) => Architecture::Arm64,
            _ => Architecture::X86_64,
        },
    }
}

fn configuration(function: &FunctionConfiguration) -> Configuration {
    let variables = function
        .environment
        .as_ref()
        .and_then(|environment| environment.variables.clone());
    Configuration {
        role_arn: function.role.clone().unwrap_or_default(),
        memory: function.memory_size.unwrap_or_default(),
        timeout: function.timeout.unwrap_or_default(),
        environment: variables
            .unwrap_or_default()
            .into_iter()
            .map(|(name, value)| (name, value.into()))
            .collect(),
        description: function.description.clone().unwrap_or_default(),
        runtime: function
            .runtime
            .as_ref()
            .map(|runtime| runtime.as_str().to_owned())
            .unwrap_or_default(),
        traces: function
            .tracing_config
            .as_ref()
            .is_some_and(|tracing| tracing.mode == Some(TracingMode::Active)),
        kms_key: function.kms_key_arn.clone().filter(|key| !key.is_empty()),
        handler: function.handler.clone().unwrap_or_default(),
    }
}

/// Seconds since 1970 of a time as Lambda writes it, such as `2026-01-31T09:15:00.123+0000`.
fn seconds(text: &str) -> Option<i64> {
    text.parse().ok().map(jiff::Timestamp::as_second)
}

fn call<'a>(action: &'static str, name: &'a str) -> Call<'a> {
    Call {
        service: Service::Lambda,
        action,
        name,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_are_read_as_lambda_writes_them() {
        assert_eq!(super::seconds("2026-01-31T09:15:00.123+0000"), Some(1_769_850_900));
        assert_eq!(super::seconds("yesterday"), None);
    }
}
