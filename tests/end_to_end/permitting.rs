//! Users who may do what `policy deployer` prints, and users who may do a little less. The emulator checks users' policies
//! by their actions, but not every action, and its resources are not AWS's: those, and what it does not check, are checked
//! against AWS in process.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::sandbox::{Outcome, Sandbox, printed, statements};

/// The documents of a stage, each with an action less.
fn without(documents: &[Value], action: &str) -> Vec<Value> {
    let mut documents = documents.to_vec();
    for statement in documents.iter_mut().flat_map(statements) {
        let actions = statement.get_mut("Action").and_then(Value::as_array_mut).unwrap();
        actions.retain(|found| found != action);
    }
    documents
}

fn actions(documents: &[Value]) -> BTreeSet<String> {
    let mut documents = documents.to_vec();
    let statements = documents.iter_mut().flat_map(|document| statements(document).iter());
    let actions = statements.flat_map(|statement| statement.get("Action").and_then(Value::as_array).unwrap());
    actions.map(|action| action.as_str().unwrap().to_owned()).collect()
}

/// What is tried with each action less, on a stage of its own.
struct Trial<'a> {
    sandbox: &'a Sandbox,
    left: BTreeSet<String>,
    refused: Vec<(String, &'static str)>,
    /// How many users there were.
    users: usize,
}

impl Trial<'_> {
    /// Whoever may not `action` is refused it by name; gives whether.
    fn run(&mut self, action: &str, stage: &str, what: &'static str, arguments: &[&str]) -> bool {
        let outcome = self.outcome(action, stage, arguments);
        let is_refused = outcome.code == Some(6) && outcome.stderr.contains(action);
        if is_refused && self.left.remove(action) {
            self.refused.push((action.to_owned(), what));
        }
        is_refused
    }

    fn outcome(&mut self, action: &str, stage: &str, arguments: &[&str]) -> Outcome {
        let documents = printed(self.sandbox, &["--stage", stage]);
        self.users += 1;
        let user = format!("user-{}", self.users);
        let key = self.sandbox.account.create_user(&user, &without(&documents, action));
        let arguments = [arguments, &["--stage", stage]].concat();
        self.sandbox.stepwright_as(&key, &arguments)
    }

    /// The same for each of the actions in turn, each of which comes after those before have been done.
    fn in_turn(&mut self, what: &'static str, arguments: &[&str], actions: &[&str]) {
        for action in actions {
            self.run(action, "dev", what, arguments);
        }
    }
}

/// What MiniStack lets through whoever asks, or does not do.
const NOT_CHECKED: [&str; 0] = [];

#[test]
#[ignore = "needs Python and the package registry"]
fn a_stack_lives_with_exactly_the_printed_policy() {
    let sandbox = Sandbox::new();
    let user = sandbox.account.create_user("exact", &printed(&sandbox, &[]));
    let run = |arguments: &[&str]| {
        let outcome = sandbox.stepwright_as(&user, arguments);
        assert_eq!(outcome.code, Some(0), "{outcome}");
        assert!(!outcome.stderr.contains("not authorized"), "{outcome}");
    };
    run(&["plan"]);
    run(&["deploy", "--yes"]);
    run(&["start", "--wait"]);
    run(&["status"]);
    run(&["executions"]);
    sandbox.project.change_confirmation_numbers();
    run(&["deploy", "--yes"]);
    run(&["rollback", "--yes"]);
    run(&["destroy", "--yes"]);
}

#[test]
#[ignore = "needs Python and the package registry"]
fn an_action_less_is_refused_by_its_name() {
    let sandbox = Sandbox::new();
    let all = actions(&printed(&sandbox, &[]));
    let mut trial = Trial {
        sandbox: &sandbox,
        left: all.clone(),
        refused: Vec::new(),
        users: 0,
    };
    for (number, action) in all.iter().enumerate() {
        trial.run(action, &format!("s{number}"), "first deploy", &["deploy", "--yes"]);
    }
    sandbox.result(&["deploy", "--yes"]);
    for action in trial.left.clone() {
        trial.run(&action, "dev", "plan", &["plan"]);
    }
    trial.in_turn(
        "start",
        &["start", "--wait"],
        &[
            "states:StartExecution",
            "states:DescribeExecution",
            "states:GetExecutionHistory",
        ],
    );
    sandbox.project.change_confirmation_numbers();
    let update = [
        "lambda:UpdateFunctionCode",
        "lambda:PublishVersion",
        "states:UpdateStateMachine",
        "states:PublishStateMachineVersion",
        "states:UpdateStateMachineAlias",
    ];
    trial.in_turn("update", &["deploy", "--yes"], &update);
    let destroy = [
        "states:DeleteStateMachine",
        "lambda:DeleteFunction",
        "iam:DeleteRolePolicy",
        "iam:DeleteRole",
        "logs:DeleteLogGroup",
    ];
    trial.in_turn("destroy", &["destroy", "--yes"], &destroy);
    println!(
        "{} of {} actions are refused by their names:",
        trial.refused.len(),
        all.len()
    );
    for (action, what) in &trial.refused {
        println!("  {action:<40} {what}");
    }
    let left: Vec<&str> = trial.left.iter().map(String::as_str).collect();
    assert_eq!(left, NOT_CHECKED);
}
