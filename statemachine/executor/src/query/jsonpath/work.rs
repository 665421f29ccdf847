//! What one evaluation of a path may cost, and what its filters need to find out only once.

use std::collections::HashMap;
use std::sync::Arc;

use asl::Json;
use asl::path::Operand;

use super::PathError;
use super::members::Members;
use super::pattern::Patterns;

/// Values looked at and compared in one evaluation. A payload has about a hundred thousand; beyond some ten million
/// a path of many `..` is on its way to more than there is memory for.
const STEPS: usize = 10_000_000;

/// Bytes of text compared that count as a step.
const TEXT_OF_STEP: usize = 64;

/// What it takes to look something up in a list that is indexed.
const STEPS_OF_SEARCH: usize = 4;

/// One evaluation, with those of the paths in its filters.
pub(super) struct Work<'a> {
    pub(super) root: &'a Json,
    patterns: Patterns,
    left: usize,
    /// By its address: what a path from the document leads to is the same for every item.
    fixed: HashMap<*const Operand, Option<Json>>,
    members: HashMap<*const Operand, Members>,
}

impl<'a> Work<'a> {
    pub(super) fn new(root: &'a Json) -> Work<'a> {
        Work {
            root,
            patterns: Patterns::default(),
            left: STEPS,
            fixed: HashMap::new(),
            members: HashMap::new(),
        }
    }

    /// Counts `steps` more.
    pub(super) fn spend(&mut self, steps: usize) -> Result<(), PathError> {
        self.left = self.left.checked_sub(steps).ok_or(PathError::TooMuchWork)?;
        Ok(())
    }

    /// Counts a comparison of these.
    pub(super) fn spend_comparing(&mut self, left: &Json, right: &Json) -> Result<(), PathError> {
        let steps = match (left, right) {
            (Json::String(left), Json::String(right)) => left.len().min(right.len()) / TEXT_OF_STEP,
            (Json::Array(_), Json::Array(_)) | (Json::Object(_), Json::Object(_)) => {
                left.encoded_len().min(right.encoded_len()) / TEXT_OF_STEP
            }
            _ => 0,
        };
        self.spend(1 + steps)
    }

    /// Counts going through `text`.
    pub(super) fn spend_reading(&mut self, text: &str) -> Result<(), PathError> {
        self.spend(1 + text.len() / TEXT_OF_STEP)
    }

    /// Whether all of `value` matches the regular expression, flags beside it.
    pub(super) fn matches(&mut self, pattern: (&Arc<str>, &Arc<str>), value: &Json) -> Result<bool, PathError> {
        self.patterns.matches(pattern, value, &mut self.left)
    }

    /// What `operand`, a path from the document, leads to, if that is known.
    pub(super) fn fixed(&self, operand: &Operand) -> Option<&Option<Json>> {
        self.fixed.get(&std::ptr::from_ref(operand))
    }

    pub(super) fn fix(&mut self, operand: &Operand, value: Option<Json>) {
        self.fixed.insert(std::ptr::from_ref(operand), value);
    }

    /// Whether one of `items`, which `operand` always leads to, equals `wanted`.
    pub(super) fn is_member(&mut self, operand: &Operand, items: &[Json], wanted: &Json) -> Result<bool, PathError> {
        let key = std::ptr::from_ref(operand);
        if !self.members.contains_key(&key) {
            self.spend(STEPS_OF_SEARCH * items.len())?;
            self.members.insert(key, Members::of(items));
        }
        self.spend(STEPS_OF_SEARCH)?;
        let Some(members) = self.members.get(&key) else {
            return Ok(false);
        };
        match members.find(wanted) {
            Some(found) => Ok(found),
            None => self.is_among(items, wanted),
        }
    }

    /// Whether one of `items` equals `wanted`.
    pub(super) fn is_among(&mut self, items: &[Json], wanted: &Json) -> Result<bool, PathError> {
        for item in items {
            self.spend_comparing(item, wanted)?;
            if super::equality::equal(item, wanted) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
