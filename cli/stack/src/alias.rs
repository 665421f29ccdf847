use std::collections::BTreeMap;
use std::time::Duration;

use crate::action::Action;
use crate::machine::{Machine, ObservedMachine, Route};
use crate::plan::{Property, StepId, Steps};
use crate::{AliasNote, Desired, Observed, Traffic};

/// The name of the property where an alias leads.
pub(crate) const VERSION: &str = "version";

/// Where an alias is to lead, and what it is to say of the past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AliasTarget {
    /// The version; nothing is the one that an earlier step published.
    pub version: Option<u64>,
    /// The version that keeps a part of the traffic.
    pub rest: Option<Route>,
    /// The version that is gone back from.
    pub back_from: Option<u64>,
    /// The versions that were live before, the last one first.
    pub before: Vec<u64>,
}

impl AliasTarget {
    /// What the alias says once it leads to `version`.
    #[must_use]
    pub fn note(&self, version: u64) -> AliasNote {
        AliasNote {
            live: version,
            back_from: self.back_from,
            before: self.before.clone(),
        }
    }
}

impl ObservedMachine {
    /// The version that is live; while traffic shifts, the one that it shifts away from.
    #[must_use]
    pub fn live(&self) -> Option<u64> {
        match self.alias.as_slice() {
            [] => None,
            [route] => Some(route.version),
            routes => {
                let routed = |version: &&u64| routes.iter().any(|route| route.version == **version);
                let before = self.note.iter().flat_map(|note| &note.before);
                let noted = before.copied().find(|version| routed(&version));
                noted.or_else(|| routes.iter().map(|route| route.version).min())
            }
        }
    }

    /// Whether the alias leads to more than one version.
    #[must_use]
    pub fn is_shifting(&self) -> bool {
        self.alias.len() > 1
    }

    /// The version that was gone back from to the one that is live.
    #[must_use]
    pub fn back_from(&self) -> Option<u64> {
        let note = self.note.as_ref().filter(|note| self.live() == Some(note.live));
        note?.back_from
    }

    /// The versions that were live before the one that is, the last one first, as far as they are still there. Where the
    /// alias does not say, all older ones.
    #[must_use]
    pub fn live_before(&self) -> Vec<u64> {
        let Some(live) = self.live() else { return Vec::new() };
        let before: Vec<u64> = match &self.note {
            Some(note) if self.is_moved_by_hand() => [&[note.live], note.before.as_slice()].concat(),
            Some(note) => note.before.clone(),
            None => {
                let older = self.versions.iter().map(|version| version.number);
                older.filter(|number| *number < live).rev().collect()
            }
        };
        let is_there = |number: &u64| self.versions.iter().any(|version| version.number == *number);
        before
            .into_iter()
            .filter(|number| *number != live && is_there(number))
            .collect()
    }

    /// Whether the alias leads elsewhere than it says, and so was moved by somebody else.
    pub(crate) fn is_moved_by_hand(&self) -> bool {
        let Some(note) = &self.note else { return false };
        let mut routed: Vec<u64> = self.alias.iter().map(|route| route.version).collect();
        routed.sort_unstable();
        let mut shifting: Vec<u64> = note.before.first().into_iter().chain([&note.live]).copied().collect();
        shifting.sort_unstable();
        !routed.is_empty() && routed != [note.live] && routed != shifting
    }

    /// What [`ObservedMachine::live_before`] gives once `version`, or a new one, is live.
    pub(crate) fn before(&self, version: Option<u64>) -> Vec<u64> {
        let versions = self.live().into_iter().chain(self.live_before());
        versions.filter(|number| Some(*number) != version).collect()
    }
}

/// Adds what makes the aliases lead to the versions that are asked for, once everything of `prepared` is there: all of
/// them together, step by step where traffic shifts.
pub(crate) fn steps(
    desired: &Desired,
    observed: &Observed,
    versions: &BTreeMap<String, u64>,
    prepared: &[StepId],
    steps: &mut Steps,
) -> Vec<StepId> {
    let moves: Vec<Move<'_>> = desired
        .machines
        .iter()
        .filter_map(|machine| {
            Move::new(
                machine,
                observed.machines.get(&machine.name),
                versions,
                desired.deploys.traffic,
            )
        })
        .collect();
    let rounds = moves.iter().map(|moved| moved.weights.len()).max().unwrap_or(0);
    let mut after = prepared.to_vec();
    for round in 0..rounds {
        let done = moves.iter().filter_map(|moved| moved.step(round, &after, steps));
        after = done.collect();
    }
    steps.return_by(moves.iter().filter_map(Move::back));
    after
}

