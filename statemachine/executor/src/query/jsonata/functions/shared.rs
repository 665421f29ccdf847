use std::cell::{Cell, RefCell};

use jiff::Timestamp;
use jsonata_core::evaluator::EvaluatorError;
use jsonata_core::value::JValue;

use super::pattern::Matching;
use super::replace::Replacing;
use crate::chance::Chance;
use crate::query::jsonata::error::EvaluationError;
use crate::query::jsonata::message::Blame;

/// What functions share with the evaluation that calls them.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    now: Cell<Timestamp>,
    chance: RefCell<Option<Chance>>,
    limit: RefCell<Option<EvaluationError>>,
    pub(super) blame: RefCell<Blame>,
    /// Left operands of comparisons whose right ones are being evaluated.
    pub(super) lefts: RefCell<Vec<JValue>>,
    /// The starts of ranges whose ends are being evaluated.
    pub(super) starts: RefCell<Vec<f64>>,
    pub(super) replacing: RefCell<Vec<Replacing>>,
    pub(super) matching: Matching,
    /// Bytes that have been built for items of sequences.
    pub(super) built: Cell<usize>,
    /// Items that ranges have given.
    pub(super) ranged: Cell<f64>,
}

impl Shared {
    /// Takes a copy of the execution's chance, because functions cannot borrow it.
    pub(crate) fn begin(&self, now: Timestamp, chance: &Chance) {
        self.now.set(now);
        self.chance.replace(Some(chance.clone()));
        self.limit.replace(None);
        self.blame.take();
        self.lefts.take();
        self.starts.take();
        self.replacing.take();
        self.matching.begin();
        self.built.set(0);
        self.ranged.set(0.0);
    }

    /// Gives the chance back as it has become.
    pub(crate) fn end(&self, chance: &Chance) {
        if let Some(used) = self.chance.take() {
            chance.set(used);
        }
    }

    pub(crate) fn take_limit(&self) -> Option<EvaluationError> {
        self.limit.take()
    }

    pub(crate) fn take_blame(&self) -> Blame {
        self.blame.take()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.now.get()
    }

    pub(super) fn chance<T>(&self, draw: impl FnOnce(&Chance) -> T) -> Option<T> {
        self.chance.borrow().as_ref().map(draw)
    }

    /// The error that ends an evaluation beyond a limit.
    pub(crate) fn exceed(&self, limit: EvaluationError) -> EvaluatorError {
        let message = limit.to_string();
        self.limit.replace(Some(limit));
        EvaluatorError::EvaluationError(message)
    }
}
