//! A state machine made ready to run: states by number, targets resolved.

mod expressions;
mod label;
mod refuse;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use asl::{Diagnostic, Flow, Next, State, StateKind, StateMachine};
use indexmap::IndexMap;

use crate::data::PAYLOAD_LIMIT;
use crate::history::TaskLabel;
use crate::query::jsonata::Compiled;

/// A state machine that can be executed. Shared by all its executions.
#[derive(Debug)]
pub struct Program {
    nodes: Vec<Node>,
    pub(crate) start: StateId,
    pub(crate) timeout_seconds: Option<u64>,
    pub(crate) payload_limit: usize,
    missing_activities: BTreeSet<Arc<str>>,
    expressions: BTreeMap<Arc<str>, Compiled>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct StateId(usize);

#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) state: State,
    pub(crate) targets: Targets,
    /// How history names what a Task calls.
    pub(crate) label: Option<Arc<TaskLabel>>,
}

/// Where a state leads, by number.
#[derive(Debug, Default)]
pub(crate) struct Targets {
    /// `Next`; nothing at an `End`.
    pub(crate) next: Option<StateId>,
    /// The `Next` of each Choice rule.
    pub(crate) rules: Vec<StateId>,
    /// `Default` of a Choice.
    pub(crate) default: Option<StateId>,
    /// The `Next` of each catcher.
    pub(crate) catchers: Vec<StateId>,
    /// The first state of each branch of a Parallel, or of the processor of a Map.
    pub(crate) flows: Vec<StateId>,
}

impl Program {
    /// Makes `machine` ready to run.
    ///
    /// # Errors
    /// What the executor cannot run, each with its place.
    pub fn new(machine: StateMachine) -> Result<Program, Vec<Diagnostic>> {
        let mut builder = Builder::default();
        let start = builder.flow(machine.flow);
        match (builder.problems.is_empty(), start) {
            (true, Some(start)) => Ok(Program {
                nodes: builder.nodes.into_iter().flatten().collect(),
                start,
                timeout_seconds: machine.timeout_seconds,
                payload_limit: PAYLOAD_LIMIT,
                missing_activities: BTreeSet::new(),
                expressions: builder.expressions,
            }),
            _ => Err(builder.problems),
        }
    }

    /// Lets Tasks of these activities, by their ARNs, fail because the activities do not exist.
    #[must_use]
    pub fn without_activities(self, arns: impl IntoIterator<Item = Arc<str>>) -> Program {
        Program {
            missing_activities: arns.into_iter().collect(),
            ..self
        }
    }

    pub(crate) fn has_activity(&self, arn: &str) -> bool {
        !self.missing_activities.contains(arn)
    }

    /// Lets inputs and results have other than the 262,144 bytes that AWS allows, where more fails with
    /// `States.DataLimitExceeded`.
    #[must_use]
    pub fn with_payload_limit(self, bytes: usize) -> Program {
        Program {
            payload_limit: bytes,
            ..self
        }
    }

    /// The JSONata expression with this source.
    pub(crate) fn expression(&self, source: &str) -> Option<&Compiled> {
        self.expressions.get(source)
    }

    /// The Task states, nested ones included, in the order of the definition.
    pub fn tasks(&self) -> impl Iterator<Item = (&State, &asl::Task)> {
        self.nodes.iter().filter_map(|node| match &node.state.kind {
            StateKind::Task(task) => Some((&node.state, task)),
            _ => None,
        })
    }

    /// The names of all states, nested ones included, in the order of the definition.
    pub fn state_names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.nodes.iter().map(|node| &node.state.name)
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "ids are made by the builder for the nodes of this program alone"
    )]
    pub(crate) fn node(&self, id: StateId) -> &Node {
        &self.nodes[id.0]
    }
}

#[derive(Default)]
struct Builder {
    nodes: Vec<Option<Node>>,
    problems: Vec<Diagnostic>,
    expressions: BTreeMap<Arc<str>, Compiled>,
}

type Ids = IndexMap<Arc<str>, StateId>;

impl Builder {
    fn flow(&mut self, flow: Flow) -> Option<StateId> {
        let first = self.nodes.len();
        let ids: Ids = flow.states.keys().cloned().zip((first..).map(StateId)).collect();
        self.nodes.resize_with(first + ids.len(), || None);
        let start = self.target(&ids, &flow.start_at, "/StartAt");
        for (place, state) in (first..).zip(flow.states.into_values()) {
            let node = self.node(state, &ids);
            if let Some(slot) = self.nodes.get_mut(place) {
                *slot = Some(node);
            }
        }
        start
    }

    fn node(&mut self, mut state: State, ids: &Ids) -> Node {
        refuse::unsupported(&state, &mut self.problems);
        expressions::compile(&state, &mut self.expressions, &mut self.problems);
        let targets = self.targets(&mut state, ids);
        let label = label::of(&state.kind);
        Node { state, targets, label }
    }

    fn targets(&mut self, state: &mut State, ids: &Ids) -> Targets {
        let location = Arc::clone(&state.location);
        let mut targets = Targets::default();
        match &mut state.kind {
            StateKind::Succeed(_) | StateKind::Fail(_) => {}
            StateKind::Pass(pass) => targets.next = self.next(ids, &pass.next, &location),
            StateKind::Wait(wait) => targets.next = self.next(ids, &wait.next, &location),
            StateKind::Choice(choice) => {
                let rules = choice.rules.iter();
                targets.rules = rules
                    .filter_map(|rule| self.target(ids, &rule.next, &location))
                    .collect();
                targets.default = choice
                    .default
                    .as_ref()
                    .and_then(|name| self.target(ids, name, &location));
            }
            StateKind::Task(task) => {
                targets.next = self.next(ids, &task.next, &location);
                targets.catchers = self.catchers(ids, &task.on_error, &location);
            }
            StateKind::Parallel(parallel) => {
                targets.next = self.next(ids, &parallel.next, &location);
                targets.catchers = self.catchers(ids, &parallel.on_error, &location);
                let branches = std::mem::take(&mut parallel.branches);
                targets.flows = branches.into_iter().filter_map(|branch| self.flow(branch)).collect();
            }
            StateKind::Map(map) => {
                targets.next = self.next(ids, &map.next, &location);
                targets.catchers = self.catchers(ids, &map.on_error, &location);
                let empty = Flow {
                    start_at: Arc::clone(&map.processor.start_at),
                    states: IndexMap::new(),
                };
                let processor = std::mem::replace(&mut map.processor, empty);
                targets.flows = self.flow(processor).into_iter().collect();
            }
        }
        targets
    }

    fn next(&mut self, ids: &Ids, next: &Next, location: &str) -> Option<StateId> {
        match next {
            Next::State(name) => self.target(ids, name, location),
            Next::End => None,
        }
    }

    fn catchers(&mut self, ids: &Ids, on_error: &asl::RetryAndCatch, location: &str) -> Vec<StateId> {
        let catchers = on_error.catchers.iter();
        catchers
            .filter_map(|catcher| self.target(ids, &catcher.next, location))
            .collect()
    }

    fn target(&mut self, ids: &Ids, name: &str, location: &str) -> Option<StateId> {
        let id = ids.get(name).copied();
        if id.is_none() {
            let message = format!("there is no state `{name}`");
            self.problems
                .push(Diagnostic::error("MISSING_TRANSITION_TARGET", location, message));
        }
        id
    }
}
