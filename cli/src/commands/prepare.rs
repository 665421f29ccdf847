//! What `plan` shows and `deploy` carries out: definitions, artifacts and what is there become a plan.

use std::collections::{BTreeMap, BTreeSet};

use base64::prelude::{BASE64_STANDARD, Engine};
use stack::{
    Deploys, Desired, Environment, FunctionPermissions, FunctionSettings, MachineSettings, Observed, Place, Plan,
    Scope, Summary, Traffic,
};

use super::{Context, environments, session::Session};
use crate::{
    aws::{self, Artifacts},
    declared,
    definition::{self, Values},
    error::Error,
    interrupt,
    package::{self, Artifact, Processor},
    settings::{self, Function, Functions, Settings},
};

/// A plan with all that it takes to carry it out.
pub(crate) struct Prepared {
    pub(crate) session: Session,
    pub(crate) desired: Desired,
    pub(crate) observed: Observed,
    pub(crate) plan: Plan,
    pub(crate) summary: Summary,
    pub(crate) artifacts: Artifacts,
}

/// Reads the definitions, builds the functions while it looks at AWS, and plans. Nothing on AWS changes.
pub(crate) async fn prepare(context: &Context<'_>, traffic: Traffic) -> Result<Prepared, Error> {
    let functions = context.settings()?.functions(&[]).await?;
    let session = Session::open(context).await?;
    let machines = machines(context, &session.settings, &session.scope)?;
    let permissions = function_permissions(&session.settings, &session.scope)?;
    let building = build(context, &functions);
    let observing = observe(&session, &machines);
    let resolving = environments::deployed(&session.cloud, &functions);
    let reading = async { tokio::try_join!(building, observing, resolving) };
    let (built, observed, environments) = interrupt::or_interrupted(reading).await??;
    let desired = Desired::new(&stack::Settings {
        scope: session.scope.clone(),
        functions: function_settings(&functions, &built, &environments, &permissions),
        machines,
        retention_days: i32::try_from(session.settings.logs.retention_days).ok(),
        deploys: deploys(&session, traffic),
        common: session.settings.common.clone(),
        monitoring: session.settings.monitoring.clone(),
    })
    .map_err(Error::Stack)?;
    let plan = stack::plan(&desired, &observed).map_err(Error::Foreign)?;
    let oversized = plan.oversized();
    if !oversized.is_empty() {
        return Err(Error::Stack(oversized));
    }
    Ok(Prepared {
        summary: Summary::of_deploy(&desired, &observed, &plan),
        artifacts: artifacts(&session, &built, &plan)?,
        session,
        desired,
        observed,
        plan,
    })
}

fn deploys(session: &Session, traffic: Traffic) -> Deploys {
    let settings = &session.settings.deploys;
    Deploys {
        keep_versions: usize::try_from(settings.keep_versions).unwrap_or(usize::MAX),
        traffic,
        alarms: settings.alarms.clone(),
    }
}

/// The state machines with their definitions; warnings are shown.
pub(crate) fn machines(
    context: &Context<'_>,
    settings: &Settings,
    scope: &Scope,
) -> Result<Vec<MachineSettings>, Error> {
    let functions: Vec<&str> = settings.function_names().collect();
    let machine = |(logical, machine): (&String, &settings::Machine)| {
        let values = Values {
            scope,
            settings: Some(settings),
            substitutions: &machine.substitutions,
        };
        let machine_type = machine.machine_type.into();
        let definition = definition::load(&machine.definition, machine_type, values)?;
        if let Some(warnings) = definition.findings.warnings() {
            context.output.reporter().findings(warnings);
        }
        let place = Place {
            scope,
            logical,
            machine: &scope.name(logical),
            functions: &functions,
        };
        let declared = declared::of_machine(settings, machine, values)?;
        let derivation = stack::derive(&definition.machine, place, &declared);
        let permissions = derivation.permissions();
        match declared::report(settings, logical, machine, &derivation.findings) {
            Some(report) if report.has_errors() => return Err(Error::Invalid(report)),
            Some(report) => context.output.reporter().findings(&report),
            None => {}
        }
        if !derivation.problems.is_empty() {
            return Err(definition.findings.refuse(derivation.problems));
        }
        let parsed = (&definition.machine, machine_type);
        Ok(MachineSettings::new(logical, definition.json, parsed, permissions))
    };
    settings.machines.iter().map(machine).collect()
}

