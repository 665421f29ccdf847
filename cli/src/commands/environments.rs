//! Environment variables with what they name: on AWS the parameters and secrets themselves, offline what stands for them.

use std::collections::{BTreeMap, BTreeSet};

use stack::Environment;

use crate::{
    aws::{self, Cloud},
    error::Error,
    settings::{Function, Functions, Reference, Settings, Variable},
};

/// The environments of the functions by logical name, with what is named in them read from AWS, each once.
pub(crate) async fn deployed(cloud: &Cloud, functions: &Functions) -> Result<BTreeMap<String, Environment>, Error> {
    let resolved = aws::resolve(cloud, references(functions).into_iter().collect()).await?;
    let (mut values, mut errors) = (BTreeMap::new(), BTreeMap::new());
    for (reference, value) in resolved {
        match value {
            Ok(value) => drop(values.insert(reference, value)),
            Err(error) => drop(errors.insert(reference, error)),
        }
    }
    let mut environments = BTreeMap::new();
    for (name, function) in &functions.functions {
        let mut environment = Environment::new();
        for (variable, value) in &function.environment {
            let value = match value {
                Variable::Text(text) => text.as_str().into(),
                Variable::Reference(reference) => match (values.get(reference), errors.remove(reference)) {
                    (Some(value), _) => value.clone(),
                    (None, Some(source)) => return Err(unresolved(name, variable, reference, source)),
                    (None, None) => continue,
                },
            };
            environment.insert(variable.clone(), value);
        }
        environments.insert(name.clone(), environment);
    }
    Ok(environments)
}

/// The environment of a function in an offline run, which reads nothing of AWS: of what is there, the environment of this
/// process has the value, or `[run.environment]`.
pub(crate) fn offline(settings: &Settings, name: &str, function: &Function) -> Result<BTreeMap<String, String>, Error> {
    let variable = |(variable, value): (&String, &Variable)| {
        let value = match value {
            Variable::Text(text) => text.clone(),
            Variable::Reference(reference) => std::env::var(variable)
                .ok()
                .or_else(|| settings.run_environment.get(variable).cloned())
                .ok_or_else(|| Error::OnAws {
                    function: name.to_owned(),
                    variable: variable.clone(),
                    reference: reference.clone(),
                })?,
        };
        Ok((variable.clone(), value))
    };
    function.environment.iter().map(variable).collect()
}

/// What the environments of the functions name on AWS.
pub(crate) fn references(functions: &Functions) -> BTreeSet<Reference> {
    let environments = functions.functions.values().map(|function| &function.environment);
    let named = environments.flat_map(|environment| environment.values().filter_map(reference));
    named.cloned().collect()
}

fn reference(variable: &Variable) -> Option<&Reference> {
    match variable {
        Variable::Text(_) => None,
        Variable::Reference(reference) => Some(reference),
    }
}

fn unresolved(function: &str, variable: &str, reference: &Reference, source: aws::Error) -> Error {
    Error::Unresolved {
        function: function.to_owned(),
        variable: variable.to_owned(),
        reference: reference.clone(),
        source: Box::new(source),
    }
}
