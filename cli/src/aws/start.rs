use std::time::Duration;

use asl::MachineType;
use aws_sdk_sfn::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_sfn::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_sfn::error::BoxError;
use aws_sdk_sfn::types::SyncExecutionStatus;
use stack::{Revision, Scope, Service};

use super::call::Call;
use super::cloud::timeouts;
use super::execution::{json, moment};
use super::observe::{describe_machine, machine_type, revision};
use super::{Cloud, Error, Execution, ExecutionStatus};

/// What to start.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a> {
    /// The deployed name of the state machine.
    pub machine: &'a str,
    /// Its input as JSON text.
    pub input: &'a str,
    /// The execution's name. A Standard state machine runs it once, however often it is started under it.
    pub name: &'a str,
}

/// A state machine as it is deployed.
#[derive(Clone, Debug)]
pub struct Deployed {
    /// Its type.
    pub machine_type: MachineType,
    /// What it runs, and its log.
    pub revision: Revision,
}

/// A state machine as it was deployed last; nothing where it is not deployed.
///
/// # Errors
/// A call that fails.
pub async fn deployed(cloud: &Cloud, scope: &Scope, machine: &str) -> Result<Option<Deployed>, Error> {
    let arn = scope.machine_arn(machine);
    let found = describe_machine(cloud, machine, &arn).await?;
    Ok(found.map(|found| Deployed {
        machine_type: machine_type(&found),
        revision: revision(&found),
    }))
}

/// Starts an execution of a state machine of type `machine_type` through the alias and gives its ARN.
///
/// # Errors
/// A call that fails, for one because nothing is deployed.
pub async fn start(cloud: &Cloud, scope: &Scope, machine_type: MachineType, start: Start<'_>) -> Result<String, Error> {
    const ACTION: &str = "StartExecution";
    let arn = scope.alias_arn(start.machine);
    let request = || {
        let request = cloud.states.start_execution().state_machine_arn(&arn);
        request.input(start.input).name(start.name).send()
    };
    let started = match machine_type {
        MachineType::Standard => cloud.call(call(ACTION, start.machine), request).await,
        MachineType::Express => cloud.call_once(call(ACTION, start.machine), request).await,
    };
    match started {
        Err(error) if error.is_own_earlier_success() => Ok(scope.execution_arn(start.machine, start.name)),
        started => Ok(started?.execution_arn),
    }
}

/// Runs an execution of an Express state machine through the alias to its end; nobody can look at it later.
///
/// # Errors
/// A call that fails, for one because nothing is deployed.
pub async fn start_sync(cloud: &Cloud, scope: &Scope, start: Start<'_>) -> Result<Execution, Error> {
    let arn = scope.alias_arn(start.machine);
    let request = || {
        let request = cloud.states.start_sync_execution().state_machine_arn(&arn);
        let request = request.input(start.input).name(start.name).customize();
        let configuration = aws_sdk_sfn::Config::builder().timeout_config(timeouts(SYNC_TIMEOUT));
        request.config_override(configuration).interceptor(OwnHost).send()
    };
    let ended = cloud
        .call_once(call("StartSyncExecution", start.machine), request)
        .await?;
    Ok(Execution {
        name: ended.name.clone().unwrap_or_default(),
        status: match ended.status {
            SyncExecutionStatus::Succeeded => ExecutionStatus::Succeeded,
            SyncExecutionStatus::TimedOut => ExecutionStatus::TimedOut,
            _ => ExecutionStatus::Failed,
        },
        start_date: moment(&ended.start_date),
        stop_date: Some(moment(&ended.stop_date)),
        version: None,
        redrive_count: 0,
        not_redrivable: None,
        output: json(ended.output.as_deref()),
        error: ended.error,
        cause: ended.cause,
        execution_arn: ended.execution_arn,
    })
}

/// How long StartSyncExecution may take: what an Express execution may, and the way.
const SYNC_TIMEOUT: Duration = Duration::from_secs(5 * 60 + 30);

/// AWS takes StartSyncExecution at a host of its own, `sync-states...`. Another endpoint has one host for everything.
#[derive(Debug)]
struct OwnHost;

impl Intercept for OwnHost {
    fn name(&self) -> &'static str {
        "OwnHost"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        if let Some((scheme, rest)) = request.uri().split_once("://sync-")
            && !rest.starts_with("states")
        {
            let uri = format!("{scheme}://{rest}");
            request.set_uri(uri)?;
        }
        Ok(())
    }
}

fn call<'a>(action: &'static str, name: &'a str) -> Call<'a> {
    Call {
        service: Service::States,
        action,
        name,
    }
}
