//! Users who may do what `policy deployer` prints, and users who may do a little less. The emulator checks users' policies
//! by their actions, but not every action, and its resources are not AWS's: those, and what it does not check, are checked
//! against AWS in process.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::sandbox::{Sandbox, printed, statements};

/// The documents of a stage, each with an action less.
fn without(documents: &[Value], action: &str) -> Vec<Value> {
    let mut documents = documents.to_vec();
    for statement in documents.iter_mut().flat_map(statements) {
        let actions = statement.get_mut("Action").and_then(Value::as_array_mut).unwrap();
        actions.retain(|found| found != action);
    }
    // The emulator takes a statement of no action for one of all.
    let is_empty = |statement: &Value| statement["Action"] == serde_json::json!([]);
    for document in &mut documents {
        statements(document).retain(|statement| !is_empty(statement));
    }
    documents
}

fn actions(documents: &[Value]) -> BTreeSet<String> {
    let mut documents = documents.to_vec();
    let statements = documents.iter_mut().flat_map(|document| statements(document).iter());
    let actions = statements.flat_map(|statement| statement.get("Action").and_then(Value::as_array).unwrap());
    actions.map(|action| action.as_str().unwrap().to_owned()).collect()
}

/// Whoever may not do one of these actions is refused it by its name, in their order.
struct Trial<'a> {
    sandbox: &'a Sandbox,
    refused: BTreeSet<&'static str>,
    /// How many users there were.
    users: usize,
}

impl Trial<'_> {
    fn check(&mut self, arguments: &[&str], stage: &str, action: &'static str) {
        let documents = printed(self.sandbox, &["--stage", stage]);
        self.users += 1;
        let user = format!("user-{}", self.users);
        let key = self.sandbox.account.create_user(&user, &without(&documents, action));
        let arguments = [arguments, &["--stage", stage]].concat();
        let outcome = self.sandbox.stepwright_as(&key, &arguments);
        assert_eq!(outcome.code, Some(6), "without {action}: {outcome}");
        assert!(outcome.stderr.contains(action), "without {action}: {outcome}");
        self.refused.insert(action);
    }
}

/// What a first deploy needs, each tried on a stage of its own.
const FIRST_DEPLOY: [&str; 19] = [
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetDashboard",
    "iam:CreateRole",
    "iam:GetRole",
    "iam:ListRoles",
    "iam:PutRolePolicy",
    "lambda:CreateFunction",
    "lambda:GetFunction",
    "lambda:ListFunctions",
    "lambda:PublishVersion",
    "logs:CreateLogGroup",
    "logs:DescribeLogGroups",
    "logs:ListTagsForResource",
    "logs:PutRetentionPolicy",
    "states:CreateStateMachine",
    "states:CreateStateMachineAlias",
    "states:DescribeStateMachine",
    "states:DescribeStateMachineAlias",
    "states:ListStateMachines",
];

/// What is looked at once it is there.
const PLAN: [&str; 8] = [
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies",
    "lambda:ListVersionsByFunction",
    "states:ListExecutions",
    "states:ListStateMachineAliases",
    "states:ListStateMachineVersions",
    "states:ListTagsForResource",
];

const START: [&str; 2] = ["states:StartExecution", "states:DescribeExecution"];

/// What a changed function needs: each is refused after those before it were done.
const UPDATE: [&str; 3] = [
    "lambda:UpdateFunctionCode",
    "states:UpdateStateMachine",
    "states:UpdateStateMachineAlias",
];

/// The same for a teardown.
const DESTROY: [&str; 5] = [
    "states:DeleteStateMachine",
    "lambda:DeleteFunction",
    "iam:DeleteRolePolicy",
    "iam:DeleteRole",
    "logs:DeleteLogGroup",
];

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
    let mut trial = Trial {
        sandbox: &sandbox,
        refused: BTreeSet::new(),
        users: 0,
    };
    for (number, action) in FIRST_DEPLOY.into_iter().enumerate() {
        trial.check(&["deploy", "--yes"], &format!("s{number}"), action);
    }
    sandbox.result(&["deploy", "--yes"]);
    let turns: [(&[&str], &[&'static str]); 2] = [(&["plan"], &PLAN), (&["start", "--wait"], &START)];
    for (arguments, actions) in turns {
        actions.iter().for_each(|action| trial.check(arguments, "dev", action));
    }
    sandbox.project.change_confirmation_numbers();
    UPDATE
        .iter()
        .for_each(|action| trial.check(&["deploy", "--yes"], "dev", action));
    DESTROY
        .iter()
        .for_each(|action| trial.check(&["destroy", "--yes"], "dev", action));
    let all = actions(&printed(&sandbox, &[]));
    println!(
        "{} of {} actions are refused by their names, the others in process alone",
        trial.refused.len(),
        all.len()
    );
}
