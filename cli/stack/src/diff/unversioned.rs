use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use asl::Json;

use crate::definition::{map_strings, split_name};
use crate::{Definition, Scope};

/// A deployed definition without the versions that a deploy wrote into it: those of the stack's functions, but for
/// functions that `new` itself names with a qualifier.
pub(super) fn like(deployed: &Json, new: &Definition, scope: &Scope) -> Json {
    let arn_prefix = scope.function_arn_prefix();
    let own = scope.prefix();
    let qualified = qualified(new.unversioned(), &arn_prefix);
    map_strings(deployed, &|text| {
        without_qualifiers(text, &arn_prefix, |name, qualifier| {
            let is_version = !qualifier.is_empty() && qualifier.bytes().all(|byte| byte.is_ascii_digit());
            is_version && name.starts_with(&own) && !qualified.contains(name)
        })
    })
}

/// The functions that a definition names with a qualifier.
fn qualified(definition: &Json, arn_prefix: &str) -> BTreeSet<String> {
    let found = RefCell::new(BTreeSet::new());
    map_strings(definition, &|text| {
        without_qualifiers(text, arn_prefix, |name, _| {
            found.borrow_mut().insert(name.to_owned());
            false
        })
    });
    found.into_inner()
}

/// The text without the qualifiers behind names of functions that are `superfluous`; nothing where that is the same.
fn without_qualifiers(text: &str, arn_prefix: &str, superfluous: impl Fn(&str, &str) -> bool) -> Option<String> {
    let mut written = String::new();
    let mut changed = false;
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(arn_prefix) {
        let (name, mut after) = split_name(behind);
        if let Some((qualifier, behind)) = after.strip_prefix(':').map(split_name)
            && superfluous(name, qualifier)
        {
            after = behind;
            changed = true;
        }
        written.push_str(before);
        written.push_str(arn_prefix);
        written.push_str(name);
        rest = after;
    }
    written.push_str(rest);
    changed.then_some(written)
}

/// The versions of functions that a definition names.
pub(crate) fn versions(definition: &Json, scope: &Scope) -> BTreeMap<String, u64> {
    let found = RefCell::new(BTreeMap::new());
    map_strings(definition, &|text| {
        without_qualifiers(text, &scope.function_arn_prefix(), |name, qualifier| {
            if let Ok(version) = qualifier.parse() {
                found.borrow_mut().insert(name.to_owned(), version);
            }
            false
        })
    });
    found.into_inner()
}
