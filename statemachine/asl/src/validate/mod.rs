//! The rules that AWS checks before it takes a definition, one per file.

pub(crate) mod duplicate_keys;
pub(crate) mod error_names;
pub(crate) mod exclusive;
pub(crate) mod express;
pub(crate) mod fields;
pub(crate) mod flows;
pub(crate) mod integrations;
pub(crate) mod labels;
pub(crate) mod likely_paths;
pub(crate) mod reachable;
pub(crate) mod resource;
pub(crate) mod state_names;
pub(crate) mod targets;
pub(crate) mod terminal;
pub(crate) mod timestamp;
pub(crate) mod variable_names;
pub(crate) mod words;

use crate::parse::Fields;

/// Checks the rules about flows as wholes, from the fields of the definition down.
pub(crate) fn check_flows(root: &Fields<'_>) {
    let flows = flows::all(root);
    state_names::check_unique(&flows);
    labels::check_unique(&flows);
    for flow in &flows {
        terminal::check(flow);
        reachable::check(flow);
    }
}
