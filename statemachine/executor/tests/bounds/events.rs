use std::collections::BTreeSet;

use asl::Json;
use executor::{Command, Execution, Outcome, Workflow};
use laws::Dice;

use crate::{failure, machine, program, run};

const LIMIT: &str = "States.Runtime: The execution reached the maximum number of history events (25000).";

/// Pass states one after the other, from `S` on; the last leads to `next`.
fn passes(count: usize, next: &str) -> String {
    let name = |place: usize| {
        if place == 0 {
            "S".to_owned()
        } else {
            format!("S{place}")
        }
    };
    let state = |place: usize| {
        let next = if place + 1 == count {
            next.to_owned()
        } else {
            name(place + 1)
        };
        format!(r#""{}":{{"Type":"Pass","Next":"{next}"}},"#, name(place))
    };
    (0..count).map(state).collect()
}

/// What is pending after the end.
fn begun(commands: Vec<Command>) -> i32 {
    let change = |command| match command {
        Command::ScheduleTask(_) | Command::StartTimer { .. } => 1,
        Command::CancelTask(_) | Command::CancelTimer(_) => -1,
    };
    commands.into_iter().map(change).sum()
}

/// A round has 27 events, a Pass before it 2, so that over the counts of Pass states each event is the one too many.
#[test]
fn a_loop_ends_at_the_event_limit_whatever_event_is_one_too_many() {
    let mut last = BTreeSet::new();
    for count in 1..=27 {
        let definition = machine(&format!(
            r#"{}
            "Map":{{"Type":"Map","ItemsPath":"$.c","ResultPath":null,"Next":"Parallel","ItemProcessor":
              {{"StartAt":"Item","States":{{"Item":{{"Type":"Pass","End":true}}}}}}}},
            "Parallel":{{"Type":"Parallel","ResultPath":null,"Next":"Task","Branches":[
              {{"StartAt":"Left","States":{{"Left":{{"Type":"Pass","End":true}}}}}},
              {{"StartAt":"Right","States":{{"Right":{{"Type":"Pass","End":true}}}}}}]}},
            "Task":{{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:111111111111:function:f","TimeoutSeconds":9,
              "ResultPath":null,"Next":"More"}},
            "More":{{"Type":"Choice","Choices":[{{"Variable":"$.c","IsPresent":false,"Next":"Done"}}],"Default":"Map"}},
            "Done":{{"Type":"Succeed"}}"#,
            passes(count, "Map")
        ));
        let input = Json::object([("c", Json::array(vec![1_i64.into(), 2_i64.into()]))]);
        let mut execution = run(&program(&definition), input);
        assert_eq!(failure(&execution), LIMIT, "{count}");
        assert_eq!(execution.history().len(), 25_000, "{count}");
        assert!(begun(execution.take_commands()) <= 0, "{count}");
        last.extend(
            execution
                .history()
                .event(24_999)
                .map(|event| (event.type_name(), event.name().cloned())),
        );
    }
    // Of two iterations and two branches one is enough.
    assert_eq!(last.len(), 23, "{last:?}");
}

/// The branches of a Parallel whose start is the last event would run for ever: nothing counts any more.
#[test]
fn no_branch_runs_after_the_event_limit() {
    // Enters, fails and leaves: three events, where all else comes in pairs.
    let odd = r#""Odd":{"QueryLanguage":"JSONata","Type":"Task","Resource":"arn:aws:states:::lambda:invoke","End":true,
        "Arguments":"{% $error('x') %}","Catch":[{"ErrorEquals":["States.ALL"],"Output":{"n":0},"Next":"Count"}]},"#;
    let mut last = BTreeSet::new();
    for (count, (first, odd)) in (1..8).flat_map(|count| [(count, ("Count", "")), (count, ("Odd", odd))]) {
        let definition = machine(&format!(
            r#"{}{odd}
            "Count":{{"Type":"Pass","Parameters":{{"n.$":"States.MathAdd($.n, 1)"}},"Next":"More"}},
            "More":{{"Type":"Choice","Choices":[{{"Variable":"$.n","NumericEquals":6246,"Next":"Both"}}],"Default":"Count"}},
            "Both":{{"Type":"Parallel","End":true,"Branches":[
              {{"StartAt":"L","States":{{"L":{{"Type":"Pass","Next":"M"}},
                "M":{{"Type":"Choice","Choices":[{{"Variable":"$.n","IsPresent":true,"Next":"L"}}],"Default":"N"}},
                "N":{{"Type":"Succeed"}}}}}}]}}"#,
            passes(count, first)
        ));
        let execution = run(&program(&definition), Json::object([("n", Json::from(0_i64))]));
        assert_eq!(failure(&execution), LIMIT, "{count} {first}");
        assert_eq!(execution.history().len(), 25_000, "{count} {first}");
        last.extend(execution.history().event(24_999).map(|event| event.type_name()));
    }
    assert!(
        last.contains("ParallelStateEntered") && last.contains("ParallelStateStarted"),
        "{last:?}"
    );
}

#[test]
fn a_large_map_ends_at_the_event_limit() {
    let definition = machine(
        r#""S":{"QueryLanguage":"JSONata","Type":"Map","Items":"{% [1..300000] %}","End":true,"ItemProcessor":
           {"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}}}"#,
    );
    assert_eq!(failure(&run(&program(&definition), Json::Null)), LIMIT);
}

#[test]
fn a_map_of_six_thousand_items_fits() {
    let definition = machine(
        r#""S":{"QueryLanguage":"JSONata","Type":"Map","Items":"{% [1..6000] %}","End":true,"ItemProcessor":
           {"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}}}"#,
    );
    let execution = run(&program(&definition), Json::Null);
    let Some(Outcome::Succeeded(output)) = execution.outcome() else {
        panic!("{:?}", execution.outcome());
    };
    assert_eq!(output.as_array().map(<[Json]>::len), Some(6000));
}

/// There is no limit of events for them on AWS, but a time limit.
#[test]
fn a_loop_of_an_express_workflow_times_out() {
    let definition = machine(
        r#""S":{"Type":"Parallel","End":true,"Branches":[{"StartAt":"L","States":{"L":{"Type":"Pass","Next":"M"},
           "M":{"Type":"Choice","Choices":[{"Variable":"$.n","IsPresent":true,"Next":"N"}],"Default":"L"},
           "N":{"Type":"Succeed"}}}]}"#,
    );
    let mut start = laws::start(&mut Dice::new(&[]), Workflow::Express);
    start.input = Json::Null;
    let mut execution = Execution::new(program(&definition), start, jiff::Timestamp::UNIX_EPOCH);
    assert_eq!(execution.outcome(), Some(&Outcome::TimedOut));
    assert!(begun(execution.take_commands()) <= 0);
    laws::check_history(&execution).unwrap();
}
