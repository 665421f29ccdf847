use std::collections::BTreeMap;
use std::fmt::Write as _;

use insta::assert_snapshot;
use serde::Deserialize;

use super::catalog::Catalog;
use super::*;

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    call: String,
    parameters: Option<String>,
    #[serde(default = "jsonpath")]
    language: String,
}

fn jsonpath() -> String {
    "JSONPath".to_owned()
}

impl Case {
    fn task(&self) -> String {
        let field = if self.language == "JSONata" {
            "Arguments"
        } else {
            "Parameters"
        };
        let parameters = self
            .parameters
            .as_ref()
            .map(|parameters| format!(r#", "{field}": {parameters}"#));
        format!(
            r#"{{"Type": "Task", "QueryLanguage": "{}", "Resource": "arn:aws:states:::{}", "End": true{}}}"#,
            self.language,
            self.call,
            parameters.unwrap_or_default()
        )
    }
}

fn cases() -> Vec<Case> {
    let cases: Cases = toml::from_str(include_str!("cases.toml")).unwrap();
    cases.case
}

/// What a machine of one state needs.
fn derived(state: &str, declared: &Declared) -> Derivation {
    of(&format!(r#"{{"StartAt": "S", "States": {{"S": {state}}}}}"#), declared)
}

fn of(definition: &str, declared: &Declared) -> Derivation {
    let parsed = asl::parse(definition);
    let machine = parsed
        .machine
        .unwrap_or_else(|| panic!("{definition}: {:?}", parsed.diagnostics));
    derive_in(&machine, declared)
}

fn told(derivation: &Derivation) -> String {
    let mut text = String::new();
    for statement in derivation.permissions().needs.statements() {
        writeln!(text, "  {}: {}", statement.sid, statement.actions.join(", ")).unwrap();
        for resource in &statement.resources {
            writeln!(text, "    on {resource}").unwrap();
        }
        for (operator, keys) in &statement.conditions {
            writeln!(text, "    if {operator} {keys:?}").unwrap();
        }
        for note in &statement.notes {
            writeln!(text, "    because {note}").unwrap();
        }
    }
    for problem in &derivation.problems {
        writeln!(text, "  ! {}", problem.message).unwrap();
        for line in problem.help.iter().flat_map(|help| help.lines()) {
            writeln!(text, "    | {line}").unwrap();
        }
    }
    text
}

#[test]
fn every_call_needs_what_its_parameters_tell() {
    let mut text = String::new();
    for case in cases() {
        let parameters = case.parameters.as_deref().unwrap_or("without parameters");
        writeln!(text, "{} {parameters}", case.call).unwrap();
        text.push_str(&told(&derived(&case.task(), &Declared::default())));
    }
    assert_snapshot!(text);
}

#[test]
fn a_role_is_allowed_the_calls_that_its_definition_writes_down() {
    let mut looked_at = 0;
    for case in cases() {
        let parameters = case.parameters.clone().unwrap_or_else(|| "{}".to_owned());
        if parameters.contains(".$\"") || parameters.contains("{%") {
            continue;
        }
        let text = format!(r#"{{"StartAt": "S", "States": {{"S": {}}}}}"#, case.task());
        let machine = asl::parse(&text).machine.unwrap_or_else(|| panic!("{text}"));
        let declared = Declared::default();
        let policy =
            in_place(|place| crate::CallPolicy::new(&derive(&machine, place, &declared), place, declared.clone()));
        if policy.knows("S") {
            let lacks = policy.lacks(&machine.flow.states[0], &parameters.parse().unwrap());
            assert_eq!(lacks, None, "{text}");
            looked_at += 1;
        }
    }
    assert!(looked_at > 50, "{looked_at}");
}

#[test]
fn every_grant_of_a_file_has_a_case() {
    let calls: Vec<String> = cases().into_iter().map(|case| case.call).collect();
    let is_of_a_state = |call: &String| call.starts_with(char::is_uppercase);
    for file in Catalog::get().files() {
        for grant in &file.grants {
            let mut known = grant.calls.iter().filter(|call| !is_of_a_state(call)).peekable();
            let has_case = |call: &String| {
                let suffixes = grant.patterns.iter().map(|pattern| pattern.suffix());
                let suffixes: Vec<&str> = if grant.patterns.is_empty() {
                    vec!["", ".sync", ".waitForTaskToken"]
                } else {
                    suffixes.collect()
                };
                suffixes.iter().any(|suffix| calls.contains(&format!("{call}{suffix}")))
            };
            assert!(
                known.peek().is_none() || known.any(has_case),
                "no case for {:?}",
                grant.calls
            );
        }
    }
}

#[test]
fn what_a_state_itself_needs() {
    let states = [
        r#"{"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:A:1", "End": true}"#,
        r#"{"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:work", "End": true}"#,
        r#"{"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:999999999999:function:A", "End": true,
            "Credentials": {"RoleArn": "arn:aws:iam::999999999999:role/r"}}"#,
        r#"{"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "End": true,
            "Credentials": {"RoleArn.$": "$.role"}, "Parameters": {"TableName.$": "$.table", "Key": {}}}"#,
        r#"{"Type": "Map", "End": true, "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}},
            "ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": "in", "Prefix": "a/"},
                "ReaderConfig": {"Transformation": "LOAD_AND_FLATTEN", "InputType": "JSON"}},
            "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "out", "Prefix": "b/"}}}"#,
        r#"{"Type": "Map", "End": true, "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}},
            "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "in", "Key.$": "$.key"},
                "ReaderConfig": {"InputType": "MANIFEST"}},
            "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "out"}}}"#,
    ];
    let mut text = String::new();
    for state in states {
        let state = state.split_whitespace().collect::<Vec<_>>().join(" ");
        writeln!(text, "{state}").unwrap();
        text.push_str(&told(&derived(&state, &Declared::default())));
    }
    assert_snapshot!(text);
}

