use asl::Json;

use crate::{failure, machine, program, run};

#[test]
fn a_loop_that_wraps_its_data_ends_at_the_nesting_limit() {
    let check = |states: &str| {
        let execution = run(&program(&machine(states)), Json::object::<&str>([]));
        let failure = failure(&execution);
        assert!(
            failure.contains("The data is nested more than 1000 levels deep."),
            "{states}: {failure}"
        );
        let text = serde_json::to_string(execution.history()).unwrap();
        assert!(text.len() > 500_000);
        assert_eq!(execution.clone().history(), execution.history());
    };
    check(
        r#""S":{"Type":"Pass","Parameters":{"a.$":"$"},"Next":"T"},"T":{"Type":"Choice","Default":"S","Choices":[{"Variable":"$.x","IsPresent":true,"Next":"U"}]},"U":{"Type":"Succeed"}"#,
    );
    check(
        r#""S":{"Type":"Pass","ResultPath":"$.a.a","Next":"T"},"T":{"Type":"Choice","Default":"S","Choices":[{"Variable":"$.x","IsPresent":true,"Next":"U"}]},"U":{"Type":"Succeed"}"#,
    );
    check(
        r#""S":{"Type":"Pass","Parameters":{"a.$":"States.Array(States.Array(States.Array($)))"},"Next":"T"},"T":{"Type":"Choice","Default":"S","Choices":[{"Variable":"$.x","IsPresent":true,"Next":"U"}]},"U":{"Type":"Succeed"}"#,
    );
    check(
        r#""S":{"QueryLanguage":"JSONata","Type":"Pass","Output":{"a":[["{% $states.input %}"]]},"Next":"T"},"T":{"Type":"Choice","Default":"S","Choices":[{"Variable":"$.x","IsPresent":true,"Next":"U"}]},"U":{"Type":"Succeed"}"#,
    );
    check(
        r#""Z":{"Type":"Succeed"},"S":{"QueryLanguage":"JSONata","Type":"Pass","Assign":{"v":null},"Next":"V"},"V":{"QueryLanguage":"JSONata","Type":"Choice","Choices":[{"Condition":"{% $v = 1 %}","Next":"Z"}],"Assign":{"v":[["{% $v %}"]]},"Output":"{% $v %}","Default":"V"}"#,
    );
}

#[test]
fn definitions_may_be_as_deep_as_is_read() {
    let flow = |place: usize, state: &str| format!(r#"{{"StartAt":"S{place}","States":{{"S{place}":{state}}}}}"#);
    let mut definition = flow(0, r#"{"Type":"Pass","End":true}"#);
    for place in 1..=31 {
        definition = flow(
            place,
            &format!(r#"{{"Type":"Parallel","End":true,"Branches":[{definition}]}}"#),
        );
    }
    let execution = run(&program(&definition), Json::from(1_i64));
    assert_eq!(execution.history().len(), 2 + 2 + 31 * 4);
    assert!(
        asl::parse(&flow(
            32,
            &format!(r#"{{"Type":"Parallel","End":true,"Branches":[{definition}]}}"#)
        ))
        .machine
        .is_none()
    );
}

#[test]
fn conditions_may_be_as_deep_as_is_read() {
    let mut rule = r#""Variable":"$.a","IsPresent":false"#.to_owned();
    for _ in 0..40 {
        rule = format!(r#""Not":{{"And":[{{{rule}}}]}}"#);
    }
    let states =
        format!(r#""S":{{"Type":"Choice","Choices":[{{{rule},"Next":"T"}}],"Default":"T"}},"T":{{"Type":"Succeed"}}"#);
    assert_eq!(run(&program(&machine(&states)), Json::Null).history().len(), 6);
}
