use asl::{Flow, State, StateKind};

use super::fields::Naming;

/// A state and where it stands.
pub(super) struct Placed<'a> {
    pub(super) state: &'a State,
    /// The states around it, the outermost first.
    pub(super) path: Vec<String>,
    /// The same, without numbers of branches.
    around: Vec<&'a str>,
}

impl Placed<'_> {
    /// Its path with the new names of the states around it.
    pub(super) fn path_after(&self, naming: &Naming<'_>) -> Vec<String> {
        let segments = self.path.iter().zip(&self.around);
        let renamed = segments.map(|(segment, name)| match segment.strip_prefix(name) {
            Some(branch) => format!("{}{branch}", naming.name(name)),
            None => segment.clone(),
        });
        renamed.collect()
    }
}

/// All states, those inside others behind them.
pub(super) fn all(flow: &Flow) -> Vec<Placed<'_>> {
    let mut states = Vec::new();
    add(flow, &[], &[], &mut states);
    states
}

fn add<'a>(flow: &'a Flow, path: &[String], around: &[&'a str], states: &mut Vec<Placed<'a>>) {
    for state in flow.states.values() {
        states.push(Placed {
            state,
            path: path.to_vec(),
            around: around.to_vec(),
        });
        let around = [around, &[&*state.name]].concat();
        for (place, inside) in state.kind.flows().iter().enumerate() {
            let segment = match &state.kind {
                StateKind::Parallel(_) => format!("{}[{place}]", state.name),
                _ => state.name.to_string(),
            };
            add(inside, &[path, &[segment]].concat(), &around, states);
        }
    }
}