/// An alias on its way to another version.
struct Move<'a> {
    machine: &'a Machine,
    /// The version it comes to; nothing if it is still to be published.
    version: Option<u64>,
    /// The state machine whose alias moves; nothing if the alias is to be made.
    observed: Option<&'a ObservedMachine>,
    traffic: Traffic,
    /// Percent of the traffic that the version has, step by step.
    weights: Vec<u8>,
}

impl<'a> Move<'a> {
    /// Nothing if the alias leads there already.
    fn new(
        machine: &'a Machine,
        observed: Option<&'a ObservedMachine>,
        versions: &BTreeMap<String, u64>,
        traffic: Traffic,
    ) -> Option<Move<'a>> {
        let version = machine.published(observed, versions);
        let observed = observed.filter(|found| machine.keeps(found) && !found.alias.is_empty());
        let mut moved = Move {
            machine,
            version,
            observed,
            traffic: Traffic::AtOnce,
            weights: vec![100],
        };
        let Some(observed) = observed else { return Some(moved) };
        if let (Some(version), [route]) = (version, observed.alias.as_slice())
            && (route.version, route.weight) == (version, 100)
        {
            return None;
        }
        // Nothing shifts to what traffic shifts away from: that is going back.
        if observed.live() != version {
            moved.traffic = traffic;
            moved.weights = traffic.weights();
            let reached = moved.reached();
            moved.weights.retain(|weight| *weight > reached);
        }
        Some(moved)
    }

    /// Percent of the traffic that the version has already, from a shift that was cut short.
    fn reached(&self) -> u8 {
        let routes = self.observed.map(|observed| observed.alias.as_slice());
        let of_version = |route: &&Route| Some(route.version) == self.version;
        let route = routes.unwrap_or_default().iter().find(of_version);
        route.map_or(0, |route| route.weight.min(99))
    }

    fn step(&self, round: usize, after: &[StepId], steps: &mut Steps) -> Option<StepId> {
        let weight = *self.weights.get(round)?;
        let Some(observed) = self.observed else {
            let action = Action::CreateStateMachineAlias {
                machine: self.machine.name.clone(),
                version: self.version,
            };
            return Some(steps.add(action, after));
        };
        let rest = observed.live().filter(|_| weight < 100).map(|version| Route {
            version,
            weight: 100 - weight,
        });
        let action = self.update(AliasTarget {
            version: self.version,
            rest,
            back_from: None,
            before: observed.before(self.version),
        });
        let changes = if round == 0 { self.changes(observed) } else { Vec::new() };
        let id = steps.add_changing(action, after, changes);
        if let Some(interval) = self.traffic.interval() {
            let is_first = round == 0 && self.reached() == 0;
            steps.watch(id, if is_first { Duration::ZERO } else { interval });
        }
        Some(id)
    }

    /// What leads the alias back to where it was before traffic shifted. The version that it goes back from may be
    /// published only then.
    fn back(&self) -> Option<Action> {
        self.traffic.interval()?;
        let observed = self.observed?;
        let live = observed.live()?;
        Some(self.update(AliasTarget {
            version: Some(live),
            rest: None,
            back_from: self.version,
            before: observed.live_before(),
        }))
    }

    fn update(&self, target: AliasTarget) -> Action {
        Action::UpdateStateMachineAlias {
            machine: self.machine.name.clone(),
            machine_type: self.machine.machine_type,
            target,
        }
    }

    fn changes(&self, observed: &ObservedMachine) -> Vec<Property> {
        let version = self.version.map_or_else(unknown, |version| version.to_string());
        let mut changes = vec![Property::new(VERSION, routes(&observed.alias), version)];
        if self.traffic != Traffic::AtOnce {
            changes.push(Property::changed(&format!("traffic: {}", self.traffic)));
        }
        changes
    }
}

/// Where an alias leads, in words.
pub(crate) fn routes(alias: &[Route]) -> String {
    let parts: Vec<String> = match alias {
        [Route { version, weight: 100 }] => vec![version.to_string()],
        routes => routes
            .iter()
            .map(|route| format!("{} ({} %)", route.version, route.weight))
            .collect(),
    };
    parts.join(", ")
}

/// A version that is still to be published, in words.
pub(crate) fn unknown() -> String {
    "known after apply".to_owned()
}
