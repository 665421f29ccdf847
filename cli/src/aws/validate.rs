use aws_sdk_sfn::types::{ValidateStateMachineDefinitionDiagnostic, ValidateStateMachineDefinitionSeverity};
use stack::{Machine, Service};

use super::call::Call;
use super::{Cloud, Error};

/// What Step Functions itself finds wrong in a definition; empty when it takes it.
///
/// # Errors
/// A call that fails, for one because the caller may not make it.
pub async fn validate(cloud: &Cloud, machine: &Machine) -> Result<Vec<String>, Error> {
    let definition = machine.definition.unversioned().to_string();
    let call = Call {
        service: Service::States,
        action: "ValidateStateMachineDefinition",
        name: &machine.name,
    };
    let request = || {
        let request = cloud.states.validate_state_machine_definition().definition(&definition);
        request.r#type(stack::type_name(machine.machine_type).into()).send()
    };
    let checked = cloud.call(call, request).await?;
    let is_error = |found: &&ValidateStateMachineDefinitionDiagnostic| {
        found.severity == ValidateStateMachineDefinitionSeverity::Error
    };
    let problems = checked.diagnostics.iter().filter(is_error);
    Ok(problems
        .map(|found| format!("{}: {}", found.code, found.message))
        .collect())
}
