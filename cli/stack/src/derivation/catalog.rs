//! The data files of `templates/iam/`: what the integrations need. `README.md` there documents their format.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::target::Target;
use crate::statement::capitalized;
use asl::Pattern;

/// Names and texts of the files.
const FILES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/integrations.rs"));

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::embedded);

/// What is known of integrations.
#[derive(Debug, Default)]
pub(super) struct Catalog {
    files: Vec<File>,
}

/// A data file: a service with its integrations.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// The service, for people.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "for people, and for the table in the documentation")
    )]
    pub(super) service: String,
    /// Where what the file says is documented.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "for people, and for the table in the documentation")
    )]
    pub(super) documentation: Vec<String>,
    /// What the actions of the service begin with.
    pub(super) prefix: String,
    /// What grants are about, by name.
    #[serde(default)]
    pub(super) targets: BTreeMap<String, OneOrMany<Target>>,
    /// What calls need.
    pub(super) grants: Vec<Grant>,
}

/// What calls need.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Grant {
    /// `service:api` or `aws-sdk:service:api`.
    pub(super) calls: Vec<String>,
    /// The patterns in which they need it; empty is all.
    #[serde(default)]
    pub(super) patterns: Vec<PatternName>,
    /// Actions; without them the one that is called as the API is.
    #[serde(default)]
    pub(super) actions: Vec<String>,
    /// Names of targets, `a|b` for the first that the call names, or `*`.
    #[serde(default)]
    pub(super) resources: Vec<String>,
    /// Whether they need nothing of IAM.
    #[serde(default)]
    pub(super) nothing: bool,
    /// Values by operator and key: texts as in targets, or `@target`.
    #[serde(default)]
    pub(super) conditions: BTreeMap<String, BTreeMap<String, OneOrMany<String>>>,
    /// The parameter without which it is not needed; `name=value` where that value alone needs it.
    #[serde(default)]
    pub(super) when: Option<String>,
    /// The parameter with which it is not needed.
    #[serde(default)]
    pub(super) unless: Option<String>,
    /// What a statement of it alone is called.
    #[serde(default)]
    pub(super) sid: String,
    /// Why it is on `*`, or on more than the definition names.
    #[serde(default)]
    pub(super) because: Option<String>,
}

/// A pattern as files write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) enum PatternName {
    #[serde(rename = "request-response")]
    RequestResponse,
    #[serde(rename = "sync")]
    Sync,
    #[serde(rename = "sync:2")]
    Sync2,
    #[serde(rename = "waitForTaskToken")]
    WaitForTaskToken,
}

/// A single value needs no array.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    pub(super) fn items(&self) -> &[T] {
        match self {
            OneOrMany::One(item) => std::slice::from_ref(item),
            OneOrMany::Many(items) => items,
        }
    }
}

impl PatternName {
    /// As a `Resource` ends.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            PatternName::RequestResponse => "",
            PatternName::Sync => ".sync",
            PatternName::Sync2 => ".sync:2",
            PatternName::WaitForTaskToken => ".waitForTaskToken",
        }
    }
}

impl From<Pattern> for PatternName {
    fn from(pattern: Pattern) -> PatternName {
        match pattern {
            Pattern::RequestResponse => PatternName::RequestResponse,
            Pattern::Sync => PatternName::Sync,
            Pattern::Sync2 => PatternName::Sync2,
            Pattern::WaitForTaskToken => PatternName::WaitForTaskToken,
        }
    }
}

/// A grant of a call, with the file it is in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    pub(super) file: &'a File,
    pub(super) grant: &'a Grant,
}

impl Catalog {
    /// What this program knows.
    pub(super) fn get() -> &'static Catalog {
        &CATALOG
    }

    /// Every file that is there: that all can be read is shown by a test, so none is left out here.
    fn embedded() -> Catalog {
        let files = FILES.iter().filter_map(|(_, text)| toml::from_str(text).ok());
        Catalog { files: files.collect() }
    }

    /// The files.
    pub(super) fn files(&self) -> &[File] {
        &self.files
    }

    /// What `call` needs in whatever pattern; nothing where no file knows it.
    pub(super) fn of<'a>(&'a self, call: &str) -> Vec<Entry<'a>> {
        let entries = self.files.iter().flat_map(|file| {
            let grants = file
                .grants
                .iter()
                .filter(|grant| grant.calls.iter().any(|known| known == call));
            grants.map(move |grant| Entry { file, grant })
        });
        entries.collect()
    }

    /// All actions that calls need.
    pub(super) fn actions(&self) -> impl Iterator<Item = String> {
        self.files.iter().flat_map(|file| {
            file.grants.iter().flat_map(move |grant| {
                let entry = Entry { file, grant };
                grant.calls.iter().flat_map(move |call| entry.actions(call))
            })
        })
    }
}

impl Entry<'_> {
    /// The actions that `call` needs.
    pub(super) fn actions(&self, call: &str) -> Vec<String> {
        if self.grant.nothing {
            return Vec::new();
        }
        if !self.grant.actions.is_empty() {
            return self.grant.actions.clone();
        }
        let api = call.rsplit(':').next().unwrap_or_default();
        vec![format!("{}:{}", self.file.prefix, capitalized(api))]
    }

    /// The targets of a name, or of the names of `a|b`: each a way to say the same.
    pub(super) fn targets(&self, names: &str) -> Vec<&[Target]> {
        let targets = names.split('|').filter_map(|name| self.file.targets.get(name));
        targets.map(OneOrMany::items).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_can_be_read_and_means_what_it_names() {
        let mut seen = Vec::new();
        for (name, text) in FILES {
            let file: File = toml::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(!file.documentation.is_empty(), "{name} says where it is documented");
            for grant in &file.grants {
                check(name, &file, grant);
            }
            let mut calls: Vec<&String> = file.grants.iter().flat_map(|grant| &grant.calls).collect();
            calls.sort();
            calls.dedup();
            seen.extend(calls.into_iter().cloned().map(|call| (call, *name)));
        }
        seen.sort();
        let twice = seen.windows(2).find(|pair| pair[0].0 == pair[1].0);
        assert_eq!(twice, None, "a call is in one file");
    }

    fn check(name: &str, file: &File, grant: &Grant) {
        let entry = Entry { file, grant };
        for call in &grant.calls {
            assert_eq!(entry.actions(call).is_empty(), grant.nothing);
            assert!(call.split(':').count() >= 2, "{name}: {call}");
        }
        for names in grant.resources.iter().filter(|names| *names != "*") {
            for one in names.split('|') {
                assert!(file.targets.contains_key(one), "{name}: no target `{one}`");
            }
        }
        let of_conditions = grant.conditions.values().flat_map(BTreeMap::values);
        for value in of_conditions.flat_map(OneOrMany::items) {
            if let Some(target) = value.strip_prefix('@') {
                assert!(file.targets.contains_key(target), "{name}: no target `{target}`");
            }
        }
        assert_eq!(grant.nothing, grant.resources.is_empty(), "{name}: {grant:?}");
        let is_wide = grant.resources.iter().any(|names| names == "*");
        assert!(
            !is_wide || grant.because.is_some(),
            "{name}: `*` needs a reason: {grant:?}"
        );
    }
}
