use std::collections::BTreeSet;

use asl::{Diagnostic, Flow, Resource, State, StateKind, StateMachine, Target, Task};

use crate::statement::{Conditions, Need, Needs};
use crate::{FunctionReference, Scope};

/// The code of diagnostics about permissions that cannot be derived.
const CODE: &str = "UNKNOWN_PERMISSIONS";

/// The functions that a definition names, as it has them: ARNs with or without a version, or names.
#[must_use]
pub fn invoked_functions(machine: &StateMachine) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    visit(&machine.flow, &mut |state| {
        if let StateKind::Task(task) = &state.kind
            && let Some(Target::Named(name)) = task.invoked_function()
        {
            found.insert(name.to_owned());
        }
    });
    found
}

/// What the executions of a state machine need; the stack's `functions` go by their logical names.
///
/// # Errors
/// All states whose permissions cannot be derived: a role that is incomplete fails when an execution comes there.
pub fn needs(machine: &StateMachine, scope: &Scope, functions: &[&str]) -> Result<Needs, Vec<Diagnostic>> {
    let mut needs = Needs::default();
    let mut errors = Vec::new();
    visit(&machine.flow, &mut |state| match function_of(state) {
        Ok(Some(function)) => invoke(&mut needs, &state.name, &function, scope, functions),
        Ok(None) => {}
        Err(error) => errors.push(*error),
    });
    if errors.is_empty() { Ok(needs) } else { Err(errors) }
}

/// All versions of a function: which one an execution calls changes with every deploy.
fn invoke(needs: &mut Needs, state: &str, function: &str, scope: &Scope, functions: &[&str]) {
    let reference = FunctionReference::new(function, scope);
    let arn = match reference.of_workspace(scope, functions) {
        Some(name) => scope.function_arn(&name),
        None => reference.unqualified_arn(),
    };
    for resource in [format!("{arn}:*"), arn] {
        let need = Need {
            action: "lambda:InvokeFunction".to_owned(),
            resource,
            conditions: Conditions::new(),
        };
        needs.add(need, state, "InvokeFunctions");
    }
}

/// Gives the visitor every state, those of branches and item processors too.
pub(crate) fn visit(flow: &Flow, visitor: &mut impl FnMut(&State)) {
    for state in flow.states.values() {
        visitor(state);
        state.kind.flows().iter().for_each(|inside| visit(inside, visitor));
    }
}

/// The function that the state itself needs to invoke.
fn function_of(state: &State) -> Result<Option<String>, Box<Diagnostic>> {
    match &state.kind {
        StateKind::Task(task) => of_task(state, task),
        StateKind::Map(map) if map.distributed => Err(unknown(
            state,
            "is a Distributed Map".to_owned(),
            "set the `Mode` of its `ProcessorConfig` to `INLINE`, or deploy this state machine with another tool",
        )),
        _ => Ok(None),
    }
}

fn of_task(state: &State, task: &Task) -> Result<Option<String>, Box<Diagnostic>> {
    if task.credentials.is_some() {
        let help = "leave out `Credentials`: the state machine's own role may invoke its functions";
        return Err(unknown(state, "assumes a role with `Credentials`".to_owned(), help));
    }
    match (task.invoked_function(), &task.resource) {
        (Some(Target::Named(name)), _) => Ok(Some(name.to_owned())),
        (Some(Target::AtRunTime), _) => Err(unknown(
            state,
            "chooses its function at run time".to_owned(),
            "write the function's name into `FunctionName`, with a Choice where it varies",
        )),
        // Whoever works on an activity needs permissions, the state machine none.
        (None, Resource::Activity { .. }) => Ok(None),
        (None, resource) => Err(unknown(
            state,
            format!("calls `{}`", resource.arn()),
            "make the call from a Lambda function: functions are what a state machine's role can be given so far",
        )),
    }
}

fn unknown(state: &State, what: String, help: &str) -> Box<Diagnostic> {
    let message = format!(
        "state `{}` {what}, and the permissions for that cannot be given to a role yet",
        state.name
    );
    let diagnostic = Diagnostic::error(CODE, &*state.location, message).at(state.span.clone());
    Box::new(diagnostic.help(help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(state: &str, expected: Result<&[&str], &str>) {
        let text = format!(r#"{{"StartAt": "S", "States": {{"S": {state}}}}}"#);
        let machine = asl::parse(&text).machine.unwrap();
        let found = needs(&machine, &Scope::of_tests(), &["A"]).map_err(|errors| errors[0].message.clone());
        let found = found.map(|needs| {
            needs
                .iter()
                .map(|(need, _)| need.resource.clone())
                .collect::<BTreeSet<_>>()
        });
        let both = |name: &&str| {
            let arn = Scope::of_tests().function_arn(name);
            [format!("{arn}:*"), arn]
        };
        let expected = expected.map(|names| names.iter().flat_map(both).collect());
        let problem =
            |what: &str| format!("state `S` {what}, and the permissions for that cannot be given to a role yet");
        assert_eq!(found, expected.map_err(problem));
    }

    #[test]
    fn functions_are_found_in_every_form() {
        let arn = "arn:aws:lambda:us-east-1:123456789012:function:A";
        check(
            &format!(r#"{{"Type": "Task", "Resource": "{arn}:1", "End": true}}"#),
            Ok(&["order-dev-A"]),
        );
        check(
            r#"{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "End": true,
                "Parameters": {"FunctionName": "A", "Payload": {"token.$": "$$.Task.Token"}}}"#,
            Ok(&["order-dev-A"]),
        );
        check(
            r#"{"Type": "Task", "QueryLanguage": "JSONata", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
                "Arguments": {"FunctionName": "B", "Payload": "{% $states.input %}"}}"#,
            Ok(&["B"]),
        );
        check(
            r#"{"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:lambda:invoke", "End": true,
                "Parameters": {"FunctionName": "A"}}"#,
            Ok(&["order-dev-A"]),
        );
        check(
            r#"{"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:work", "End": true}"#,
            Ok(&[]),
        );
    }

    #[test]
    fn a_role_is_never_incomplete_silently() {
        check(
            r#"{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
                "Parameters": {"FunctionName.$": "$.function"}}"#,
            Err("chooses its function at run time"),
        );
        check(
            r#"{"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": true,
                "Parameters": {"TopicArn": "arn:aws:sns:us-east-1:123456789012:t", "Message": "m"}}"#,
            Err("calls `arn:aws:states:::sns:publish`"),
        );
        check(
            r#"{"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:999999999999:function:A", "End": true,
                "Credentials": {"RoleArn": "arn:aws:iam::999999999999:role/r"}}"#,
            Err("assumes a role with `Credentials`"),
        );
        check(
            r#"{"Type": "Map", "End": true, "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}"#,
            Err("is a Distributed Map"),
        );
    }
}
