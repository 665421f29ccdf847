use std::collections::{BTreeMap, BTreeSet};

use asl::Json;

use crate::definition::{named_functions, rewrite};
use crate::{Definition, Scope};

/// A deployed definition without the versions that a deploy wrote into it: those of the stack's functions, but for
/// functions that `new` itself names with a qualifier.
pub(super) fn like(deployed: &Json, new: &Definition, scope: &Scope) -> Json {
    let arn_prefix = scope.function_arn_prefix();
    let own = scope.prefix();
    let named = named_functions(new.unversioned(), &arn_prefix).into_iter();
    let qualified: BTreeSet<String> = named.filter_map(|(name, qualifier)| qualifier.map(|_| name)).collect();
    rewrite(deployed, &arn_prefix, |function| {
        let is_version = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_written = function.qualifier.is_some_and(is_version)
            && function.name.starts_with(&own)
            && !qualified.contains(function.name);
        is_written.then(|| function.name.to_owned())
    })
}

/// The versions of functions that a definition names.
pub(crate) fn versions(definition: &Json, scope: &Scope) -> BTreeMap<String, u64> {
    let named = named_functions(definition, &scope.function_arn_prefix()).into_iter();
    let versions = named.filter_map(|(name, qualifier)| Some((name, qualifier?.parse().ok()?)));
    versions.collect()
}
