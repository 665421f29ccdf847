use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use asl::Pattern;

use super::catalog::{Catalog, Entry, File, PatternName};

/// A table in Markdown of all integrations that data files know, with the actions they may need.
fn coverage() -> String {
    let mut table = String::from("| Service | Integration | Patterns | Actions |\n|---|---|---|---|\n");
    let mut files: Vec<&File> = Catalog::get().files().iter().collect();
    files.sort_by_key(|file| &file.service);
    for file in files {
        let mut calls: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for grant in &file.grants {
            for call in &grant.calls {
                let actions = Entry { file, grant }.actions(call);
                calls.entry(call).or_default().extend(actions);
            }
        }
        for (call, actions) in calls {
            let actions: Vec<String> = actions.into_iter().map(|action| format!("`{action}`")).collect();
            let actions = if actions.is_empty() {
                "none".to_owned()
            } else {
                actions.join(", ")
            };
            let documentation = file.documentation.first().map_or("", String::as_str);
            // Writing to a text cannot fail.
            let _ = writeln!(
                table,
                "| [{}]({documentation}) | `{call}` | {} | {actions} |",
                file.service,
                patterns(call)
            );
        }
    }
    table
}

/// The patterns in which AWS has a call.
fn patterns(call: &str) -> String {
    let optimized = asl::optimized_integrations().find(|(service, api, _)| format!("{service}:{api}") == call);
    let patterns: &[Pattern] = match optimized {
        Some((_, _, patterns)) => patterns,
        None if call.starts_with("aws-sdk:") => &[Pattern::RequestResponse, Pattern::WaitForTaskToken],
        None => &[],
    };
    let names = patterns.iter().map(|pattern| match PatternName::from(*pattern) {
        PatternName::RequestResponse => "request-response".to_owned(),
        name => format!("`{}`", name.suffix()),
    });
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_optimized_integration_is_known() {
        let known: Vec<String> = Catalog::get()
            .files()
            .iter()
            .flat_map(|file| file.grants.iter().flat_map(|grant| grant.calls.iter().cloned()))
            .collect();
        for (service, api, _) in asl::optimized_integrations() {
            let call = format!("{service}:{api}");
            assert!(known.contains(&call), "{call} is in no file of templates/iam");
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests may read files")]
    fn the_documented_table_is_that_of_the_files() {
        let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../../templates/iam/README.md");
        let text = std::fs::read_to_string(readme).unwrap();
        let (before, rest) = text.split_once("<!-- coverage -->\n").unwrap();
        let (_, after) = rest.split_once("<!-- end of coverage -->").unwrap();
        let wanted = format!(
            "{before}<!-- coverage -->\n{}<!-- end of coverage -->{after}",
            coverage()
        );
        if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
            std::fs::write(readme, &wanted).unwrap();
        } else {
            assert!(
                text == wanted,
                "the table is old: run the test with INSTA_UPDATE=always"
            );
        }
    }
}
