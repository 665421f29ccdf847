//! The executions under way.

use std::ops::{Deref, DerefMut};
use std::rc::Rc;

use super::Answer;
use crate::{Execution, TaskId};

/// Names an execution of a simulation; in the order in which they were started.
pub(super) type RunId = usize;

/// An execution under way.
pub(super) struct Run<'a, S> {
    pub(super) execution: Held<'a>,
    pub(super) surroundings: Around<'a, S>,
    pub(super) waiter: Option<Waiter>,
}

/// The task that ends as an execution does.
#[derive(Clone, Copy)]
pub(super) struct Waiter {
    pub(super) run: RunId,
    pub(super) task: TaskId,
    pub(super) answer: fn(&Execution) -> Answer,
}

/// The execution that is simulated, or one that a task started.
pub(super) enum Held<'a> {
    Main(&'a mut Execution),
    Nested(Box<Execution>),
}

impl Deref for Held<'_> {
    type Target = Execution;

    fn deref(&self) -> &Execution {
        match self {
            Held::Main(execution) => execution,
            Held::Nested(execution) => execution,
        }
    }
}

impl DerefMut for Held<'_> {
    fn deref_mut(&mut self) -> &mut Execution {
        match self {
            Held::Main(execution) => execution,
            Held::Nested(execution) => execution,
        }
    }
}

/// What an execution runs among.
pub(super) enum Around<'a, S> {
    Main(&'a S),
    Nested(Rc<S>),
}

impl<S> Clone for Around<'_, S> {
    fn clone(&self) -> Self {
        match self {
            Around::Main(surroundings) => Around::Main(surroundings),
            Around::Nested(surroundings) => Around::Nested(Rc::clone(surroundings)),
        }
    }
}

impl<S> Deref for Around<'_, S> {
    type Target = S;

    fn deref(&self) -> &S {
        match self {
            Around::Main(surroundings) => surroundings,
            Around::Nested(surroundings) => surroundings,
        }
    }
}
