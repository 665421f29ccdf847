//! What all commands that call AWS begin with: settings, a connection, who calls.

use std::fmt;

use serde::Serialize;
use stack::{Names, Scope};

use super::Context;
use crate::{
    aws::{self, Cloud, Event, Identity, Surroundings},
    error::Error,
    interrupt,
    output::Reporter,
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
        let surroundings = Surroundings::new(move |event| tell(&reporter, event));
        let identity = interrupt::or_interrupted(async {
            let configuration = aws::configuration(&settings.aws).await?;
            let profile = settings.aws.profile.clone();
            let profile = profile.or_else(|| std::env::var("AWS_PROFILE").ok());
            let cloud = Cloud::connect(&configuration, profile.as_deref(), surroundings).await?;
            let identity = cloud.identify().await?;
            Ok::<_, aws::Error>((cloud, identity, profile))
        });
        let (cloud, identity, profile) = identity.await??;
        context.output.reporter().event(&Caller { identity: &identity });
        check_account(&settings, &identity, profile)?;
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

    /// What is said of a state machine that is not there.
    pub(crate) fn not_deployed(&self, machine: &str) -> Error {
        Error::NotDeployed {
            machine: machine.to_owned(),
            scope: Box::new(self.scope.clone()),
        }
    }

    /// The names that the stack's resources have.
    pub(crate) fn names(&self) -> Names {
        let machines = self.settings.machines.keys().map(String::as_str);
        Names {
            bucket: self.settings.common.bucket.clone(),
            ..Names::new(&self.scope, self.settings.function_names(), machines)
        }
    }
}

/// Refuses any other account than the declared one, before anything of it is read.
fn check_account(settings: &Settings, identity: &Identity, profile: Option<String>) -> Result<(), Error> {
    match &settings.aws.account {
        Some(declared) if *declared != identity.account => Err(Error::Account {
            stack: settings.stack.clone(),
            stage: settings.stage.clone(),
            declared: declared.clone(),
            found: identity.account.clone(),
            profile,
        }),
        _ => Ok(()),
    }
}

/// Waiting is a detail until people begin to wonder.
pub(crate) fn tell(reporter: &Reporter, event: &Event) {
    match event {
        Event::Waiting { is_notable: false, .. } => reporter.detail(event),
        Event::Waited { .. } => {}
        _ => reporter.event(event),
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
