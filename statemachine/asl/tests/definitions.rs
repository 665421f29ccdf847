//! Definitions written by others: those that AWS takes parse, those that it does not are refused.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod corpus;

use std::path::Path;

use asl::Placeholder;

const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";

/// Parts of names of files whose label is not what AWS does, and why.
const MISLABELLED: [(&str, &str); 24] = [
    (
        "valid-map-with-item-batcher-jsonata",
        "a JSONPath state in a JSONata machine",
    ),
    ("valid-path-array-context", "Jayway does not read `[(@.length-1)]`"),
    ("ManageIQ+floe", "resources of its own"),
    ("lambda-sfn-sls", "YAML made booleans of names"),
    ("human-task-reminder", "a number in quotes"),
    ("test_task-with-credentials", "fields of its own"),
    ("drawio_mimeid-bsdtar", "resources of its own"),
    ("agent-with-tools-flow-template", "states are put in later"),
    ("dynamic-sql-agent-template", "states are put in later"),
    ("supervisor-agent-flow-template", "states are put in later"),
    ("supervisor-with-agentcore", "a Map with `Arguments`"),
    ("web-search-agent", "calls of functions that do not exist"),
    ("empty_credentials", "exists to be refused"),
    ("invalid_credentials_field", "exists to be refused"),
    ("escape_sequences_illegal", "exists to be refused"),
    ("map_item_reader_base_csv_headers_decl", "a value is put in later"),
    ("map_state_items_literal", "a value is put in later"),
    ("map_state_label_invalid_char_fail", "exists to be refused"),
    ("map_state_label_too_long_fail", "exists to be refused"),
    ("base_invalid_state_definition", "exists to be refused"),
    ("result_writer__ItemProcessor", "a part of a definition"),
    ("invalid-jsonata", "the text of JSONata is not read here"),
    ("invalid-issue-127", "the text of JSONata is not read here"),
    ("invalid-math-add", "what a function takes is known when it is called"),
];

#[test]
fn labelled_definitions_parse_as_labelled() {
    let Some(folder) = corpus::folder("definitions", "DEFINITIONS_DIR") else {
        return;
    };
    let index = corpus::read_json(&folder.join("index.json"));
    let wrong: Vec<String> = index
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|entry| judge(entry, &folder))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong about a definition; nothing where it is as its label says.
#[expect(clippy::disallowed_methods, reason = "tests may read files")]
fn judge(entry: &serde_json::Value, folder: &Path) -> Option<String> {
    let file = entry["file"].as_str()?;
    if MISLABELLED.iter().any(|(part, _)| file.contains(part)) {
        return None;
    }
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    let parsed = asl::parse(&asl::substitute(&complete(&text), value_of).text);
    let fits = match entry["presumed"].as_str()? {
        "valid" => parsed.machine.is_some(),
        "invalid" => parsed.machine.is_none(),
        _ => true,
    };
    (!fits).then(|| format!("{file}: {:?}", parsed.diagnostics))
}

/// Fills what the tests of LocalStack put in when they run.
fn complete(text: &str) -> String {
    ["__tbd__", "_tbd_", "__tbc__", "foo:bar"]
        .iter()
        .fold(text.to_owned(), |text, word| {
            text.replace(&format!("\"{word}\""), &format!("\"{FUNCTION}\""))
        })
        .replace("%CONTEXT_OBJECT_LITERAL_PLACEHOLDER%", "$$.Execution")
}

fn value_of(placeholder: &Placeholder<'_>) -> Option<String> {
    let value = match placeholder.before {
        "" => FUNCTION,
        "arn:" => "aws",
        _ => "f",
    };
    Some(value.to_owned())
}
