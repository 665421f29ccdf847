//! What the language has and this executor does not run yet. Refused before anything starts, never ignored.

use asl::{Diagnostic, State, StateKind};

const CODE: &str = "UNSUPPORTED_FEATURE";

/// Adds a diagnostic for what in `state` cannot be run.
pub(super) fn unsupported(state: &State, problems: &mut Vec<Diagnostic>) {
    if matches!(&state.kind, StateKind::Map(map) if map.distributed) {
        let message = format!(
            "state `{}` is a Distributed Map, which cannot be run offline yet",
            state.name
        );
        let help =
            "run it on AWS with `stepwright deploy` and `stepwright start`, or make its mode `INLINE` to run it here";
        let found = Diagnostic::error(CODE, &*state.location, message).at(state.span.clone());
        problems.push(found.help(help));
    }
}
