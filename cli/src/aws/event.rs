use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;
use stack::{Resource, Route};

use super::Process;
use crate::interrupt;

/// What happens while AWS is called.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase", tag = "event")]
pub enum Event {
    /// An action of a plan was carried out.
    #[serde(rename_all = "camelCase")]
    Applied {
        /// The API action.
        action: &'static str,
        /// What it acted on.
        #[serde(flatten)]
        resource: Resource,
    },
    /// An action of a plan is left for a later deploy.
    #[serde(rename_all = "camelCase")]
    Postponed {
        /// The API action.
        action: &'static str,
        /// What it would act on.
        #[serde(flatten)]
        resource: Resource,
    },
    /// Traffic is divided between two versions.
    #[serde(rename_all = "camelCase")]
    Shifted {
        /// The state machine's deployed name.
        state_machine: String,
        /// The versions with their parts, the new one first.
        routes: Vec<Route>,
    },
    /// The new version is watched before it gets more traffic.
    #[serde(rename_all = "camelCase")]
    Watching {
        /// The alias.
        name: String,
        /// Percent of the traffic that the new version gets then.
        percent: u8,
        /// How long it is watched.
        seconds: u64,
        /// The alarms that are looked at.
        alarms: Vec<String>,
    },
    /// Something is waited for before a call is made again.
    #[serde(rename_all = "camelCase")]
    Waiting {
        /// The API action that is made again, or the one whose effect is waited for.
        action: &'static str,
        /// What it acts on, as far as a name says it.
        name: String,
        /// What is waited for, in words.
        reason: String,
        /// Whether everybody is to hear of it: at first where it usually takes a while, and when it has become long.
        #[serde(skip)]
        is_notable: bool,
    },
    /// Something that would be good to know may not be looked at.
    #[serde(rename_all = "camelCase")]
    Hidden {
        /// What it is, in words.
        what: String,
        /// Why not, in words.
        reason: String,
    },
    /// What was waited for is over, one way or the other.
    #[serde(rename_all = "camelCase")]
    Waited {
        /// As in [`Event::Waiting`].
        action: &'static str,
        /// As in [`Event::Waiting`].
        name: String,
    },
}

/// Ends when the time has passed.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What the calls need of the world besides AWS.
#[derive(Clone)]
pub struct Surroundings {
    /// Who is told what happens.
    pub listener: Arc<dyn Fn(&Event) + Send + Sync>,
    /// Whether somebody wants it to end. What is under way ends, nothing new begins.
    pub stop: Arc<dyn Fn() -> bool + Send + Sync>,
    /// How time passes.
    pub sleep: Arc<dyn Fn(Duration) -> Sleep + Send + Sync>,
    /// How much time has passed since some beginning.
    pub clock: Arc<dyn Fn() -> Duration + Send + Sync>,
    /// Who calls.
    pub process: Process,
    /// How often who holds a stack's lock gives a sign of life.
    pub renewal: Duration,
}

impl Surroundings {
    /// The real clock, and Ctrl-C.
    pub fn new(listener: impl Fn(&Event) + Send + Sync + 'static) -> Surroundings {
        let begun = Instant::now();
        Surroundings {
            clock: Arc::new(move || begun.elapsed()),
            listener: Arc::new(listener),
            stop: Arc::new(interrupt::requested),
            sleep: Arc::new(|delay| {
                Box::pin(async move {
                    // A further interrupt ends the wait; whoever waits sees to the rest.
                    let _ = interrupt::or_next(tokio::time::sleep(delay)).await;
                })
            }),
            process: Process::this(),
            renewal: Duration::from_secs(20),
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::Applied { action, resource } => write!(formatter, "{action} {}", resource.name),
            Event::Postponed { action, resource } => write!(
                formatter,
                "{action} {} is left for a later deploy: executions of older versions are under way",
                resource.name
            ),
            Event::Shifted { state_machine, routes } => {
                let parts = routes
                    .iter()
                    .map(|Route { version, weight }| format!("{weight} % to version {version}"));
                let parts: Vec<String> = parts.collect();
                write!(formatter, "{state_machine}: {}", parts.join(", "))
            }
            Event::Watching {
                name,
                percent,
                seconds,
                alarms,
            } => {
                let time = stack::time(Duration::from_secs(*seconds));
                let unless = if alarms.is_empty() {
                    ""
                } else {
                    ", unless an alarm is raised"
                };
                write!(formatter, "{name}: {percent} % in {time}{unless}")
            }
            Event::Waiting {
                action, name, reason, ..
            } => {
                let separator = if name.is_empty() { "" } else { " " };
                write!(formatter, "{action}{separator}{name}: {reason}")
            }
            Event::Hidden { what, reason } => write!(formatter, "{what} is not known: {reason}"),
            Event::Waited { action, name } => {
                let separator = if name.is_empty() { "" } else { " " };
                write!(formatter, "{action}{separator}{name}: waited for long enough")
            }
        }
    }
}
