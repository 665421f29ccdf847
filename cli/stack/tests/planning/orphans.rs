use std::collections::BTreeSet;

use proptest::prelude::*;
use stack::{Observed, OldExecutions, Reason, Scope, Settings, Workspace, orphans, plan};

use crate::model::Model;
use crate::{desired, function, machine, scope, settings};

fn of_stage(stage: &str, region: &str) -> Scope {
    Scope {
        stage: stage.into(),
        region: region.into(),
        ..scope()
    }
}

/// A stack of two functions and a state machine, deployed where `there` says.
fn deployed(there: &Scope) -> Observed {
    let settings = Settings {
        scope: there.clone(),
        ..settings(vec![function("A"), function("B")], vec![machine("M", &[])])
    };
    let mut model = Model::default();
    let plan = plan(&desired(&settings), &model.observed).unwrap();
    model.apply_all(there, &plan);
    model.observed
}

fn both(mut one: Observed, other: Observed) -> Observed {
    one.roles.extend(other.roles);
    one.log_groups.extend(other.log_groups);
    one.functions.extend(other.functions);
    one.machines.extend(other.machines);
    one
}

fn workspace(stages: &[&str], functions: &[&str], machines: &[&str]) -> Workspace {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    Workspace {
        stages: owned(stages),
        functions: owned(functions),
        machines: owned(machines),
    }
}

/// The names of the orphans and of what would be some but for its use, each as `reason name`.
fn found(workspace: &Workspace, observed: &Observed) -> (Vec<String>, Vec<String>) {
    let shown = |orphans: &[stack::Orphan]| {
        let shown = orphans
            .iter()
            .map(|orphan| format!("{:?} {}", orphan.reason, orphan.resource));
        shown.collect()
    };
    let found = orphans(&scope(), workspace, observed);
    (shown(&found.orphans), shown(&found.in_use))
}

#[test]
fn what_the_workspace_has_is_no_orphan() {
    let observed = deployed(&scope());
    assert_eq!(
        found(&workspace(&["dev"], &["A", "B"], &["M"]), &observed),
        (vec![], vec![])
    );
}

#[test]
fn a_stage_that_is_no_more_is_one_as_a_whole() {
    let observed = both(deployed(&scope()), deployed(&of_stage("old", "us-east-1")));
    let (orphans, in_use) = found(&workspace(&["dev"], &["A", "B"], &["M"]), &observed);
    insta::assert_snapshot!(orphans.join("\n"));
    assert_eq!(in_use, [""; 0]);
}

#[test]
fn a_name_that_is_no_more_is_one_in_every_stage() {
    let observed = both(deployed(&scope()), deployed(&of_stage("prod", "us-east-1")));
    let (orphans, in_use) = found(&workspace(&["dev", "prod"], &["A"], &["M"]), &observed);
    insta::assert_snapshot!(orphans.join("\n"));
    assert_eq!(in_use, [""; 0]);
}

#[test]
fn another_region_is_another_stack() {
    let observed = deployed(&of_stage("old", "eu-west-1"));
    assert_eq!(found(&workspace(&["dev"], &[], &[]), &observed), (vec![], vec![]));
}

#[test]
fn what_an_unknown_version_may_use_is_in_use() {
    let mut observed = deployed(&scope());
    let machine = observed.machines.get_mut("order-dev-M").unwrap();
    machine.running = vec![OldExecutions {
        version: Some(7),
        count: Some(1),
    }];
    let (orphans, in_use) = found(&workspace(&["dev"], &["A"], &["M"]), &observed);
    assert_eq!((orphans.len(), in_use.len()), (0, 3));
}

proptest! {
    #[test]
    fn removing_orphans_leaves_what_is_no_orphan_and_none_behind(
        stages in prop::sample::subsequence(vec!["dev", "prod", "test"], 1..=3),
        functions in prop::sample::subsequence(vec!["A", "B"], 0..=2),
        machines in prop::sample::subsequence(vec!["M"], 0..=1),
    ) {
        let all = ["dev", "prod", "test"].map(|stage| deployed(&of_stage(stage, "us-east-1")));
        let observed = all.into_iter().reduce(both).unwrap();
        let workspace = workspace(&stages, &functions, &machines);
        let found = orphans(&scope(), &workspace, &observed);
        let mut model = Model::from(observed);
        model.apply_all(&scope(), &found.removal());
        let again = orphans(&scope(), &workspace, &model.observed);
        prop_assert_eq!(again.orphans, []);
        prop_assert_eq!(again.in_use, found.in_use);
        prop_assert_eq!(model.observed.functions.len(), stages.len() * functions.len());
        prop_assert_eq!(model.observed.machines.len(), stages.len() * machines.len());
        let is_whole = |orphan: &&stack::Orphan| orphan.reason == Reason::NoStage;
        prop_assert_eq!(found.orphans.iter().filter(is_whole).count(), (3 - stages.len()) * 9);
    }
}
