use std::collections::BTreeSet;

use asl::{Flow, State, StateKind, StateMachine, Target};

/// The functions that a definition names, as it has them: ARNs with or without a version, or names. Those that are invoked
/// with a role of `Credentials` are not among them: they are somewhere else.
#[must_use]
pub fn invoked_functions(machine: &StateMachine) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    visit(&machine.flow, &mut |state| {
        if let StateKind::Task(task) = &state.kind
            && let Some(Target::Named(name)) = task.invoked_function()
            && task.credentials.is_none()
        {
            found.insert(name.to_owned());
        }
    });
    found
}

/// Whether the definition names every function and state machine that its states call, and they call nothing else: then its
/// role is allowed each of their calls.
#[must_use]
pub fn names_all_targets(machine: &StateMachine) -> bool {
    let mut all = true;
    visit(&machine.flow, &mut |state| {
        all &= match &state.kind {
            StateKind::Task(task) => {
                let target = task.invoked_function().or_else(|| task.started_machine());
                matches!(target, Some(Target::Named(_)))
            }
            StateKind::Map(map) => !map.distributed,
            _ => true,
        };
    });
    all
}

/// Gives the visitor every state, those of branches and item processors too.
pub(crate) fn visit(flow: &Flow, visitor: &mut impl FnMut(&State)) {
    for state in flow.states.values() {
        visitor(state);
        state.kind.flows().iter().for_each(|inside| visit(inside, visitor));
    }
}
