//! Which functions of the workspace the Tasks of a state machine call.

use std::collections::BTreeSet;

use asl::{Diagnostic, InvokedFunction, Pattern, Resource, State, Task};
use executor::Program;
use stack::{FunctionReference, Scope};

use crate::settings;

/// The workspace's functions as calls may name them.
#[derive(Clone, Debug)]
pub(crate) struct Targets {
    scope: Scope,
    functions: Vec<String>,
}

/// The functions a run needs built.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Needed {
    /// These, by logical name.
    Only(BTreeSet<String>),
    /// Any: one is chosen at run time.
    All,
}

impl Targets {
    /// The functions with these logical names.
    pub(crate) fn new<'a>(scope: &Scope, logical: impl Iterator<Item = &'a str>) -> Targets {
        Targets {
            scope: scope.clone(),
            functions: logical.map(str::to_owned).collect(),
        }
    }

    /// The logical name of what a call names. Region and account do not matter: nothing is elsewhere.
    pub(crate) fn logical<'a>(&self, function: &'a str) -> Option<&'a str> {
        let functions: Vec<&str> = self.functions.iter().map(String::as_str).collect();
        FunctionReference::new(function, &self.scope).logical(&self.scope, &functions)
    }

    fn suggestion(&self, function: &str) -> Option<String> {
        let name = function.rsplit(':').next().unwrap_or(function);
        settings::suggestion(name, self.functions.iter().map(String::as_str))
    }
}

/// What `program` needs to run over `targets`.
///
/// # Errors
/// Each Task that calls what is not here.
pub(crate) fn check(program: &Program, targets: &Targets) -> Result<Needed, Vec<Diagnostic>> {
    let mut needed = Needed::Only(BTreeSet::new());
    let mut problems = Vec::new();
    for (state, task) in program.tasks() {
        let invoked = task.invoked_function().filter(|_| !waits_for_token(task));
        match (invoked, &mut needed) {
            (Some(InvokedFunction::Named(name)), needed) => match (targets.logical(name), needed) {
                (None, _) => problems.push(unknown_function(state, name, targets)),
                (Some(logical), Needed::Only(names)) => {
                    names.insert(logical.to_owned());
                }
                (Some(_), Needed::All) => {}
            },
            (Some(InvokedFunction::AtRunTime), needed) => *needed = Needed::All,
            (None, _) => problems.push(not_here(state, task)),
        }
    }
    if problems.is_empty() { Ok(needed) } else { Err(problems) }
}

fn unknown_function(state: &State, function: &str, targets: &Targets) -> Diagnostic {
    let message = format!(
        "state `{}` calls `{function}`, which is no function of the workspace",
        state.name
    );
    let advice = "declare it in stepwright.toml as `[functions.NAME]` with its package";
    let help = match targets.suggestion(function) {
        Some(near) => format!("{near} or {advice}"),
        None => advice.to_owned(),
    };
    Diagnostic::error("NOT_OFFLINE", &*state.location, message)
        .at(state.span.clone())
        .help(help)
}

/// Whether the task ends when somebody sends its token back, whatever the function answers.
fn waits_for_token(task: &Task) -> bool {
    matches!(&task.resource, Resource::Integration(integration) if integration.pattern == Pattern::WaitForTaskToken)
}

fn not_here(state: &State, task: &Task) -> Diagnostic {
    let what = match &task.resource {
        _ if waits_for_token(task) => "waits for its task token, which nobody on this machine can send back",
        Resource::Activity { .. } => "waits for a worker of an activity, which is not on this machine",
        Resource::Lambda { .. } | Resource::Integration(_) => "calls an AWS service, which is not on this machine",
    };
    let message = format!("state `{}` {what}", state.name);
    Diagnostic::error("NOT_OFFLINE", &*state.location, message)
        .at(state.span.clone())
        .help(format!(
            "`{}` runs on AWS only: deploy it to try it",
            task.resource.arn()
        ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(function: &str, logical: Option<&str>) {
        let scope = Scope {
            partition: "aws".into(),
            account: super::super::ACCOUNT.into(),
            region: super::super::REGION.into(),
            stack: "order".into(),
            stage: "dev".into(),
        };
        let targets = Targets::new(&scope, ["Validate", "Confirm"].into_iter());
        assert_eq!(targets.logical(function), logical, "{function}");
    }

    #[test]
    fn functions_are_found_by_every_form_of_their_names() {
        for function in [
            "Validate",
            "order-dev-Validate",
            "order-dev-Validate:3",
            "123456789012:function:order-dev-Validate",
            "arn:aws:lambda:us-east-1:123456789012:function:order-dev-Validate",
            "arn:aws:lambda:eu-west-1:210987654321:function:Validate:$LATEST",
        ] {
            check(function, Some("Validate"));
        }
        for function in [
            "Vali",
            "order-prod-Validate",
            "arn:aws:lambda:us-east-1:1:function:",
            "",
        ] {
            check(function, None);
        }
    }
}
