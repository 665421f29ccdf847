//! What all commands that call AWS begin with: settings, a connection, who calls, what the stack should be.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use asl::Json;
use serde::Serialize;
use stack::{Code, Desired, FunctionSettings, MachineSettings, Scope};

use super::Context;
use crate::{
    aws::{self, Cloud, Identity, Surroundings},
    error::Error,
    interrupt,
    settings::Settings,
};

/// A stack on AWS.
pub(crate) struct Session {
    pub(crate) settings: Settings,
    pub(crate) cloud: Cloud,
    pub(crate) scope: Scope,
}

impl Session {
    /// Reads the settings, connects, and tells who calls and where.
    pub(crate) async fn open(context: &Context<'_>) -> Result<Session, Error> {
        let settings = context.settings()?;
        let reporter = context.output.reporter().clone();
        let surroundings = Surroundings::new(move |event| match event {
            aws::Event::Waiting { .. } => reporter.detail(event),
            _ => reporter.event(event),
        });
        let identity = interrupt::or_interrupted(async {
            let configuration = aws::configuration(&settings.aws).await;
            let profile = settings.aws.profile.as_deref();
            let cloud = Cloud::connect(&configuration, profile, surroundings).await?;
            let identity = cloud.identify().await?;
            Ok::<_, aws::Error>((cloud, identity))
        });
        let (cloud, identity) = identity.await??;
        context.output.reporter().event(&Caller { identity: &identity });
        Ok(Session {
            scope: Scope {
                partition: identity.partition().to_owned(),
                account: identity.account.clone(),
                region: identity.region.clone(),
                stack: settings.stack.clone(),
                stage: settings.stage.clone(),
            },
            settings,
            cloud,
        })
    }

    /// The names of the stack's resources alone, for what needs neither code nor definitions.
    pub(crate) fn names(&self) -> Result<Desired, Error> {
        let function = |logical: &str| FunctionSettings {
            logical: logical.to_owned(),
            code: Code {
                sha256: String::new(),
                architecture: stack::Architecture::X86_64,
            },
            memory: 0,
            timeout: 0,
            environment: BTreeMap::new(),
            description: String::new(),
        };
        let machine = |(logical, machine): (&String, &crate::settings::Machine)| MachineSettings {
            logical: logical.clone(),
            definition: Json::Null,
            invokes: BTreeSet::new(),
            machine_type: machine.machine_type.into(),
        };
        let functions = self.settings.function_names().map(function).collect();
        self.desired(functions, self.settings.machines.iter().map(machine).collect())
    }

    fn desired(&self, functions: Vec<FunctionSettings>, machines: Vec<MachineSettings>) -> Result<Desired, Error> {
        Desired::new(&stack::Settings {
            scope: self.scope.clone(),
            functions,
            machines,
            retention_days: i32::try_from(self.settings.logs.retention_days).ok(),
        })
        .map_err(Error::Stack)
    }
}

/// Who calls, told before anything else.
#[derive(Serialize)]
struct Caller<'a> {
    identity: &'a Identity,
}

impl fmt::Display for Caller<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.identity.fmt(formatter)
    }
}
