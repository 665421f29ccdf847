//! The fields that programs read are those that are documented.

use std::collections::BTreeSet;

use serde_json::Value;
use stack::Summary;

use crate::explained;

const README: &str = include_str!("../../../README.md");

/// The section of the documentation with the fields.
fn section() -> &'static str {
    let (_, section) = README.split_once("\n## Plan as JSON\n").unwrap();
    section.split("\n## ").next().unwrap()
}

/// The fields in the first column of the table.
fn documented() -> BTreeSet<String> {
    let rows = section().lines().filter(|line| line.starts_with("| `"));
    let columns = rows.map(|row| row.split('|').nth(1).unwrap());
    let fields = columns.flat_map(|column| column.split('`').skip(1).step_by(2));
    fields.map(str::to_owned).collect()
}

/// The fields of `value`, each by the way to it.
fn fields(value: &Value, way: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let way = if way.is_empty() {
                    key.clone()
                } else {
                    format!("{way}.{key}")
                };
                found.insert(way.clone());
                fields(value, &way, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| fields(item, &format!("{way}[]"), found)),
        _ => {}
    }
}

fn printed(summaries: &[Summary]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for summary in summaries {
        fields(&serde_json::to_value(summary).unwrap(), "", &mut found);
    }
    // What waits has the same fields as what is done now, and what is lost the same as what is gained.
    let same = |field: String| {
        let field = field.replace("waiting[]", "changes[]");
        field.replace(".lost[]", ".gained[]")
    };
    found.into_iter().map(same).collect()
}

#[test]
fn every_field_is_documented_and_every_documented_field_is_there() {
    let (printed, documented) = (printed(&explained::every_kind()), documented());
    let missing: Vec<_> = printed.difference(&documented).collect();
    assert!(
        missing.is_empty(),
        "not in `Plan as JSON` of cli/README.md: {missing:#?}"
    );
    let unknown: Vec<_> = documented.difference(&printed).collect();
    assert!(
        unknown.is_empty(),
        "in `Plan as JSON` of cli/README.md, and never printed: {unknown:#?}"
    );
}

#[test]
fn the_version_is_the_documented_one() {
    let summary = serde_json::to_value(&explained::every_kind()[0]).unwrap();
    let row = format!("| `formatVersion` | {} |", summary["formatVersion"]);
    assert!(section().contains(&row), "{row}");
}

#[test]
fn the_example_is_what_is_printed() {
    let example = format!("```text\n{}\n```\n", explained::example());
    assert!(README.contains(&example), "not in cli/README.md:\n{example}");
}
