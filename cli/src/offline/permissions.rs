//! What the roles of state machines allow, without IAM.

use asl::{Diagnostic, Severity, StateMachine};
use executor::{
    Reply, TaskRequest,
    services::denied::{Denied, denied},
};
use stack::{CallPolicy, Place};

use super::{Machine, Source, Workspace};
use crate::{
    declared,
    definition::{Findings, Values},
    diagnostics::Report,
    error::Error,
    settings::{self, Settings},
};

/// What is to be done about a state whose needs nobody has said.
const UNTIL_THEN: &str = "until then `deploy` refuses the definition, and `run` the calls of the state unless it is mocked; \
                          with `--no-iam` it makes them";

/// What the role of a state machine allows, and what is to be said of it.
#[derive(Default)]
pub(super) struct Allowed {
    /// Nothing where no call can be refused: then nothing needs to be looked up either.
    pub(super) policy: Option<CallPolicy>,
    /// What is not known of the states' needs, and what no state needs.
    pub(super) warnings: Vec<Report>,
}

/// What the role of a state machine of stepwright.toml allows its states.
///
/// # Errors
/// What stepwright.toml declares is wrong.
pub(super) fn of_machine(
    workspace: Workspace<'_>,
    source: &Source,
    machine: &StateMachine,
    findings: &Findings,
) -> Result<Allowed, Error> {
    let Some((settings, says)) = says(workspace, source) else {
        return Ok(Allowed::default());
    };
    if says.allow.is_empty() && says.policy.is_empty() && stack::names_all_targets(machine) {
        return Ok(Allowed::default());
    }
    let values = Values {
        scope: workspace.scope,
        settings: Some(settings),
        substitutions: &source.substitutions,
    };
    let functions: Vec<&str> = settings.function_names().collect();
    let place = Place {
        scope: workspace.scope,
        logical: source.declared_as.as_deref().unwrap_or(&source.logical),
        machine: &source.name,
        functions: &functions,
    };
    let declared = declared::of_machine(settings, says, values)?;
    let derivation = stack::derive(machine, place, &declared);
    let report = declared::report(settings, place.logical, says, &derivation.findings);
    if let Some(report) = report.as_ref().filter(|report| report.has_errors()) {
        return Err(Error::Invalid(report.clone()));
    }
    let problems = derivation.problems.iter().cloned().map(warning).collect();
    Ok(Allowed {
        policy: Some(CallPolicy::new(&derivation, place, declared)),
        warnings: report.into_iter().chain([findings.clone().about(problems)]).collect(),
    })
}

/// What stepwright.toml says of the state machine, unless nothing is to be refused.
fn says<'a>(workspace: Workspace<'a>, source: &Source) -> Option<(&'a Settings, &'a settings::Machine)> {
    let settings = workspace.settings.filter(|_| workspace.iam)?;
    let says = settings.machines.get(source.declared_as.as_ref()?)?;
    Some((settings, says))
}

fn warning(problem: Diagnostic) -> Diagnostic {
    let help = match &problem.help {
        Some(help) => format!("{help}\n\n{UNTIL_THEN}"),
        None => UNTIL_THEN.to_owned(),
    };
    Diagnostic {
        severity: Severity::Warning,
        help: Some(help),
        ..problem
    }
}

/// How a call ends that the role of the state machine is not allowed. A mock answers for a state whose needs are not known:
/// a definition can be tested before its permissions are declared.
pub(super) fn refusal(machine: &Machine, request: &TaskRequest) -> Option<Reply> {
    let policy = machine.policy.as_ref()?;
    if machine.mocks.answers(&request.state) && !policy.knows(&request.state) {
        return None;
    }
    let (state, _) = machine.program.tasks().find(|(state, _)| state.name == request.state)?;
    let need = policy.lacks(state, &request.arguments)?;
    // The service's own names of sessions are random; this one comes of the execution's seed.
    let session = request.request_id.replace('-', "");
    Some(denied(
        request,
        Denied {
            user: &policy.session_arn(&session),
            action: &need.action,
            resource: &need.resource,
        },
    ))
}
