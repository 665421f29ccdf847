//! Which functions of the workspace the Tasks of a state machine call.

use std::collections::BTreeSet;

use asl::{Diagnostic, InvokedFunction, Resource, State, Task};
use executor::Program;
use stack::Scope;

use crate::settings;

/// The workspace's functions as calls may name them.
#[derive(Clone, Debug)]
pub(crate) struct Targets {
    names: Vec<(String, String)>,
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
        let names = logical.map(|logical| (logical.to_owned(), scope.name(logical)));
        Targets { names: names.collect() }
    }

    /// The logical name of what a call names: an ARN, whole or without its first parts, or a name; with or without a
    /// qualifier; deployed or logical. Region and account do not matter: nothing is elsewhere.
    ///
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>
    pub(crate) fn logical(&self, function: &str) -> Option<&str> {
        let name = match function.rsplit_once("function:") {
            Some((_, name)) => name,
            None => function,
        };
        let name = name.split_once(':').map_or(name, |(name, _)| name);
        let mut names = self.names.iter();
        let found = names.find(|(logical, deployed)| logical == name || deployed == name);
        found.map(|(logical, _)| logical.as_str())
    }

    fn suggestion(&self, function: &str) -> Option<String> {
        let name = function.rsplit(':').next().unwrap_or(function);
        settings::suggestion(name, self.names.iter().map(|(logical, _)| logical.as_str()))
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
        match (task.invoked_function(), &mut needed) {
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

fn not_here(state: &State, task: &Task) -> Diagnostic {
    let what = match &task.resource {
        Resource::Activity { .. } => "waits for a worker of an activity",
        Resource::Lambda { .. } | Resource::Integration(_) => "calls an AWS service",
    };
    let message = format!("state `{}` {what}, which is not on this machine", state.name);
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
