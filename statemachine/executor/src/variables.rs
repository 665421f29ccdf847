//! Workflow variables.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html>

use std::sync::Arc;

use asl::Json;
use indexmap::IndexMap;

use crate::data::{PAYLOAD_LIMIT, check_nesting};
use crate::failure::StateError;

/// What one `Assign` sets, in its order.
pub(crate) type Assigned = Vec<(Arc<str>, Json)>;

/// The most bytes that all variables of an execution may have.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html>
const TOTAL_LIMIT: usize = 10 * 1024 * 1024;

/// The variables that a branch sees: its own, and those of the branches around it, which do not change while it runs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variables {
    own: Arc<IndexMap<Arc<str>, Json>>,
    outer: Option<Arc<Variables>>,
}

impl Variables {
    /// Those of a branch inside.
    pub(crate) fn inner(&self) -> Variables {
        Variables {
            own: Arc::default(),
            outer: Some(Arc::new(self.clone())),
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Json> {
        let outer = || self.outer.as_ref()?.get(name);
        self.own.get(name).or_else(outer)
    }

    pub(crate) fn assign(&mut self, assigned: Assigned) {
        if !assigned.is_empty() {
            Arc::make_mut(&mut self.own).extend(assigned);
        }
    }

    /// Refuses what is too large for `Assign`.
    pub(crate) fn check(&self, assigned: &Assigned) -> Result<(), StateError> {
        let size: usize = assigned.iter().map(|(_, value)| value.encoded_len()).sum();
        if size > PAYLOAD_LIMIT || self.total() + size > TOTAL_LIMIT {
            return Err(StateError::data_limit("Assign"));
        }
        assigned.iter().try_for_each(|(_, value)| check_nesting(value))
    }

    fn total(&self) -> usize {
        let own: usize = self.own.values().map(Json::encoded_len).sum();
        own + self.outer.as_ref().map_or(0, |outer| outer.total())
    }
}
