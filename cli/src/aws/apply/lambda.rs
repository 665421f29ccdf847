use std::time::Duration;

use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{
    Architecture, Environment, FunctionCode, FunctionConfiguration, LastUpdateStatus, Runtime, State, TracingConfig,
    TracingMode,
};
use stack::{Configuration, Function, RoleUse, Service, Tags};

use super::poll::{Awaited, until};
use super::{Stage, gone};
use crate::aws::Error;
use crate::aws::call::Call;
use crate::aws::cloud::timeouts;
use crate::aws::diagnose::GivenRole;

/// Largest zip that a call can carry, in bytes.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub const MAX_ZIP: u64 = 50 * 1024 * 1024;

/// How long an upload may take; one that stands still is given up before.
pub(super) const UPLOAD_TIMEOUT: Duration = Duration::from_secs(20 * 60);

pub(super) async fn create_function(stage: &Stage, function: &Function) -> Result<(), Error> {
    let upload = stage.uploads.acquire().await;
    let code = code(stage, function)?;
    let configuration = &function.configuration;
    let request = || {
        stage
            .cloud
            .lambda
            .create_function()
            .function_name(&function.name)
            .code(code.clone())
            .architectures(architecture(function))
            .role(&configuration.role_arn)
            .runtime(Runtime::from(configuration.runtime.as_str()))
            .handler(&configuration.handler)
            .memory_size(configuration.memory)
            .timeout(configuration.timeout)
            .environment(environment(configuration))
            .set_kms_key_arn(configuration.kms_key.clone())
            .tracing_config(tracing(configuration))
            .description(&configuration.description)
            .set_tags(Some(function.tags.clone().into_iter().collect()))
            .customize()
            .config_override(uploading())
            .send()
    };
    let call = call("CreateFunction", &function.name);
    match stage.cloud.call_with_role(call, given(stage, function), request).await {
        Err(error) if error.is_own_earlier_success() => {}
        created => drop(created?),
    }
    drop(upload);
    until_ready(stage, "CreateFunction", &function.name).await.map(drop)
}

pub(super) async fn tag_resource(stage: &Stage, name: &str, tags: &Tags) -> Result<(), Error> {
    let arn = stage.scope.function_arn(name);
    let request = || {
        let request = stage.cloud.lambda.tag_resource().resource(&arn);
        request.set_tags(Some(tags.clone().into_iter().collect())).send()
    };
    stage.cloud.call(call("TagResource", name), request).await.map(drop)
}

pub(super) async fn untag_resource(stage: &Stage, name: &str, keys: &[String]) -> Result<(), Error> {
    let arn = stage.scope.function_arn(name);
    let request = || {
        let request = stage.cloud.lambda.untag_resource().resource(&arn);
        request.set_tag_keys(Some(keys.to_vec())).send()
    };
    stage.cloud.call(call("UntagResource", name), request).await.map(drop)
}

pub(super) async fn update_function_configuration(stage: &Stage, function: &Function) -> Result<(), Error> {
    const ACTION: &str = "UpdateFunctionConfiguration";
    let configuration = &function.configuration;
    let request = || {
        stage
            .cloud
            .lambda
            .update_function_configuration()
            .function_name(&function.name)
            .role(&configuration.role_arn)
            .runtime(Runtime::from(configuration.runtime.as_str()))
            .handler(&configuration.handler)
            .memory_size(configuration.memory)
            .timeout(configuration.timeout)
            .environment(environment(configuration))
            .kms_key_arn(configuration.kms_key.as_deref().unwrap_or_default())
            .tracing_config(tracing(configuration))
            .description(&configuration.description)
            .send()
    };
    let call = call(ACTION, &function.name);
    stage
        .cloud
        .call_with_role(call, given(stage, function), request)
        .await?;
    until_ready(stage, ACTION, &function.name).await.map(drop)
}

pub(super) async fn update_function_code(stage: &Stage, function: &Function) -> Result<(), Error> {
    const ACTION: &str = "UpdateFunctionCode";
    let upload = stage.uploads.acquire().await;
    let code = code(stage, function)?;
    let request = || {
        let request = stage.cloud.lambda.update_function_code().function_name(&function.name);
        request
            .set_zip_file(code.zip_file.clone())
            .set_s3_bucket(code.s3_bucket.clone())
            .set_s3_key(code.s3_key.clone())
            .architectures(architecture(function))
            .customize()
            .config_override(uploading())
            .send()
    };
    stage.cloud.call(call(ACTION, &function.name), request).await?;
    drop(upload);
    until_ready(stage, ACTION, &function.name).await.map(drop)
}

