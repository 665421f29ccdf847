use std::collections::BTreeMap;
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

    pub(crate) fn print_table(&self) {
        let mut areas: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
        for (case, outcome) in &self.rows {
            let place = match outcome {
                Outcome::Passed => 0,
                Outcome::Failed(_) => 1,
                Outcome::NotRun(_) => 2,
            };
            for area in [case.area.as_str(), "total"] {
                if let Some(count) = areas.entry(area).or_default().get_mut(place) {
                    *count += 1;
                }
            }
        }
        println!("{:<22} {:>7} {:>7} {:>8}", "area", "passed", "failed", "not run");
        for (area, [passed, failed, not_run]) in areas {
            println!("{area:<22} {passed:>7} {failed:>7} {not_run:>8}");
        }
    }

    /// Writes the list of `{id, area, passed, why}`; cases that were not run say so in `why`.
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
                json!({"id": case.id, "area": case.area, "passed": passed, "why": why})
            })
            .collect();
        let text = serde_json::to_string_pretty(&rows).unwrap_or_default();
        std::fs::write(path, text).unwrap_or_else(|error| println!("{}: {error}", path.display()));
    }

    /// The failing cases that `known` does not name.
    pub(crate) fn failures_outside(&self, known: &str) -> Vec<String> {
        let failed = self.rows.iter().filter_map(|(case, outcome)| match outcome {
            Outcome::Failed(why) if !known.contains(&case.id) => Some(format!("{}: {why}", case.id)),
            _ => None,
        });
        failed.collect()
    }
}
