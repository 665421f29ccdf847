use std::collections::BTreeMap;
use std::sync::Arc;

use super::fields::{self, Fields, Naming};
use super::states::Placed;

/// States that are called otherwise and are the same in everything else, by their old names. States that lead to each
/// other may all be renamed: each that is found tells what the targets of the others are called now.
pub(super) fn find(before: &[Placed<'_>], after: &[Placed<'_>], arn_prefix: &str) -> BTreeMap<Arc<str>, Arc<str>> {
    let is_in = |states: &[Placed<'_>], name: &Arc<str>| states.iter().any(|found| found.state.name == *name);
    let mut gone: Vec<&Placed<'_>> = before.iter().filter(|found| !is_in(after, &found.state.name)).collect();
    let none = Naming::none(arn_prefix);
    let mut new: Vec<(&Placed<'_>, Fields)> = after
        .iter()
        .filter(|found| !is_in(before, &found.state.name))
        .map(|found| (found, fields::of_state_anywhere(found.state, &none)))
        .collect();
    let mut renamed = BTreeMap::new();
    loop {
        let pairs = pairs(&gone, &new, &renamed, arn_prefix);
        if pairs.is_empty() {
            return renamed;
        }
        gone.retain(|found| !pairs.contains_key(&found.state.name));
        new.retain(|(found, _)| !pairs.values().any(|name| *name == found.state.name));
        renamed.extend(pairs);
    }
}

/// The pairs of one that is gone and one that is new of which each is like the other and like no third.
fn pairs(
    gone: &[&Placed<'_>],
    new: &[(&Placed<'_>, Fields)],
    renamed: &BTreeMap<Arc<str>, Arc<str>>,
    arn_prefix: &str,
) -> BTreeMap<Arc<str>, Arc<str>> {
    let naming = Naming::new(renamed, arn_prefix);
    let mut matches: Vec<(usize, usize)> = Vec::new();
    for (place, was) in gone.iter().enumerate() {
        let (path, fields) = (was.path_after(&naming), fields::of_state_anywhere(was.state, &naming));
        let alike = new
            .iter()
            .enumerate()
            .filter(|(_, (is, other))| path == is.path && fields == *other);
        matches.extend(alike.map(|(other, _)| (place, other)));
    }
    let is_only = |(old, new): &&(usize, usize)| matches.iter().filter(|(a, b)| a == old || b == new).count() == 1;
    let name = |(old, is): &(usize, usize)| {
        let (is, _) = new.get(*is)?;
        Some((Arc::clone(&gone.get(*old)?.state.name), Arc::clone(&is.state.name)))
    };
    matches.iter().filter(is_only).filter_map(name).collect()
}
