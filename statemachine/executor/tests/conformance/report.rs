use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use serde_json::json;

use crate::case::Case;

/// What a case came to.
#[derive(Debug)]
pub(crate) enum Outcome {
    Passed,
    Failed(String),
    NotRun(String),
}

#[derive(Default)]
pub(crate) struct Report {
    rows: Vec<(Case, Outcome)>,
}

impl Report {
    pub(crate) fn add(&mut self, case: Case, outcome: Outcome) {
        self.rows.push((case, outcome));
    }

    /// Writes the list of `{id, area, passed, why, run}`; cases that were not run say so in `run`, and why in `why`.
    pub(crate) fn write(&self, path: &Path) {
        let rows: Vec<_> = self
            .rows
            .iter()
            .map(|(case, outcome)| {
                let (passed, why) = match outcome {
                    Outcome::Passed => (true, String::new()),
                    Outcome::Failed(why) => (false, why.clone()),
                    Outcome::NotRun(why) => (false, format!("not run: {why}")),
                };
                let run = !matches!(outcome, Outcome::NotRun(_));
                json!({"id": case.id, "area": case.area, "passed": passed, "why": why, "run": run})
            })
            .collect();
        let text = serde_json::to_string_pretty(&rows).unwrap_or_default();
        std::fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// The failing cases that are not `known`, and the known ones that do not fail.
    pub(crate) fn surprises(&self, known: &BTreeSet<&str>) -> Vec<String> {
        let surprise = |(case, outcome): &(Case, Outcome)| match (outcome, known.contains(case.id.as_str())) {
            (Outcome::Failed(why), false) => Some(format!("{}: {why}", case.id)),
            (Outcome::Passed, true) => Some(format!("{}: a known difference, but it passes", case.id)),
            _ => None,
        };
        self.rows.iter().filter_map(surprise).collect()
    }
}

/// Counts by area, and by reason of those that were not run.
impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut areas: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
        let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
        for (case, outcome) in &self.rows {
            let place = match outcome {
                Outcome::Passed => 0,
                Outcome::Failed(_) => 1,
                Outcome::NotRun(why) => {
                    *reasons.entry(why).or_default() += 1;
                    2
                }
            };
            for area in [case.area.as_str(), "total"] {
                if let Some(count) = areas.entry(area).or_default().get_mut(place) {
                    *count += 1;
                }
            }
        }
        let total = areas.remove_entry("total");
        writeln!(
            formatter,
            "{:<22} {:>7} {:>7} {:>8}",
            "area", "passed", "failed", "not run"
        )?;
        for (area, [passed, failed, not_run]) in areas.into_iter().chain(total) {
            writeln!(formatter, "{area:<22} {passed:>7} {failed:>7} {not_run:>8}")?;
        }
        writeln!(formatter, "not run:")?;
        reasons
            .iter()
            .try_for_each(|(why, count)| writeln!(formatter, "{count:>5} {why}"))
    }
}
