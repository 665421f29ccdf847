//! What all resources of the stack have in common: tags, the boundary of the roles, the key.

use std::collections::BTreeMap;

use stack::{Common, MAX_TAGS, Scope};
use toml::Spanned;

use super::{
    file::{self, File, Tags},
    monitoring,
    validate::{Check, value},
};

/// Longest key and value of a tag in characters.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html>
const MAX_KEY: usize = 128;
const MAX_VALUE: usize = 256;

/// What tags may have beside letters, digits and spaces; what IAM takes, all take.
const SIGNS: &str = "_.:/=+-@";

/// What keys cannot begin with.
const PREFIXES: [&str; 2] = ["aws:", "stepwright:"];

/// What the stage says, over what the whole stack says.
pub(super) fn common(file: &File, stage: &file::Stage) -> Common {
    let tags = file.tags.iter().chain(&stage.tags);
    let tag = |(key, value): (&Spanned<String>, &Spanned<String>)| (key.get_ref().clone(), value.get_ref().clone());
    Common {
        tags: tags.map(tag).collect(),
        permissions_boundary: value(stage.permissions_boundary.as_ref(), file.permissions_boundary.as_ref()),
        bucket: value(stage.deploy.bucket.as_ref(), file.deploy.bucket.as_ref()),
        kms_key: value(stage.kms_key.as_ref(), file.kms_key.as_ref()),
        traces: stage.tracing.or(file.tracing).unwrap_or_default(),
        logs: monitoring::machine_logs(&stage.logs, &file.logs),
    }
}

impl Check<'_> {
    /// What the stack, or a stage of it, says of its resources; a stage's tags come to those `of_all` stages.
    pub(super) fn resources(
        &mut self,
        location: &str,
        boundary: Option<&Spanned<String>>,
        key: Option<&Spanned<String>>,
        tags: &Tags,
        of_all: Option<&Tags>,
    ) {
        if let Some(boundary) = boundary.filter(|boundary| !is_policy(boundary.get_ref())) {
            let message = format!("`{}` is not the ARN of a policy", boundary.get_ref());
            let help = "it is one as `arn:aws:iam::123456789012:policy/Boundary`";
            let location = format!("{location}/permissions_boundary");
            self.push(&location, boundary.span(), message, help);
        }
        if let Some(key) = key.filter(|key| !is_key(key.get_ref())) {
            let message = format!("`{}` is not the ARN of a KMS key", key.get_ref());
            let help = "it is one as `arn:aws:kms:eu-central-1:123456789012:key/...`; that of an alias does not do";
            self.push(&format!("{location}/kms_key"), key.span(), message, help);
        }
        let location = format!("{location}/tags");
        for (key, value) in tags {
            self.tag(&location, key, value);
        }
        self.same_keys(&location, tags, of_all);
    }

    pub(super) fn bucket(&mut self, location: &str, bucket: Option<&Spanned<String>>) {
        if let Some(bucket) = bucket.filter(|bucket| !is_bucket(bucket.get_ref())) {
            let message = format!("`{}` is not the name of a bucket", bucket.get_ref());
            let help = "S3 takes 3 to 63 lower-case letters, digits, dots and hyphens; the name alone, no URL";
            self.push(location, bucket.span(), message, help);
        }
    }

    fn tag(&mut self, location: &str, key: &Spanned<String>, value: &Spanned<String>) {
        let name = key.get_ref();
        let location = format!("{location}/{name}");
        let prefix = PREFIXES.iter().find(|prefix| name.to_lowercase().starts_with(*prefix));
        if let Some(prefix) = prefix {
            let message = format!("keys of tags cannot begin with `{prefix}`");
            let owner = if *prefix == "aws:" { "AWS" } else { "stepwright" };
            self.push(&location, key.span(), message, format!("those are {owner}'s own"));
        } else if !(1..=MAX_KEY).contains(&name.chars().count()) {
            let message = format!("the key of a tag has {} characters", name.chars().count());
            self.push(&location, key.span(), message, format!("AWS takes 1 to {MAX_KEY}"));
        }
        if value.get_ref().chars().count() > MAX_VALUE {
            let message = format!("the value of the tag is over {MAX_VALUE} characters");
            self.push(
                &location,
                value.span(),
                message,
                format!("AWS takes at most {MAX_VALUE}"),
            );
        }
        for text in [key, value] {
            if let Some(refused) = text.get_ref().chars().find(|c| !fits(*c)) {
                let message = format!("tags cannot have the character {refused:?}");
                let help = format!("IAM takes letters, digits, spaces and `{SIGNS}`");
                self.push(&location, text.span(), message, help);
            }
        }
    }

    /// Keys are one for IAM if they differ in case alone; and there is an end to their number.
    fn same_keys(&mut self, location: &str, tags: &Tags, of_all: Option<&Tags>) {
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for key in of_all.into_iter().flatten().map(|(key, _)| key).chain(tags.keys()) {
            let name = key.get_ref().as_str();
            match seen.insert(name.to_lowercase(), name) {
                Some(other) if other != name => {
                    let message = format!("the tags `{other}` and `{name}` differ in case alone");
                    let help = "IAM takes them for the same one: write them alike";
                    self.push(&format!("{location}/{name}"), key.span(), message, help);
                }
                _ => {}
            }
        }
        let most = MAX_TAGS - Scope::TAGS;
        if let (true, Some(last)) = (seen.len() > most, tags.keys().last()) {
            let message = format!("{} tags are too many", seen.len());
            let help = format!("AWS takes {MAX_TAGS}, and {} are stepwright's", Scope::TAGS);
            self.push(location, last.span(), message, help);
        }
    }
}

fn fits(c: char) -> bool {
    c.is_alphanumeric() || c == ' ' || SIGNS.contains(c)
}

/// Whether `text` is the ARN of a key. Services answer with it, whatever they are asked with, so that any other name of
/// the key would look like another one.
fn is_key(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", _, "kms", region, _, key] => {
            !region.is_empty() && key.strip_prefix("key/").is_some_and(|id| !id.is_empty())
        }
        _ => false,
    }
}

/// Whether `text` can be a bucket.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
fn is_bucket(text: &str) -> bool {
    let is_alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (3..=63).contains(&text.len())
        && text.starts_with(is_alphanumeric)
        && text.ends_with(is_alphanumeric)
        && text.chars().all(|c| is_alphanumeric(c) || c == '.' || c == '-')
}

/// Whether `text` is the ARN of a managed policy.
pub(super) fn is_policy(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", _, "iam", "", _, policy] => policy.strip_prefix("policy/").is_some_and(|name| !name.is_empty()),
        _ => false,
    }
}
