use std::cell::RefCell;
use std::collections::BTreeSet;
use std::future::Future;
use std::rc::Rc;
use std::time::{Duration, Instant};

use asl::Resource;
use executor::{Execution, IdleClock, Nested, Reply, Surroundings, TaskRequest};
use lambda_host::Host;
use stack::Scope;
use tokio::task::JoinHandle;

use super::progress::{self, Progress};
use super::{Machine, Machines, Targets, lambda, nested, permissions};
use crate::{interrupt, output::Reporter};

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
    /// Why the nested execution that failed last failed, unless it was for one that it started.
    pub(crate) reason: RefCell<Option<String>>,
    /// Calls that nobody waits for.
    detached: RefCell<Vec<JoinHandle<()>>>,
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
            reason: RefCell::default(),
            detached: RefCell::default(),
        }
    }

    /// Makes a call that no state waits for.
    pub(super) fn detach(&self, call: impl Future<Output = ()> + 'static) {
        self.detached.borrow_mut().push(tokio::task::spawn_local(call));
    }

    /// Waits for the calls that no state waits for.
    pub(crate) async fn detached(&self) {
        loop {
            let next = self.detached.borrow_mut().pop();
            match next {
                Some(call) => drop(call.await),
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
        if let Some(refusal) = permissions::refusal(&self.machine, &request) {
            return refusal;
        }
        match self.machine.mocks.reply(&request) {
            Some(reply) => reply,
            None => lambda::call(&self.shared, &request).await,
        }
    }

    fn nested(&self, request: &TaskRequest) -> Option<Result<Box<Nested<Offline>>, Reply>> {
        let starts = matches!(&request.resource, Resource::Integration(integration) if integration.starts_execution());
        (starts && !self.machine.mocks.answers(&request.state)).then(|| {
            match permissions::refusal(&self.machine, request) {
                Some(refusal) => Err(refusal),
                None => nested::start(self, request),
            }
        })
    }

    /// Signals are listened for elsewhere, and whoever waits for this execution gives it up.
    async fn pause(&self) {
        if interrupt::requested() {
            tokio::task::yield_now().await;
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
        if let Some(reason) = progress::own_reason(execution) {
            self.shared.reason.replace(Some(reason));
        }
    }
}
