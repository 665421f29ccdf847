use std::cell::RefCell;
use std::collections::BTreeSet;
use std::future::Future;
use std::rc::Rc;
use std::time::{Duration, Instant};

use asl::{Pattern, Resource};
use executor::{Answer, Execution, IdleClock, Reply, Surroundings, TaskRequest};
use lambda_host::Host;
use stack::Scope;
use tokio::task::JoinHandle;

use super::progress::Progress;
use super::{Machine, Machines, Targets, lambda, nested};
use crate::output::Reporter;

/// What all executions of a run share.
pub(crate) struct Shared {
    pub(crate) host: Host,
    pub(crate) scope: Scope,
    pub(crate) targets: Targets,
    pub(crate) machines: Machines,
    /// Whether waits take their time.
    pub(crate) idle_clock: IdleClock,
    pub(crate) reporter: Reporter,
    /// Since when the wall's time counts.
    pub(crate) begun: Instant,
    /// The names of nested executions so far.
    pub(super) names: RefCell<BTreeSet<String>>,
    /// Nested executions that nobody waits for.
    pub(super) detached: RefCell<Vec<JoinHandle<()>>>,
}

impl Shared {
    /// Nothing has been started yet.
    pub(crate) fn new(host: Host, machines: Machines, place: (Scope, Targets), reporter: &Reporter) -> Shared {
        let (scope, targets) = place;
        Shared {
            host,
            scope,
            targets,
            machines,
            idle_clock: IdleClock::default(),
            reporter: reporter.clone(),
            begun: Instant::now(),
            names: RefCell::default(),
            detached: RefCell::default(),
        }
    }

    /// Waits for the nested executions that no state waits for, and those that they start.
    pub(crate) async fn detached(&self) {
        loop {
            let next = self.detached.borrow_mut().pop();
            match next {
                Some(execution) => drop(execution.await),
                None => return,
            }
        }
    }
}

/// This machine as one execution sees it.
pub(crate) struct Offline {
    pub(super) shared: Rc<Shared>,
    pub(super) machine: Rc<Machine>,
    /// How many executions are around this one.
    pub(super) depth: usize,
    progress: RefCell<Progress>,
}

impl Offline {
    /// As the execution that is started sees it.
    pub(crate) fn main(shared: &Rc<Shared>) -> Offline {
        Offline::nested(shared, &shared.machines.main, 0)
    }

    /// As an execution inside `depth` others sees it.
    pub(super) fn nested(shared: &Rc<Shared>, machine: &Rc<Machine>, depth: usize) -> Offline {
        Offline {
            progress: RefCell::new(Progress::new(&shared.reporter, machine, depth)),
            shared: Rc::clone(shared),
            machine: Rc::clone(machine),
            depth,
        }
    }
}

impl Surroundings for Offline {
    async fn call(&self, request: TaskRequest) -> Reply {
        if let Some(reply) = self.machine.mocks.reply(&request) {
            return submitted(reply, &request.resource);
        }
        match &request.resource {
            Resource::Integration(integration) if integration.starts_execution() => {
                nested::start(self, &request, integration).await
            }
            _ => lambda::call(&self.shared.host, &self.shared.targets, &request).await,
        }
    }

    fn elapsed(&self) -> Duration {
        self.shared.begun.elapsed()
    }

    fn sleep(&self, span: Duration) -> impl Future<Output = ()> + '_ {
        tokio::time::sleep(span)
    }

    fn idle_clock(&self) -> IdleClock {
        self.shared.idle_clock
    }

    fn observe(&self, execution: &Execution) {
        self.progress.borrow_mut().observe(execution);
    }
}

/// A job or a callback that is mocked was submitted, too; its first answer is the mocked one.
fn submitted(reply: Reply, resource: &Resource) -> Reply {
    let submits = match resource {
        Resource::Integration(integration) => integration.pattern != Pattern::RequestResponse,
        Resource::Lambda { .. } | Resource::Activity { .. } => false,
    };
    let output = match &reply.answer {
        Answer::Succeeded(output) if submits => Some(output.clone()),
        _ => None,
    };
    Reply {
        submitted: output,
        ..reply
    }
}
