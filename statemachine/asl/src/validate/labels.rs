//! `Label` of a Map in `DISTRIBUTED` mode: it becomes part of an ARN.

use std::collections::HashSet;

use crate::parse::Value;
use crate::validate::flows::FlowPlace;

const MAX_CHARS: usize = 40;

/// Characters that AWS does not take in names.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html>
const FORBIDDEN: &str = "?*<>{}[]:;,\\|^~$#%&`\"";

/// Checks length and characters.
pub(crate) fn check(value: &Value<'_>) {
    let Some(label) = value.text() else { return };
    if label.is_empty() || label.chars().count() > MAX_CHARS {
        let message = format!("a label must have 1 to {MAX_CHARS} characters");
        value.report::<()>(value.error("INVALID_LABEL_NAME", message));
    }
    let forbidden = |letter: char| letter.is_whitespace() || letter.is_control() || FORBIDDEN.contains(letter);
    if let Some(letter) = label.chars().find(|letter| forbidden(*letter)) {
        let message = format!("a label must not contain {letter:?}");
        value.report::<()>(value.error("INVALID_LABEL_NAME", message));
    }
}

/// Checks that no two Maps have the same label.
pub(crate) fn check_unique(flows: &[FlowPlace<'_>]) {
    let mut seen = HashSet::new();
    let states = flows.iter().flat_map(|flow| &flow.states);
    for label in states.filter_map(|state| state.as_fields()?.get("Label")) {
        if let Some(text) = label.node.as_text()
            && !seen.insert(text)
        {
            let message = format!("the label `{text}` is used more than once");
            label.report::<()>(label.error("DUPLICATE_LABEL_NAME", message));
        }
    }
}