/// Publishes what is there if it is what was prepared: nobody else's change slips into a version.
pub(super) async fn publish_version(stage: &Stage, function: &Function) -> Result<(), Error> {
    const ACTION: &str = "PublishVersion";
    let prepared = until_ready(stage, ACTION, &function.name).await?;
    let request = || {
        let request = stage.cloud.lambda.publish_version().function_name(&function.name);
        let request = request.code_sha256(&function.code.sha256);
        request.set_revision_id(prepared.revision_id.clone()).send()
    };
    let published = stage.cloud.call(call(ACTION, &function.name), request).await?;
    let version = published.version.as_deref().and_then(|version| version.parse().ok());
    let version = version.ok_or(Error::Answer {
        action: ACTION,
        missing: "version",
    })?;
    stage.publish(|published| {
        published.functions.insert(function.name.clone(), version);
    });
    Ok(())
}

pub(super) async fn delete_function(stage: &Stage, name: &str) -> Result<(), Error> {
    let request = || stage.cloud.lambda.delete_function().function_name(name).send();
    gone(stage.cloud.call(call("DeleteFunction", name), request).await)
}

/// Without the version the whole function would go.
pub(super) async fn delete_version(stage: &Stage, name: &str, version: u64) -> Result<(), Error> {
    let request = || {
        let request = stage.cloud.lambda.delete_function().function_name(name);
        request.qualifier(version.to_string()).send()
    };
    gone(stage.cloud.call(call("DeleteFunction", name), request).await)
}

/// Lambda takes no further change before the last one is through. It lets itself be asked for the whole function far more
/// often than for its configuration.
async fn until_ready(stage: &Stage, action: &'static str, name: &str) -> Result<FunctionConfiguration, Error> {
    let awaited = Awaited {
        action,
        name,
        expected: "ready",
        takes_long: false,
    };
    until(&stage.cloud, awaited, || async {
        let request = || stage.cloud.lambda.get_function().function_name(name).send();
        let found = stage.cloud.call(call("GetFunction", name), request).await;
        match found {
            Ok(found) => ready(name, found.configuration),
            // A function that was just made may not be seen everywhere.
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    })
    .await
}

fn ready(name: &str, found: Option<FunctionConfiguration>) -> Result<Option<FunctionConfiguration>, Error> {
    let found = found.ok_or(Error::Answer {
        action: "GetFunction",
        missing: "configuration",
    })?;
    let failed = |problem: &str, reason: Option<&str>| {
        Err(Error::Unready {
            name: name.to_owned(),
            problem: format!("{problem}: {}", reason.unwrap_or("Lambda gives no reason")),
        })
    };
    if found.state == Some(State::Failed) {
        return failed("cannot be used", found.state_reason());
    }
    match found.last_update_status {
        Some(LastUpdateStatus::Failed) => failed("could not be updated", found.last_update_status_reason()),
        Some(LastUpdateStatus::InProgress) => Ok(None),
        _ if found.state == Some(State::Pending) => Ok(None),
        _ => Ok(Some(found)),
    }
}

/// The zip itself, or where it is.
fn code(stage: &Stage, function: &Function) -> Result<FunctionCode, Error> {
    let builder = FunctionCode::builder();
    Ok(match &function.object {
        Some(object) => builder.s3_bucket(&object.bucket).s3_key(&object.key).build(),
        None => builder.zip_file(zip(stage, function)?).build(),
    })
}

fn zip(stage: &Stage, function: &Function) -> Result<Blob, Error> {
    let path = stage.artifacts.get(&function.name).cloned().unwrap_or_default();
    let unreadable = |source| Error::Zip {
        path: path.clone(),
        source,
    };
    let size = std::fs::metadata(&path).map_err(unreadable)?.len();
    if size > MAX_ZIP {
        return Err(Error::TooLarge {
            name: function.name.clone(),
            size,
            limit: MAX_ZIP,
        });
    }
    std::fs::read(&path).map(Blob::new).map_err(unreadable)
}

fn given<'a>(stage: &'a Stage, function: &'a Function) -> GivenRole<'a> {
    GivenRole {
        scope: &stage.scope,
        used: RoleUse::Function(function),
    }
}

fn uploading() -> aws_sdk_lambda::config::Builder {
    aws_sdk_lambda::Config::builder().timeout_config(timeouts(UPLOAD_TIMEOUT))
}

fn architecture(function: &Function) -> Architecture {
    match function.code.architecture {
        stack::Architecture::X86_64 => Architecture::X8664,
        stack::Architecture::Arm64 => Architecture::Arm64,
    }
}

fn environment(configuration: &Configuration) -> Environment {
    let variables = configuration.environment.iter();
    let variables = variables.map(|(name, value)| (name.clone(), value.expose().to_owned()));
    Environment::builder().set_variables(Some(variables.collect())).build()
}

/// What is not traced says so: an update leaves what it is not told. `PassThrough` is what Lambda calls it.
fn tracing(configuration: &Configuration) -> TracingConfig {
    let mode = if configuration.traces {
        TracingMode::Active
    } else {
        TracingMode::PassThrough
    };
    TracingConfig::builder().mode(mode).build()
}

fn call<'a>(action: &'static str, name: &'a str) -> Call<'a> {
    Call {
        service: Service::Lambda,
        action,
        name,
    }
}
