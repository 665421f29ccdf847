//! Fields of which there may be, or must be, one.

use crate::parse::Fields;

/// Refuses more than one of `names`.
pub(crate) fn at_most_one(fields: &Fields<'_>, names: &[&str]) {
    if names.iter().filter(|name| fields.has(name)).count() > 1 {
        refuse(fields, names);
    }
}

/// Says that there is more than one of `names`.
pub(crate) fn refuse(fields: &Fields<'_>, names: &[&str]) {
    fields.refuse(format!(
        "there should only be one of the following fields: [{}]",
        names.join(", ")
    ));
}

/// Refuses none of `names`, of which `usual` is what people mean most often.
pub(crate) fn at_least_one(fields: &Fields<'_>, names: &[&str], usual: &str) {
    if !names.iter().any(|name| fields.has(name)) {
        refuse_none(fields, names, usual);
    }
}

/// Says that there is none of `names`.
pub(crate) fn refuse_none(fields: &Fields<'_>, names: &[&str], usual: &str) {
    let message = format!("there should be one of the following fields: [{}]", names.join(", "));
    let problem = fields.error("SCHEMA_VALIDATION_FAILED", message);
    fields.scope.problems.add(problem.help(format!("add `{usual}`")));
}
