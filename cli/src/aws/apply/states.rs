use asl::MachineType;
use aws_sdk_sfn::operation::describe_state_machine::DescribeStateMachineOutput;
use aws_sdk_sfn::types::{
    CloudWatchLogsLogGroup, EncryptionConfiguration, EncryptionType, LogDestination, LogLevel, LoggingConfiguration,
    StateMachineType, Tag, TracingConfiguration,
};
use stack::{Logging, LoggingLevel, Machine, Revision, RoleUse, Service, Tags};

use super::poll::{Awaited, until};
use super::{Stage, gone};
use crate::aws::Error;
use crate::aws::call::Call;
use crate::aws::diagnose::GivenRole;
use crate::aws::observe::{number, revision};

pub(super) async fn create_state_machine(stage: &Stage, machine: &Machine) -> Result<(), Error> {
    const ACTION: &str = "CreateStateMachine";
    let wanted = wanted(stage, machine, ACTION)?;
    let definition = wanted.definition.to_string();
    let machine_type = match machine.machine_type {
        MachineType::Standard => StateMachineType::Standard,
        MachineType::Express => StateMachineType::Express,
    };
    let request = || {
        stage
            .cloud
            .states
            .create_state_machine()
            .name(&machine.name)
            .definition(&definition)
            .role_arn(&machine.role_arn)
            .r#type(machine_type.clone())
            .logging_configuration(logging(machine.logging.as_ref()))
            .tracing_configuration(tracing(machine))
            .set_encryption_configuration(encryption(machine))
            .set_tags(Some(tags(&machine.tags)))
            .publish(true)
            .send()
    };
    let call = call(ACTION, &machine.name);
    match stage.cloud.call_with_role(call, given(stage, machine), request).await {
        Err(error) if error.is_own_earlier_success() => publish_version(stage, machine).await,
        created => note_version(stage, machine, &wanted, created?.state_machine_version_arn(), ACTION).await,
    }
}

/// Publishes a version as well, unless there is one that is just the same.
pub(super) async fn update_state_machine(stage: &Stage, machine: &Machine) -> Result<(), Error> {
    const ACTION: &str = "UpdateStateMachine";
    let wanted = wanted(stage, machine, ACTION)?;
    let definition = wanted.definition.to_string();
    let arn = stage.scope.machine_arn(&machine.name);
    let is_published = stage.published().machines.contains_key(&machine.name);
    let request = || {
        let request = stage.cloud.states.update_state_machine().state_machine_arn(&arn);
        let request = request.definition(&definition).role_arn(&machine.role_arn);
        request
            .logging_configuration(logging(machine.logging.as_ref()))
            .tracing_configuration(tracing(machine))
            .set_encryption_configuration(encryption(machine))
            .publish(!is_published)
            .send()
    };
    let call = call(ACTION, &machine.name);
    let updated = stage.cloud.call_with_role(call, given(stage, machine), request).await?;
    if is_published {
        return until_described(stage, machine, &wanted, ACTION).await.map(drop);
    }
    note_version(stage, machine, &wanted, updated.state_machine_version_arn(), ACTION).await
}

/// Publishes what is there; for a revision that is published already it gives the same version again.
pub(super) async fn publish_version(stage: &Stage, machine: &Machine) -> Result<(), Error> {
    const ACTION: &str = "PublishStateMachineVersion";
    let wanted = wanted(stage, machine, ACTION)?;
    let found = until_described(stage, machine, &wanted, ACTION).await?;
    let arn = stage.scope.machine_arn(&machine.name);
    let request = || {
        let request = stage
            .cloud
            .states
            .publish_state_machine_version()
            .state_machine_arn(&arn);
        request.set_revision_id(found.revision_id.clone()).send()
    };
    let published = stage.cloud.call(call(ACTION, &machine.name), request).await?;
    publish(stage, machine, published.state_machine_version_arn(), ACTION)
}

pub(super) async fn tag_resource(stage: &Stage, name: &str, new: &Tags) -> Result<(), Error> {
    let arn = stage.scope.machine_arn(name);
    let tags = tags(new);
    let request = || {
        let request = stage.cloud.states.tag_resource().resource_arn(&arn);
        request.set_tags(Some(tags.clone())).send()
    };
    stage.cloud.call(call("TagResource", name), request).await.map(drop)
}

pub(super) async fn untag_resource(stage: &Stage, name: &str, keys: &[String]) -> Result<(), Error> {
    let arn = stage.scope.machine_arn(name);
    let request = || {
        let request = stage.cloud.states.untag_resource().resource_arn(&arn);
        request.set_tag_keys(Some(keys.to_vec())).send()
    };
    stage.cloud.call(call("UntagResource", name), request).await.map(drop)
}