/// What the functions' roles are allowed beside writing their logs, by logical name.
pub(crate) fn function_permissions(
    settings: &Settings,
    scope: &Scope,
) -> Result<BTreeMap<String, FunctionPermissions>, Error> {
    let values = Values {
        scope,
        settings: Some(settings),
        substitutions: &BTreeMap::new(),
    };
    let permissions = |name: &str| {
        let (policy, managed_policies) = settings.function_permissions(name);
        let own = declared::of_function(settings, policy, values)?;
        Ok((name.to_owned(), FunctionPermissions { own, managed_policies }))
    };
    settings.function_names().map(permissions).collect()
}

async fn build(context: &Context<'_>, functions: &Functions) -> Result<BTreeMap<String, Artifact>, Error> {
    Ok(package::package(functions, Processor::OfEach, context.output.reporter()).await?)
}

/// Looks at AWS. What keeps the stack from being deployed ends a build that may take long.
async fn observe(session: &Session, machines: &[MachineSettings]) -> Result<Observed, Error> {
    let Session { cloud, scope, .. } = session;
    let names = session.names();
    let reading = async { Ok(aws::observe(cloud, scope, &names).await?) };
    let ((), observed) = tokio::try_join!(check_functions(session, machines), reading)?;
    let foreign = stack::foreign(scope, &names, &observed);
    match foreign.is_empty() {
        true => Ok(observed),
        false => Err(Error::Foreign(foreign)),
    }
}

/// Refuses a definition that calls a function of this account and region which is neither the stack's nor there: an
/// execution would fail when it comes to it.
async fn check_functions(session: &Session, machines: &[MachineSettings]) -> Result<(), Error> {
    let ours: Vec<&str> = session.settings.function_names().collect();
    let called = |machine: &MachineSettings| machine.other_functions(&session.scope, &ours);
    let others: BTreeSet<String> = machines.iter().flat_map(called).collect();
    let missing = aws::missing_functions(&session.cloud, others).await?;
    let caller = |function: &String| machines.iter().find(|machine| called(machine).contains(function));
    let first = missing
        .into_iter()
        .find_map(|function| Some((caller(&function)?, function)));
    first.map_or(Ok(()), |(machine, function)| {
        Err(Error::NoFunction {
            machine: machine.logical.clone(),
            help: settings::suggestion(&function, ours.iter().copied()),
            function,
        })
    })
}

fn function_settings(
    functions: &Functions,
    built: &BTreeMap<String, Artifact>,
    environments: &BTreeMap<String, Environment>,
    permissions: &BTreeMap<String, FunctionPermissions>,
) -> Vec<FunctionSettings> {
    let settings = |(logical, artifact): (&String, &Artifact)| {
        let function: &Function = functions.functions.get(logical)?;
        Some(FunctionSettings {
            logical: logical.clone(),
            code: artifact.code.clone(),
            large: (artifact.size > aws::MAX_ZIP).then(|| hexadecimal(&artifact.code.sha256)),
            memory: i32::try_from(function.memory).ok()?,
            timeout: i32::try_from(function.timeout).ok()?,
            environment: environments.get(logical)?.clone(),
            description: function.description.clone().unwrap_or_default(),
            permissions: permissions.get(logical).cloned().unwrap_or_default(),
        })
    };
    built.iter().filter_map(settings).collect()
}

/// A digest in base64 as hexadecimal digits.
fn hexadecimal(digest: &str) -> String {
    let bytes = BASE64_STANDARD.decode(digest).unwrap_or_default();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The zips by deployed name, if Lambda takes those that are to be uploaded.
fn artifacts(session: &Session, built: &BTreeMap<String, Artifact>, plan: &Plan) -> Result<Artifacts, Error> {
    let has_bucket = session.settings.common.bucket.is_some();
    let uploads: Vec<&String> = plan.uploads().collect();
    let artifact = |(logical, artifact): (&String, &Artifact)| {
        let name = session.scope.name(logical);
        if artifact.size > aws::MAX_ZIP && uploads.contains(&&name) && !has_bucket {
            return Err(Error::Aws(aws::Error::TooLarge {
                name,
                size: artifact.size,
                limit: aws::MAX_ZIP,
            }));
        }
        Ok((name, artifact.zip.clone()))
    };
    built.iter().map(artifact).collect()
}
