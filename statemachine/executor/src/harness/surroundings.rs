//! The closures as the execution's surroundings.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use asl::Resource;

use super::Harness;
use super::tasks::{Call, Handler, TaskError, json, value};
use crate::services::executions::{self, refused};
use crate::services::lambda::{self, Called, InvocationType};
use crate::{Execution, Nested, Reply, Surroundings, TaskRequest, services};

/// How many executions may be inside each other.
const DEPTH: usize = 64;

/// What an execution of a harness runs among.
pub(super) struct Tasks<'a> {
    harness: &'a Harness,
    /// How many executions are around it.
    depth: usize,
}

impl<'a> Tasks<'a> {
    pub(super) fn new(harness: &'a Harness) -> Tasks<'a> {
        Tasks { harness, depth: 0 }
    }

    async fn invoke(&self, request: &TaskRequest) -> Reply {
        let called = match Called::of(request) {
            Ok(called) => called,
            Err(failure) => return Reply::failure(failure),
        };
        let Some(task) = named(&self.harness.functions, &called.function) else {
            return Reply::failure(lambda::not_found(&called.function).failure(request));
        };
        if called.invocation == InvocationType::DryRun {
            return Reply::success(lambda::accepted(request, called.invocation));
        }
        let call = Call::new(request, serde_json::from_str(&called.payload).unwrap_or_default());
        let answer = task(call.clone()).await;
        if called.invocation == InvocationType::Event {
            return Reply::success(lambda::accepted(request, called.invocation));
        }
        let output = match answer {
            Ok(output) => lambda::succeeded(request, output.to_string().as_bytes()).map_err(TaskError::from),
            Err(TaskError::Failed { error, cause }) if services::is_sdk(&request.resource) => {
                lambda::failed(request, Some(error), cause.as_bytes()).map_err(TaskError::from)
            }
            Err(error) => Err(error),
        };
        call.reply(request, output)
    }

    fn begin(&self, request: &TaskRequest) -> Result<Box<Nested<Tasks<'a>>>, Reply> {
        let arn = executions::machine_arn(request);
        let refuse = |refusal| executions::refusal(request, &refusal);
        let Some((name, harness)) = entry(&self.harness.machines, arn) else {
            return Err(refuse(executions::does_not_exist(arn)));
        };
        executions::check(request, harness.workflow)?;
        if self.depth >= DEPTH {
            let message = format!("Execution Limit Exceeded: {DEPTH} executions are inside each other");
            return Err(refuse(refused("ExecutionLimitExceeded", message)));
        }
        let input = executions::input(request).map_err(refuse)?;
        let mut start = harness.start(name, executions::name(request), input);
        start.seed = executions::seed(request);
        let execution = Execution::at_start(Arc::clone(&harness.program), start, request.at);
        let tasks = Tasks {
            harness,
            depth: self.depth + 1,
        };
        Ok(Box::new(executions::nested(request, execution, tasks)))
    }
}

impl<'a> Surroundings for Tasks<'a> {
    async fn call(&self, request: TaskRequest) -> Reply {
        match self.harness.states.get(&*request.state) {
            Some(task) => {
                let call = Call::new(&request, value(&request.arguments));
                let answer = task(call.clone()).await;
                call.reply(&request, answer.map(|output| json(&output)))
            }
            None => self.invoke(&request).await,
        }
    }

    fn nested(&self, request: &TaskRequest) -> Option<Result<Box<Nested<Tasks<'a>>>, Reply>> {
        let starts = matches!(&request.resource, Resource::Integration(integration) if integration.starts_execution());
        (starts && !self.harness.states.contains_key(&*request.state)).then(|| self.begin(request))
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    async fn sleep(&self, _span: Duration) {
        match &self.harness.patience {
            Some(patience) => patience().await,
            None => std::future::pending().await,
        }
    }
}

/// What an ARN or a name means, with `Arn` or `.Arn` behind it or without: a placeholder stands for its own name.
pub(super) fn entry<'a, T>(named: &'a BTreeMap<String, T>, arn: &str) -> Option<(&'a str, &'a T)> {
    let name = [":function:", ":stateMachine:", "function:"]
        .into_iter()
        .find_map(|kind| Some(arn.split_once(kind)?.1))
        .unwrap_or(arn);
    let name = name.split(':').next().unwrap_or(name);
    let stem = name.strip_suffix(".Arn").or_else(|| name.strip_suffix("Arn"));
    let mut names = [Some(name), stem].into_iter().flatten();
    names.find_map(|name| named.get_key_value(name).map(|(name, found)| (name.as_str(), found)))
}

fn named<'a>(functions: &'a BTreeMap<String, Handler>, function: &str) -> Option<&'a Handler> {
    Some(entry(functions, function)?.1)
}
