use std::collections::BTreeMap;
use std::time::Duration;

use asl::MachineType;

use crate::action::Action;
use crate::machine::{Machine, ObservedMachine, Route};
use crate::plan::{Property, StepId, Steps};
use crate::{Desired, Observed, Traffic};

/// How the description of the alias begins. Behind it are the versions that were live before: a stack has no other
/// memory of them.
const LIVE_BEFORE: &str = "live before: ";

/// What is behind it where there are none.
const NONE: &str = "none";

/// Longest description of an alias in characters.
///
/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachineAlias.html>
const MAX_DESCRIPTION: usize = 256;

/// The description of an alias that says which versions were live before, the last one first; the oldest are left out
/// where they are too many.
#[must_use]
pub fn alias_description(before: &[u64]) -> String {
    let mut text = LIVE_BEFORE.to_owned();
    for (place, version) in before.iter().enumerate() {
        let separator = if place > 0 { ", " } else { "" };
        let more = format!("{separator}{version}");
        if text.len() + more.len() > MAX_DESCRIPTION {
            break;
        }
        text += &more;
    }
    if before.is_empty() {
        text += NONE;
    }
    text
}

/// The versions that an alias's description says were live before; nothing where it does not say.
#[must_use]
pub fn live_before(description: &str) -> Option<Vec<u64>> {
    let versions = description.strip_prefix(LIVE_BEFORE)?;
    match versions == NONE {
        true => Some(Vec::new()),
        false => versions.split(", ").map(|version| version.parse().ok()).collect(),
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
                let noted = self.before.iter().flatten().find(routed).copied();
                noted.or_else(|| routes.iter().map(|route| route.version).min())
            }
        }
    }

    /// Whether the alias leads to more than one version.
    #[must_use]
    pub fn is_shifting(&self) -> bool {
        self.alias.len() > 1
    }

    /// The versions that were live before the one that is, the last one first, as far as they are still there. Where the
    /// alias does not say, all older ones.
    #[must_use]
    pub fn live_before(&self) -> Vec<u64> {
        let Some(live) = self.live() else { return Vec::new() };
        let older = || {
            let older = self.versions.iter().map(|version| version.number);
            older.filter(|number| *number < live).rev().collect()
        };
        let before: Vec<u64> = self.before.clone().unwrap_or_else(older);
        let is_there = |number: &u64| self.versions.iter().any(|version| version.number == *number);
        before
            .into_iter()
            .filter(|number| *number != live && is_there(number))
            .collect()
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
        let action = self.update(self.version, rest, observed.before(self.version));
        let changes = if round == 0 { self.changes(observed) } else { Vec::new() };
        let id = steps.add_changing(action, after, changes);
        if let Some(interval) = self.traffic.interval() {
            let is_first = round == 0 && self.reached() == 0;
            steps.watch(id, if is_first { Duration::ZERO } else { interval });
        }
        Some(id)
    }

    /// What leads the alias back to where it was before traffic shifted.
    fn back(&self) -> Option<Action> {
        self.traffic.interval()?;
        let observed = self.observed?;
        let live = observed.live()?;
        Some(self.update(Some(live), None, observed.live_before()))
    }

    fn update(&self, version: Option<u64>, rest: Option<Route>, before: Vec<u64>) -> Action {
        update(&self.machine.name, self.machine.machine_type, version, rest, before)
    }

    fn changes(&self, observed: &ObservedMachine) -> Vec<Property> {
        let version = self.version.map_or_else(unknown, |version| version.to_string());
        let mut changes = vec![Property::new("version", routes(&observed.alias), version)];
        if self.traffic != Traffic::AtOnce {
            changes.push(Property::changed(&format!("traffic: {}", self.traffic)));
        }
        changes
    }
}

pub(crate) fn update(
    machine: &str,
    machine_type: MachineType,
    version: Option<u64>,
    rest: Option<Route>,
    before: Vec<u64>,
) -> Action {
    Action::UpdateStateMachineAlias {
        machine: machine.to_owned(),
        machine_type,
        version,
        rest,
        before,
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

fn unknown() -> String {
    "known after apply".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_tells_what_was_live_before() {
        let check = |before: &[u64], text: &str| {
            assert_eq!(alias_description(before), text);
            assert_eq!(live_before(text).as_deref(), Some(before));
        };
        check(&[], "live before: none");
        check(&[3], "live before: 3");
        check(&[3, 1, 2], "live before: 3, 1, 2");
    }

    #[test]
    fn a_description_of_somebody_else_tells_nothing() {
        for text in ["", "the alias of the shop", "live before: ", "live before: 3, x"] {
            assert_eq!(live_before(text), None, "{text}");
        }
    }

    #[test]
    fn a_description_is_never_too_long() {
        let many: Vec<u64> = (1000..1100).rev().collect();
        let text = alias_description(&many);
        assert!(text.len() <= MAX_DESCRIPTION, "{text}");
        let kept = live_before(&text).unwrap();
        assert!(kept.len() > 30 && many.starts_with(&kept), "{text}");
    }
}
