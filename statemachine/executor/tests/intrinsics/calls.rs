//! Arguments, failures, and where calls may stand.

use asl::Json;
use executor::Outcome;

use crate::{check, check_fails, machine, run};

#[test]
fn arguments_are_texts_literals_paths_and_calls() {
    check(
        "States.Array('a', 1, -2.5, true, null)",
        "{}",
        r#"["a",1,-2.5,true,null]"#,
    );
    check(
        r"States.Array('it\'s', '\{\}', '\\', '{}')",
        "{}",
        r#"["it's","{}","\\","{}"]"#,
    );
    check(
        "States.Array($.a, $.b[*], $.c['d e'])",
        r#"{"a":{"x":1},"b":[1,2],"c":{"d e":3}}"#,
        r#"[{"x":1},[1,2],3]"#,
    );
    check(
        "States.Array($$.State.Name, $$.Execution.Input.a)",
        r#"{"a":1}"#,
        r#"["S",1]"#,
    );
    check("States.Array($.none[*])", "{}", "[[]]");
    check(
        "States.Array(States.Array(), States.Array(States.ArrayLength($)))",
        "[7]",
        "[[],[1]]",
    );
    check("States.MathAdd(1 , 2 )", "{}", "3");
    let nested = format!("{}1{}", "States.Array(".repeat(10), ")".repeat(10));
    check(&nested, "{}", &format!("{}1{}", "[".repeat(10), "]".repeat(10)));
}

#[test]
fn a_path_that_leads_nowhere_names_the_outermost_call() {
    let missing = "The JsonPath argument for the field '$.x' could not be found in the input '{\"a\":1}'";
    check_fails("States.Format('{}', $.x)", r#"{"a":1}"#, missing);
    check_fails("States.ArrayLength(States.Array($.a,$.x))", r#"{"a":1}"#, missing);
    check_fails(
        "States.Array($$.None)",
        "{}",
        "The JsonPath argument for the field '$$.None' could not be found in the input '{}'",
    );
    check_fails(
        "States.ArrayLength(States.MathAdd('1', 2))",
        "{}",
        "Invalid arguments in States.MathAdd",
    );
}

#[test]
fn an_error_and_a_cause_can_be_calls() {
    let fail = |error: &str, cause: &str, input: &str| {
        let state = Json::object([
            ("Type", Json::from("Fail")),
            ("ErrorPath", error.into()),
            ("CausePath", cause.into()),
        ]);
        match run(&machine(state), input.parse().unwrap(), 1) {
            Outcome::Failed(failure) => failure.to_string(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        fail("States.Format('E{}', $.n)", "States.JsonToString($)", r#"{"n":1}"#),
        r#"E1: {"n":1}"#
    );
    let place = "States.Runtime: An error occurred while executing the state 'S' (entered at the event id #2). ";
    assert_eq!(
        fail("States.Format('{}', $.n)", "$.n", "{}"),
        format!(
            "{place}The function 'States.Format('{{}}', $.n)' had the following error: \
             The JsonPath argument for the field '$.n' could not be found in the input '{{}}'"
        )
    );
    assert_eq!(
        fail("States.ArrayGetItem($, 0)", "$[1]", r#"[7,"x"]"#),
        format!("{place}The ErrorPath 'States.ArrayGetItem($, 0)' must refer to a string, but was: 7")
    );
}
