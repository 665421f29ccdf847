//! Which functions and state machines of the workspace Tasks mean.

use stack::{FunctionReference, Scope};

use crate::settings::{self, Settings};

/// The workspace's functions and state machines as calls may name them.
#[derive(Clone, Debug)]
pub(crate) struct Targets {
    scope: Scope,
    functions: Vec<String>,
    machines: Vec<String>,
}

impl Targets {
    /// Those of a workspace, if there is one.
    pub(crate) fn new(scope: &Scope, settings: Option<&Settings>) -> Targets {
        let functions = settings.into_iter().flat_map(Settings::function_names);
        let machines = settings.into_iter().flat_map(|settings| settings.machines.keys());
        Targets {
            scope: scope.clone(),
            functions: functions.map(str::to_owned).collect(),
            machines: machines.cloned().collect(),
        }
    }

    /// The logical name of the function that a call names. Region and account do not matter: nothing is elsewhere.
    pub(crate) fn function<'a>(&self, function: &'a str) -> Option<&'a str> {
        let functions: Vec<&str> = self.functions.iter().map(String::as_str).collect();
        FunctionReference::new(function, &self.scope).logical(&self.scope, &functions)
    }

    /// The logical name of the state machine that a call names by its ARN, with a version or an alias or without.
    pub(crate) fn machine(&self, arn: &str) -> Option<&str> {
        let (_, name) = arn.split_once(":stateMachine:")?;
        let name = name.split(':').next()?;
        let mut machines = self.machines.iter();
        machines
            .find(|logical| **logical == *name || self.scope.name(logical) == name)
            .map(String::as_str)
    }

    /// What somebody may have meant who named a function or a state machine that is not there.
    pub(super) fn suggestion(&self, kind: &str, name: &str) -> Option<String> {
        let name = name.rsplit(':').next().unwrap_or(name);
        let known = match kind {
            "function" => &self.functions,
            _ => &self.machines,
        };
        settings::suggestion(name, known.iter().map(String::as_str))
    }
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
        let targets = Targets {
            scope,
            functions: vec!["Validate".into(), "Confirm".into()],
            machines: vec!["Order".into()],
        };
        let found = targets.function(function).or_else(|| targets.machine(function));
        assert_eq!(found, logical, "{function}");
    }

    #[test]
    fn functions_and_machines_are_found_by_every_form_of_their_names() {
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
