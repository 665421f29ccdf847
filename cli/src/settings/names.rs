//! Rules for names, and what the user may have meant.

/// What stack and stage names look like, in words.
pub(super) const RULE: &str = "lower-case letters, digits and hyphens, beginning with a letter";

/// Whether `name` can be a stack or a stage.
pub(super) fn is_stack_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// Whether `name` can be a logical name: a CloudFormation logical id.
pub(super) fn is_logical(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric())
}

/// Whether `text` can be a region, which is a part of host names.
pub(crate) fn is_region(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.chars().all(fits)
}

/// What to write instead of `name`: the nearest of the known names, or all of them.
pub(crate) fn suggestion<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let known: Vec<&str> = known.collect();
    match nearest(name, &known) {
        Some(near) => Some(format!("did you mean `{near}`?")),
        None if known.is_empty() => None,
        None => Some(format!("known are {}", list(&known))),
    }
}

/// Names in backticks, with commas.
pub(super) fn list<S: AsRef<str>>(names: &[S]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    quoted.join(", ")
}

/// The known name that `name` is most likely meant to be.
pub(super) fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let distance = |other: &str| strsim::damerau_levenshtein(&name.to_lowercase(), &other.to_lowercase());
    let near = known.iter().map(|other| (distance(other), *other)).min()?;
    (near.0 <= name.chars().count().div_ceil(3)).then_some(near.1)
}

/// Whether `text` can be the number of an account.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.chars().all(|c| c.is_ascii_digit())
}