#[test]
fn variables_that_are_only_ever_texts_are_known() {
    let machine = |second: &str| {
        let call = r#""Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "End": true"#;
        format!(
            r#"{{"StartAt": "Choose", "States": {{
                "Choose": {{"Type": "Choice", "Default": "Read", "Assign": {{"table": "a"}}, "Choices": [
                    {{"Variable": "$.x", "IsPresent": true, "Next": "Read", "Assign": {{"table{second}}}}}]}},
                "Read": {{{call}, "Parameters": {{"TableName.$": "$table", "Key": {{}}}}}}}}}}"#
        )
    };
    let known = told(&of(&machine(r#"": "b""#), &Declared::default()));
    assert!(known.contains("table/a") && known.contains("table/b"), "{known}");
    let unknown = told(&of(&machine(r#".$": "$.x""#), &Declared::default()));
    assert!(unknown.contains("`TableName` is `$table`"), "{unknown}");
}

#[test]
fn an_endpoint_without_its_conditions_is_not_allowed() {
    let task = r#"{"Type": "Task", "Resource": "arn:aws:states:::http:invoke", "End": true, "Parameters":
        {"ApiEndpoint.$": "$.url", "Method": "GET", "Authentication": {"ConnectionArn.$": "$.connection"}}}"#;
    let derivation = derived(task, &Declared::default());
    assert!(
        derivation
            .needs
            .iter()
            .all(|(need, _)| need.action != "states:InvokeHTTPEndpoint")
    );
    assert_eq!(derivation.problems.len(), 1);
}

fn allowance(integration: &str, resources: &[&str]) -> Allowance {
    Allowance {
        integration: Some(integration.to_owned()),
        resources: resources.iter().map(|resource| (*resource).to_owned()).collect(),
        ..Allowance::default()
    }
}

#[test]
fn what_is_declared_is_allowed_where_it_fits() {
    let task = r#"{"Type": "Task", "Resource": "arn:aws:states:::ecs:runTask", "End": true,
        "Parameters": {"TaskDefinition.$": "$.task"}}"#;
    let roles = ["arn:aws:iam::123456789012:role/A", "arn:aws:iam::123456789012:role/B"];
    let definition = "arn:aws:ecs:us-east-1:123456789012:task-definition/crunch*";
    let unneeded = "arn:aws:sns:us-east-1:123456789012:t";
    let declared = Declared {
        allow: vec![
            allowance("ecs:runTask", &[roles[0], roles[1], definition, unneeded]),
            allowance("ecs:stopTask", &[definition]),
        ],
        policy: Vec::new(),
    };
    let derivation = derived(task, &declared);
    assert_snapshot!(told(&derivation));
    let unneeded = [Subject::Resource(0, 3), Subject::Resource(1, 0)];
    assert_eq!(derivation.findings, unneeded.map(Finding::Unneeded));
}

#[test]
fn what_is_said_not_to_be_needed_is_not_asked_for() {
    let task = r#"{"Type": "Task", "Resource": "arn:aws:states:::ecs:runTask", "End": true,
        "Parameters": {"TaskDefinition": "crunch:7"}}"#;
    let allow = Allowance {
        states: BTreeSet::from(["S".to_owned(), "T".to_owned()]),
        without: vec!["ecs:StopTask".to_owned(), "iam:PassRole".to_owned()],
        ..Allowance::default()
    };
    let declared = Declared {
        allow: vec![allow],
        policy: Vec::new(),
    };
    let derivation = derived(task, &declared);
    assert_eq!(derivation.problems, []);
    assert!(derivation.needs.iter().all(|(need, _)| need.action == "ecs:RunTask"));
    let unknown = Finding::UnknownState {
        entry: Subject::Resource(0, 0),
        state: "T".to_owned(),
        known: BTreeSet::from(["S".to_owned()]),
    };
    assert_eq!(
        derivation.findings,
        [unknown, Finding::Unneeded(Subject::Without(0, 0))]
    );
}

#[test]
fn a_statement_of_its_own_stands_for_what_no_file_knows() {
    let task = r#"{"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:quicksight:describeDashboard", "End": true}"#;
    let own = |state: &str| Declared {
        allow: Vec::new(),
        policy: vec![OwnStatement {
            states: BTreeSet::from([state.to_owned()]),
            actions: vec!["quicksight:DescribeDashboard".to_owned()],
            resources: vec!["arn:aws:quicksight:us-east-1:123456789012:dashboard/d".to_owned()],
            ..OwnStatement::default()
        }],
    };
    let derivation = derived(task, &own("S"));
    assert_eq!((derivation.problems, derivation.findings), (Vec::new(), Vec::new()));
    assert_eq!(derivation.own[0].sid, "Declared1");
    assert_eq!(derived(task, &own("T")).problems.len(), 1);
}

/// The definitions of the corpus beside the repository; none, and a line about it, where it is not there.
#[expect(clippy::disallowed_methods, reason = "tests may read files")]
fn corpus() -> Vec<(String, String)> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/definitions");
    let folder = std::env::var("DEFINITIONS_DIR").unwrap_or(default.to_owned());
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: no definitions at {folder}");
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    let names = paths.filter(|path| path.to_string_lossy().ends_with(".asl.json"));
    let mut texts: Vec<(String, String)> = names
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    texts.sort();
    texts
}

/// Placeholders become ARNs of functions, as in the tests of definitions.
fn filled(text: &str) -> String {
    let function = "arn:aws:lambda:us-east-1:123456789012:function:f";
    let value = |placeholder: &asl::Placeholder<'_>| {
        let value = match placeholder.before {
            "" => function,
            "arn:" => "aws",
            _ => "f",
        };
        Some(value.to_owned())
    };
    asl::substitute(text, value).text
}

#[test]
fn every_definition_of_the_corpus_gives_a_policy_or_says_why_not() {
    let corpus = corpus();
    if corpus.is_empty() {
        return;
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut without_file = BTreeSet::new();
    for (name, text) in corpus {
        let Some(machine) = asl::parse(&filled(&text)).machine else {
            *counts.entry("no valid definition".to_owned()).or_default() += 1;
            continue;
        };
        let derivation = derive_in(&machine, &Declared::default());
        let result = if derivation.problems.is_empty() {
            "a policy"
        } else {
            "errors"
        };
        *counts.entry(result.to_owned()).or_default() += 1;
        for problem in &derivation.problems {
            assert!(problem.message.contains("state `"), "{name}: {}", problem.message);
            assert!(
                problem.help.as_ref().is_some_and(|help| help.contains("[[machines.")),
                "{name}"
            );
            if problem.message.contains("in no file") {
                without_file.insert(problem.message.split('`').nth(3).unwrap().to_owned());
            }
        }
        let statements = derivation.permissions().needs.statements();
        let is_wide = |statement: &&Statement| statement.resources.contains("*") && statement.notes.is_empty();
        assert_eq!(statements.iter().find(is_wide), None, "{name}: `*` without a reason");
    }
    assert_snapshot!(format!("{counts:#?}\nwithout a file: {without_file:#?}"));
}

fn derive_in(machine: &StateMachine, declared: &Declared) -> Derivation {
    in_place(|place| derive(machine, place, declared))
}

fn in_place<T>(work: impl FnOnce(Place<'_>) -> T) -> T {
    let scope = Scope::of_tests();
    work(Place {
        scope: &scope,
        logical: "Order",
        machine: "order-dev-Order",
        functions: &["A"],
    })
}
