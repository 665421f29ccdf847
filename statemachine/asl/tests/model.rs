//! What a definition becomes.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests"
)]

use asl::{Dynamic, Expression, Jitter, Next, Pattern, Resource, Root, State, StateKind, StateMachine, Template, Test};

const WHOLE: &str = include_str!("whole.asl.json");

fn whole() -> StateMachine {
    let text = WHOLE.replace("\r\n", "\n");
    let parsed = asl::parse(&text);
    assert_eq!(parsed.diagnostics, []);
    parsed.machine.unwrap()
}

fn template(template: Option<&Template>, path: &[&str]) -> String {
    let found = path.iter().fold(template.unwrap(), |template, name| match template {
        Template::Object(fields) => &fields.iter().find(|(field, _)| &**field == *name).unwrap().1,
        Template::Array(items) => &items[name.parse::<usize>().unwrap()],
        other => panic!("{name} in {other:?}"),
    });
    match found {
        Template::Literal(json) => json.to_string(),
        Template::Expression(expression) => expression.text().to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_machine_and_its_states() {
    let machine = whole();
    assert_eq!(machine.timeout_seconds, Some(3600));
    assert_eq!(&*machine.flow.start_at, "Pick");
    let names: Vec<&str> = machine.flow.states.keys().map(|name| &**name).collect();
    assert_eq!(names, ["Pick", "Call", "Both", "Every", "Rest", "Query", "Broken"]);
    let State {
        kind: StateKind::Parallel(both),
        ..
    } = &machine.flow.states["Both"]
    else {
        panic!()
    };
    let left = &both.branches[0].states["Left"];
    assert_eq!(&*left.location, "/States/Both/Branches[0]/States/Left");
    assert!(WHOLE[left.span.clone()].starts_with(r#""Left": { "Type""#));
    assert!(WHOLE[left.span.clone()].ends_with('}'));
    assert_eq!(left.output_path, None);
    assert_eq!(left.input_path.as_ref().map(|path| &*path.text), Some("$"));
}

#[test]
fn a_task() {
    let machine = whole();
    let StateKind::Task(call) = &machine.flow.states["Call"].kind else {
        panic!()
    };
    assert!(matches!(&call.resource, Resource::Lambda { arn } if arn.ends_with(":live")));
    assert_eq!(template(call.arguments.as_ref(), &["fixed"]), r#"{"a":[1,2.5]}"#);
    assert_eq!(
        template(call.arguments.as_ref(), &["list", "1", "id"]),
        "$.items[?(@.n > 1)].id"
    );
    assert_eq!(
        template(call.arguments.as_ref(), &["text"]),
        r"States.Format('{} and \{\}', $.a, States.UUID())"
    );
    assert_eq!(call.result_path, None);
    assert_eq!(call.timeout_seconds, Some(Dynamic::Literal(30)));
    assert!(
        matches!(&call.heartbeat_seconds, Some(Dynamic::Expression(Expression::Path(path))) if &*path.text == "$.heartbeat")
    );
    let [busy, all] = call.on_error.retriers.as_slice() else {
        panic!()
    };
    assert_eq!(
        (
            busy.interval_seconds,
            busy.max_attempts,
            busy.max_delay_seconds,
            busy.jitter
        ),
        (2, 5, Some(60), Jitter::Full)
    );
    assert_eq!(
        (
            all.interval_seconds,
            all.max_attempts,
            all.max_delay_seconds,
            all.jitter
        ),
        (1, 3, None, Jitter::None)
    );
    assert!((busy.backoff_rate, all.backoff_rate) == (1.5, 2.0));
    assert_eq!(&*call.on_error.catchers[0].next, "Broken");
    assert_eq!(call.next, Next::State("Both".into()));
}

#[test]
fn choices_maps_waits_and_ends() {
    let machine = whole();
    let StateKind::Choice(pick) = &machine.flow.states["Pick"].kind else {
        panic!()
    };
    assert!(matches!(&pick.rules[0].test, Test::JsonPath(asl::JsonPathRule::And(rules)) if rules.len() == 2));
    let StateKind::Map(every) = &machine.flow.states["Every"].kind else {
        panic!()
    };
    assert_eq!(every.max_concurrency, Some(Dynamic::Literal(2)));
    assert!(!every.distributed);
    let selected = every.item_selector.as_ref();
    assert_eq!(
        (every.item_selector_field, template(selected, &["item"]).as_str()),
        ("ItemSelector", "$$.Map.Item.Value")
    );
    let StateKind::Wait(rest) = &machine.flow.states["Rest"].kind else {
        panic!()
    };
    assert!(
        matches!(&rest.wait_for, asl::WaitFor::Seconds(Dynamic::Expression(Expression::Path(path))) if path.root == Root::Input)
    );
    let StateKind::Fail(broken) = &machine.flow.states["Broken"].kind else {
        panic!()
    };
    assert_eq!(broken.error, Some(Dynamic::Literal("Broken".into())));
    assert!(matches!(
        &broken.cause,
        Some(Dynamic::Expression(Expression::Intrinsic(_)))
    ));
}

#[test]
fn jsonata() {
    let machine = whole();
    let query = &machine.flow.states["Query"];
    assert_eq!(template(query.output.as_ref(), &[]), "$states.result");
    let StateKind::Task(task) = &query.kind else { panic!() };
    assert_eq!(template(task.arguments.as_ref(), &["Bucket"]), "$bucket");
    assert!(
        matches!(&task.resource, Resource::Integration(call) if call.sdk && &*call.service == "s3" && call.pattern == Pattern::RequestResponse)
    );
    assert!(
        matches!(&task.timeout_seconds, Some(Dynamic::Expression(Expression::Jsonata(jsonata))) if &*jsonata.source == "5")
    );
}

#[test]
fn what_a_distributed_map_reads_and_writes() {
    let text = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}},
        "ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": "in", "Prefix.$": "$.day"},
            "ReaderConfig": {"Transformation": "LOAD_AND_FLATTEN", "InputType": "JSON"}},
        "ResultWriter": {"WriterConfig": {"Transformation": "NONE", "OutputType": "JSON"}}}}}"#;
    let machine = asl::parse(text).machine.unwrap();
    let StateKind::Map(map) = &machine.flow.states["M"].kind else {
        panic!("no Map");
    };
    let reader = map.item_reader.as_ref().unwrap();
    assert_eq!(&*reader.resource, "arn:aws:states:::s3:listObjectsV2");
    assert_eq!(template(reader.arguments.as_ref(), &["Prefix"]), "$.day");
    assert_eq!((reader.loads_objects, reader.is_manifest), (true, false));
    assert_eq!(map.result_writer, None);
}
