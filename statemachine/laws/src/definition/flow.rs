use std::collections::VecDeque;

use asl::{Json, Object};

use super::{Draft, Maker};

/// The states of one flow in the making.
pub(super) struct Flow {
    /// The names of the states that follow one another.
    names: Vec<String>,
    /// Terminal states beside them, for rules and catchers to lead to.
    exits: VecDeque<(String, Json)>,
}

impl Maker<'_, '_> {
    /// Adds `StartAt` and `States`, with flows nested `depth` levels deep at most.
    pub(super) fn flow(&mut self, fields: &mut Object, depth: usize) {
        let count = 1 + self.dice.below(5).min(self.states_left);
        self.states_left = self.states_left.saturating_sub(count);
        let names: Vec<String> = (0..count).map(|_| self.name()).collect();
        fields.insert(
            "StartAt".into(),
            names.first().map_or(Json::Null, |name| name.as_str().into()),
        );
        let mut flow = Flow {
            names,
            exits: VecDeque::new(),
        };
        let mut states = Object::default();
        for place in 0..count {
            let name = flow.names.get(place).cloned().unwrap_or_default();
            states.insert(name.into(), self.state(&mut flow, place, depth));
        }
        for (name, state) in flow.exits {
            states.insert(name.into(), state);
        }
        fields.insert("States".into(), states.into());
    }

    /// Where a rule or catcher of the state at `place` leads.
    pub(super) fn target(&mut self, flow: &mut Flow, place: usize) -> Json {
        let first = if self.loops { 0 } else { place + 1 };
        let later = flow.names.len().saturating_sub(first);
        if later == 0 || self.dice.once_in(4) {
            return self.exit(flow);
        }
        let name = flow.names.get(first + self.dice.below(later));
        name.map_or(Json::Null, |name| name.as_str().into())
    }

    /// Adds `Next` or `End` of the state at `place`.
    pub(super) fn next(&mut self, draft: &mut Draft, flow: &Flow, place: usize) {
        match flow.names.get(place + 1) {
            Some(name) => draft.set("Next", name.as_str()),
            None => draft.set("End", true),
        }
    }

    /// Adds `Default` of the Choice at `place`; it leads on, so that what follows can be reached.
    pub(super) fn default(&mut self, draft: &mut Draft, flow: &mut Flow, place: usize) {
        if let Some(name) = flow.names.get(place + 1) {
            draft.set("Default", name.as_str());
        } else if self.loops || !self.dice.once_in(4) {
            let exit = self.exit(flow);
            draft.set("Default", exit);
        }
    }

    pub(super) fn is_last(flow: &Flow, place: usize) -> bool {
        place + 1 == flow.names.len()
    }

    /// A new terminal state; its name.
    pub(super) fn exit(&mut self, flow: &mut Flow) -> Json {
        let name = self.name();
        let state = self.terminal();
        flow.exits.push_back((name.clone(), state));
        name.into()
    }

    fn name(&mut self) -> String {
        self.names += 1;
        format!("S{}", self.names)
    }
}