/// Deletes and waits until it is gone: until then it uses its role and its functions.
pub(super) async fn delete_state_machine(stage: &Stage, name: &str) -> Result<(), Error> {
    const ACTION: &str = "DeleteStateMachine";
    let arn = stage.scope.machine_arn(name);
    let request = || stage.cloud.states.delete_state_machine().state_machine_arn(&arn).send();
    gone(stage.cloud.call(call(ACTION, name), request).await)?;
    let awaited = Awaited {
        action: ACTION,
        name,
        expected: "gone",
        takes_long: true,
    };
    until(&stage.cloud, awaited, || async {
        match describe(stage, name).await {
            Ok(_) => Ok(None),
            Err(error) if error.is_not_found() => Ok(Some(())),
            Err(error) => Err(error),
        }
    })
    .await
}

pub(super) async fn delete_version(stage: &Stage, machine: &str, version: u64) -> Result<(), Error> {
    let arn = stage.scope.machine_version_arn(machine, version);
    let request = || {
        let request = stage.cloud.states.delete_state_machine_version();
        request.state_machine_version_arn(&arn).send()
    };
    gone(
        stage
            .cloud
            .call(call("DeleteStateMachineVersion", machine), request)
            .await,
    )
}

/// Notes the version that `action` published. Where a service gives none, the revision is published once it is seen.
async fn note_version(
    stage: &Stage,
    machine: &Machine,
    wanted: &Revision,
    version_arn: Option<&str>,
    action: &'static str,
) -> Result<(), Error> {
    match version_arn {
        Some(arn) => {
            until_described(stage, machine, wanted, action).await?;
            publish(stage, machine, arn, action)
        }
        None => publish_version(stage, machine).await,
    }
}

fn publish(stage: &Stage, machine: &Machine, version_arn: &str, action: &'static str) -> Result<(), Error> {
    let version = number(version_arn).ok_or(Error::Answer {
        action,
        missing: "version",
    })?;
    stage.publish(|published| {
        published.machines.insert(machine.name.clone(), version);
    });
    Ok(())
}

/// Describe is eventually consistent, so it is looked at until it shows what was asked for.
async fn until_described(
    stage: &Stage,
    machine: &Machine,
    wanted: &Revision,
    action: &'static str,
) -> Result<DescribeStateMachineOutput, Error> {
    let awaited = Awaited {
        action,
        name: &machine.name,
        expected: "as it was asked to be",
        takes_long: false,
    };
    until(&stage.cloud, awaited, || async {
        match describe(stage, &machine.name).await {
            Ok(found) => Ok((revision(&found) == *wanted).then_some(found)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    })
    .await
}

async fn describe(stage: &Stage, name: &str) -> Result<DescribeStateMachineOutput, Error> {
    let arn = stage.scope.machine_arn(name);
    let request = || {
        stage
            .cloud
            .states
            .describe_state_machine()
            .state_machine_arn(&arn)
            .send()
    };
    stage.cloud.call(call("DescribeStateMachine", name), request).await
}

fn given<'a>(stage: &'a Stage, machine: &'a Machine) -> GivenRole<'a> {
    GivenRole {
        scope: &stage.scope,
        used: RoleUse::Machine(machine),
    }
}

fn wanted(stage: &Stage, machine: &Machine, action: &'static str) -> Result<Revision, Error> {
    let versions = stage.published().functions;
    machine
        .revision(|name| versions.get(name).copied())
        .ok_or(Error::Answer {
            action,
            missing: "version of a function",
        })
}

/// Off is said too: UpdateStateMachine leaves what it is not told.
fn logging(logging: Option<&Logging>) -> LoggingConfiguration {
    let Some(logging) = logging else {
        return LoggingConfiguration::builder()
            .level(LogLevel::Off)
            .include_execution_data(false)
            .build();
    };
    let level = match logging.level {
        LoggingLevel::All => LogLevel::All,
        LoggingLevel::Error => LogLevel::Error,
        LoggingLevel::Fatal => LogLevel::Fatal,
    };
    let group = CloudWatchLogsLogGroup::builder()
        .log_group_arn(&logging.log_group_arn)
        .build();
    LoggingConfiguration::builder()
        .level(level)
        .include_execution_data(logging.include_execution_data)
        .destinations(LogDestination::builder().cloud_watch_logs_log_group(group).build())
        .build()
}

/// Off is said too, as of logs.
fn tracing(machine: &Machine) -> TracingConfiguration {
    TracingConfiguration::builder().enabled(machine.traces).build()
}

/// AWS's own key is said too: UpdateStateMachine leaves what it is not told.
fn encryption(machine: &Machine) -> Option<EncryptionConfiguration> {
    let builder = EncryptionConfiguration::builder();
    let builder = match &machine.kms_key {
        Some(key) => builder.r#type(EncryptionType::CustomerManagedKmsKey).kms_key_id(key),
        None => builder.r#type(EncryptionType::AwsOwnedKey),
    };
    // It can only lack its type, and has it.
    builder.build().ok()
}

fn tags(tags: &Tags) -> Vec<Tag> {
    tags.iter()
        .map(|(key, value)| Tag::builder().key(key).value(value).build())
        .collect()
}

pub(super) fn call<'a>(action: &'static str, name: &'a str) -> Call<'a> {
    Call {
        service: Service::States,
        action,
        name,
    }
}
