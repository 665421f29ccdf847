use super::*;

const TASK: &str = r#"{"Type":"Task","Resource":"ARN:order-dev-A","Next":"Z"}"#;
const PARALLEL: &str = r#"{"Type":"Parallel","Next":"Z","Branches":[
    {"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}}, {"StartAt":"C","States":{"C":{"Type":"Pass","End":true}}}]}"#;
const CHOICE: &str = r#"{"Type":"Choice","Default":"Z","Choices":[
    {"Variable":"$.total","NumericGreaterThan":100,"Next":"Z"},
    {"And":[{"Variable":"$.a","IsPresent":true},{"Not":{"Variable":"$.a","StringEqualsPath":"$.b"}}],"Next":"Y"}]}"#;

fn json(text: &str) -> Json {
    let text = text.replace("ARN", "arn:aws:lambda:us-east-1:123456789012:function");
    text.parse().unwrap()
}

/// A machine of state `S`, and of `Y` and `Z` that it may lead to.
fn machine(state: &str) -> String {
    let choice = r#"{"Type":"Choice","Choices":[{"Variable":"$.y","IsPresent":true,"Next":"S"}],"Default":"Z"}"#;
    format!(r#"{{"StartAt":"Y","States":{{"Y":{choice},"S":{state},"Z":{{"Type":"Succeed"}}}}}}"#)
}

fn difference(old: &str, new: &str) -> String {
    let new = Definition::new(&json(new), &Scope::of_tests(), &["A", "B"]);
    let old = Definition::new(&json(old), &Scope::of_tests(), &["A", "B"]);
    let change = DefinitionChange::new(&Scope::of_tests(), old.unversioned(), &new, MachineType::Standard);
    change.unwrap().to_string()
}

/// What replacing `old` in the state by `new` changes.
fn edit(state: &str, old: &str, new: &str) -> String {
    assert!(state.contains(old), "{old} is not in {state}");
    difference(&machine(state), &machine(&state.replacen(old, new, 1)))
}

fn all<const N: usize>(told: [String; N]) -> String {
    told.join("\n\n")
}

#[test]
fn what_means_the_same_is_no_change() {
    let same = |old: &str, new: &str| assert_eq!(difference(old, new), "", "{old} {new}");
    let tried = TASK.replace(
        "{",
        r#"{"TimeoutSeconds":30,"Retry":[{"ErrorEquals":["E"],"BackoffRate":2}],"#,
    );
    same(
        &machine(&tried),
        &machine(&tried).replace(
            r#""BackoffRate":2"#,
            r#""MaxAttempts":3, "IntervalSeconds":1, "BackoffRate":2.0"#,
        ),
    );
    same(
        &machine(TASK),
        &machine(r#"{"Next":"Z","InputPath":"$","Resource":"ARN:order-dev-A","Type":"Task"}"#),
    );
}

#[test]
fn a_version_of_a_function_is_no_change_of_a_state() {
    let versioned = TASK.replace("dev-A", "dev-A:7");
    assert_eq!(difference(&machine(&versioned), &machine(TASK)), "");
    let pinned = TASK.replace("dev-A", "dev-A:8");

    let others = |version: &str| machine(&TASK.replace("order-dev-A", &format!("Other:{version}")));
    insta::assert_snapshot!(all([
        difference(&machine(&versioned), &machine(&pinned)),
        difference(&others("1"), &others("2")),
    ]));
}

#[test]
fn states_come_go_and_lead_elsewhere() {
    let next = TASK.replace("\"Z\"", "\"N\"");
    let without_choice = format!(
        r#"{{"StartAt":"S","States":{{"S":{next},"N":{{"Type":"Wait","Seconds":5,"Next":"Z"}},"Z":{{"Type":"Succeed"}}}}}}"#
    );
    insta::assert_snapshot!(all([
        difference(&machine(TASK), &without_choice),
        edit(TASK, r#""Next":"Z""#, r#""End":true"#),
    ]));
}

#[test]
fn a_state_that_is_called_otherwise_is_renamed() {
    let around = machine(PARALLEL);
    insta::assert_snapshot!(all([
        difference(
            &machine(TASK),
            &machine(TASK).replace("\"S\"", "\"T\"").replace("\"Z\"", "\"End\"")
        ),
        difference(&around, &around.replace("\"S\"", "\"T\"")),
    ]));
}

#[test]
fn of_two_states_that_are_alike_none_is_taken_for_the_other() {
    let pass = r#"{"Type":"Pass","Next":"Z"}"#;
    let old = machine(CHOICE).replace("\"S\":", &format!(r#""V":{pass},"W":{pass},"S":"#));
    let old = old.replace(r#"100,"Next":"Z""#, r#"100,"Next":"V""#);
    let old = old.replacen(
        r#""Type":"Choice","Default":"Z""#,
        r#""Type":"Choice","Default":"W""#,
        1,
    );
    let new = old.replace("\"V\"", "\"V1\"").replace("\"W\"", "\"W1\"");
    insta::assert_snapshot!(difference(&old, &new));
}

#[test]
fn what_a_task_calls_and_how() {
    let invoked = r#"{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Next":"Z",
        "Parameters":{"FunctionName":"A","Payload":{"id":"1","order.$":"$.order"}},"ResultSelector":{"r.$":"$.Payload"}}"#;
    insta::assert_snapshot!(all([
        edit(TASK, "dev-A", "dev-B"),
        edit(
            TASK,
            r#""Next""#,
            r#""TimeoutSecondsPath":"$.t","HeartbeatSeconds":5,"Next""#
        ),
        edit(invoked, r#""A""#, r#""B""#),
        edit(invoked, r#""order.$":"$.order""#, r#""order":"$.order""#),
        edit(
            invoked,
            r#""$.Payload"}"#,
            r#""$.Payload.x"},"ResultPath":null,"OutputPath":"$.y""#
        ),
    ]));
}

#[test]
fn retriers_and_catchers_are_told_by_their_errors() {
    let state = TASK.replace(
        "{",
        r#"{"Retry":[{"ErrorEquals":["A","B"],"MaxAttempts":3},{"ErrorEquals":["C"],"IntervalSeconds":9}],
            "Catch":[{"ErrorEquals":["X"],"Next":"Y"}],"#,
    );
    insta::assert_snapshot!(all([
        edit(
            &state,
            r#""MaxAttempts":3"#,
            r#""MaxAttempts":5,"BackoffRate":1.5,"JitterStrategy":"FULL""#
        ),
        edit(&state, r#"["C"]"#, r#"["C","D"]"#),
        edit(
            &state,
            r#""Retry":[{"ErrorEquals":["A","B"],"MaxAttempts":3},"#,
            r#""Retry":["#
        ),
        edit(
            &state,
            r#"[{"ErrorEquals":["A","B"],"MaxAttempts":3},{"ErrorEquals":["C"],"IntervalSeconds":9}]"#,
            r#"[{"ErrorEquals":["C"],"IntervalSeconds":9},{"ErrorEquals":["A","B"],"MaxAttempts":3}]"#
        ),
        edit(
            &state,
            r#""Next":"Y"}"#,
            r#""Next":"Z","ResultPath":"$.error"},{"ErrorEquals":["States.ALL"],"Next":"Y"}"#
        ),
    ]));
}

#[test]
fn rules_of_a_choice_are_told_by_their_conditions() {
    insta::assert_snapshot!(all([
        edit(CHOICE, "100", "200"),
        edit(CHOICE, r#"100,"Next":"Z""#, r#"100,"Next":"Y""#),
        edit(CHOICE, r#""Default":"Z""#, r#""Default":"Y""#),
        edit(
            CHOICE,
            r#""Next":"Y"}"#,
            r#""Next":"Y"},{"Variable":"$.c","IsNull":true,"Next":"Z"}"#
        ),
    ]));
}

#[test]
fn states_inside_others_have_their_path() {
    let map = r#"{"Type":"Map","Next":"Z","MaxConcurrency":1,"ItemProcessor":{"StartAt":"P","States":{"P":
        {"Type":"Parallel","End":true,"Branches":[{"StartAt":"Q","States":{"Q":{"Type":"Wait","Seconds":1,"End":true}}}]}}}}"#;
    insta::assert_snapshot!(all([
        edit(
            PARALLEL,
            r#""C":{"Type":"Pass""#,
            r#""C":{"Type":"Pass","Result":{"a":1}"#
        ),
        edit(
            PARALLEL,
            r#""StartAt":"C","States":{"#,
            r#""StartAt":"D","States":{"D":{"Type":"Pass","Next":"C"},"#
        ),
        edit(map, r#""Seconds":1"#, r#""Seconds":2"#),
        edit(map, r#""MaxConcurrency":1"#, r#""ItemsPath":"$.items""#),
    ]));
}

#[test]
fn jsonata_variables_and_the_machine_itself() {
    let pass = r#"{"Type":"Pass","QueryLanguage":"JSONata","Output":"{% $states.input %}","Assign":{"n":"{% 1 %}"},"Next":"Z"}"#;

    let old = machine(TASK);
    insta::assert_snapshot!(all([
        edit(pass, "{% 1 %}", "{%2%}"),
        edit(
            pass,
            r#""{% $states.input %}""#,
            r#"{"all":"{% $states.input %}","list":["{% $n %}", 1]}"#
        ),
        difference(
            &old,
            &old.replace(
                "{\"StartAt\":\"S\"",
                "{\"TimeoutSeconds\":60,\"Comment\":\"orders\",\"StartAt\":\"Y\""
            )
        ),
        edit(
            TASK,
            r#""Type":"Task","Resource":"ARN:order-dev-A""#,
            r#""Type":"Wait","Seconds":1"#
        ),
    ]));
}

#[test]
fn long_values_are_cut_for_people() {
    let pass = format!(r#"{{"Type":"Pass","Comment":"{}","Next":"Z"}}"#, "long ".repeat(40));
    insta::assert_snapshot!(edit(&pass, "long", "short"));
}
