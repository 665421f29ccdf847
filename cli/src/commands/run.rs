//! `stepwright run`

mod report;

use std::{collections::BTreeMap, path::PathBuf, rc::Rc, sync::Arc, time::Duration};

use executor::{
    Execution, IdleClock, Start,
    mock::{MockConfiguration, Mocks},
    simulate,
};
use lambda_host::Host;
use stack::Scope;
use tokio::task::LocalSet;

use super::{Context, environments};
use crate::{
    args,
    error::{Error, Exit},
    input, interrupt,
    offline::{
        Described, Machine, Machines, Mocked, Needed, Offline, Recording, Shared, ShownHistory, Source, Targets,
        Workspace,
    },
    output::Reporter,
    package::{self, Processor},
    settings::{self, Function, Functions, MachineType, Settings},
};
use report::{ended, forward_logs};

/// Runs one execution offline.
pub(crate) async fn run(context: &Context<'_>, args: args::Run) -> Result<Exit, Error> {
    let settings = workspace(context, &args)?;
    let scope = context.offline_scope(settings.as_ref());
    let reporter = context.output.reporter();
    let targets = Targets::new(&scope, settings.as_ref());
    let (mut source, default_input) = source(settings.as_ref(), &args, &scope)?;
    let mocked = mocked(&args, &source.logical)?;
    if let Some(mocked) = &mocked {
        let mocks = mocked.configuration.case(&source.logical, &mocked.case);
        source.mocks = mocks.unwrap_or_default();
    }
    let machines = Machines::load(
        source,
        Workspace {
            scope: &scope,
            settings: settings.as_ref(),
            targets: &targets,
            mocked: mocked.as_ref(),
            iam: !args.no_iam,
            reporter,
        },
    )?;
    let input = input::read(args.input.as_deref(), default_input.as_deref()).await?;
    let functions = match &settings {
        Some(settings) => functions(settings, &machines.functions, &scope, reporter).await?,
        None => Vec::new(),
    };
    let recording = Recording::open(args.history.as_deref())?;
    let start = start(&args, &machines.main, &scope, input);
    let program = Arc::clone(&machines.main.program);
    let host = Host::new(functions, &scope.region, forward_logs(reporter))?;
    let mut shared = Shared::new(host, machines, (scope, targets), reporter);
    if args.real_time {
        shared.idle_clock = IdleClock::Waits;
    }
    let mut execution = Execution::at_start(program, start, jiff::Timestamp::now());
    let shared = Rc::new(shared);
    let driven = drive(&mut execution, &shared).await;
    let ended = finish(context, &recording, &execution, shared.reason.take());
    driven.and(ended)
}

/// The workspace; a definition of its own needs none.
fn workspace(context: &Context<'_>, args: &args::Run) -> Result<Option<Settings>, Error> {
    match settings::load(context.global()) {
        Err(settings::Error::NoWorkspace { upward: true, .. }) if args.definition.is_some() => Ok(None),
        settings => Ok(Some(settings?)),
    }
}

/// The state machine to run, and the file of its input.
fn source(settings: Option<&Settings>, args: &args::Run, scope: &Scope) -> Result<(Source, Option<PathBuf>), Error> {
    let (mut source, input) = match (&args.definition, settings) {
        (None, Some(settings)) => {
            let (name, machine) = settings.machine(args.machine.as_deref())?;
            let source = Source {
                logical: name.to_owned(),
                // What another role may do is not known here.
                declared_as: args.role_arn.is_none().then(|| name.to_owned()),
                name: scope.name(name),
                definition: machine.definition.clone(),
                machine_type: machine.machine_type,
                substitutions: machine.substitutions.clone(),
                mocks: Mocks::default(),
                told: false,
            };
            (source, machine.input.clone())
        }
        (definition, _) => {
            let source = in_file(definition.clone().unwrap_or_default());
            (source, None)
        }
    };
    if let Some(name) = &args.name {
        source.name.clone_from(name);
        source.logical.clone_from(name);
    }
    source.machine_type = args.machine_type.unwrap_or(source.machine_type);
    Ok((source, input))
}

/// A definition alone; its machine is called as the file is, up to the first dot.
fn in_file(definition: PathBuf) -> Source {
    let file = definition.file_name().unwrap_or_default().to_string_lossy();
    let name = file.split('.').next().unwrap_or_default();
    Source {
        logical: name.to_owned(),
        declared_as: None,
        name: name.to_owned(),
        definition,
        machine_type: MachineType::default(),
        substitutions: BTreeMap::new(),
        mocks: Mocks::default(),
        told: false,
    }
}

/// The mocks of a run of the state machine `machine`, if there is a file of them.
fn mocked(args: &args::Run, machine: &str) -> Result<Option<Mocked>, Error> {
    let Some(path) = &args.mock else {
        return Ok(None);
    };
    let json = input::json_file("mock configuration", path)?;
    let chosen = MockConfiguration::new(&json).and_then(|configuration| {
        let case = configuration.choose(machine, args.case.as_deref())?.to_owned();
        Ok((configuration, case))
    });
    let (configuration, case) = chosen.map_err(|source| Mocked::error(path, source))?;
    Ok(Some(Mocked {
        path: path.clone(),
        configuration,
        case,
    }))
}

/// Packs what is stale, and gives the functions as the host runs them.
async fn functions(
    settings: &Settings,
    needed: &Needed,
    scope: &Scope,
    reporter: &Reporter,
) -> Result<Vec<lambda_host::Function>, Error> {
    let names: Vec<String> = match needed {
        Needed::All => Vec::new(),
        Needed::Only(names) if names.is_empty() => return Ok(Vec::new()),
        Needed::Only(names) => names.iter().cloned().collect(),
    };
    let functions = settings.functions(&names).await?;
    let environments = functions
        .functions
        .iter()
        .map(|(name, function)| Ok((name.clone(), environments::offline(settings, name, function)?)))
        .collect::<Result<BTreeMap<_, _>, Error>>()?;
    let processor = Processor::One(package::host().ok_or(Error::NotLinux)?);
    let artifacts = package::package(&functions, processor, reporter).await?;
    let Functions { functions, .. } = functions;
    let hosted = artifacts.into_iter().filter_map(|(logical, artifact)| {
        let environment = environments.get(&logical)?.clone();
        let function = functions.get(&logical)?;
        Some(hosted(scope, logical, function, environment, artifact.bootstrap))
    });
    Ok(hosted.collect())
}

fn hosted(
    scope: &Scope,
    logical: String,
    function: &Function,
    environment: BTreeMap<String, String>,
    bootstrap: PathBuf,
) -> lambda_host::Function {
    let name = scope.name(&logical);
    lambda_host::Function {
        arn: scope.function_arn(&name),
        name,
        logical_name: logical,
        version: "$LATEST".to_owned(),
        bootstrap,
        handler: "bootstrap".to_owned(),
        memory_mib: function.memory,
        timeout: Duration::from_secs(function.timeout.into()),
        environment,
    }
}

fn start(args: &args::Run, machine: &Machine, scope: &Scope, input: asl::Json) -> Start {
    let seed = args.seed.unwrap_or_else(|| uuid::Uuid::new_v4().as_u64_pair().1);
    let execution = execution_name(seed);
    let role = args.role_arn.clone().unwrap_or_else(|| scope.role_arn(&machine.name));
    let execution_arn = match machine.machine_type {
        MachineType::Standard => scope.execution_arn(&machine.name, &execution),
        MachineType::Express => scope.express_execution_arn(&machine.name, &execution, &execution_name(!seed)),
    };
    Start {
        execution_arn: execution_arn.into(),
        execution_name: execution.into(),
        state_machine_arn: scope.machine_arn(&machine.name).into(),
        state_machine_name: machine.name.as_str().into(),
        role_arn: role.into(),
        region: scope.region.as_str().into(),
        workflow: machine.machine_type.into(),
        input,
        seed,
    }
}

/// A UUID that is the same for the same seed.
fn execution_name(seed: u64) -> String {
    let (high, low) = (mixed(seed), mixed(seed.wrapping_add(0x9e37_79b9_7f4a_7c15)));
    let bytes = (u128::from(high) << 64 | u128::from(low)).to_be_bytes();
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// Other bits for other seeds, however near: the last step of the generator SplitMix64.
fn mixed(seed: u64) -> u64 {
    let seed = (seed ^ seed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let seed = (seed ^ seed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    seed ^ seed >> 31
}

/// Runs `execution` and what it starts to the end, or to Ctrl-C; no process is left afterwards.
async fn drive(execution: &mut Execution, shared: &Rc<Shared>) -> Result<Exit, Error> {
    let surroundings = Offline::main(shared);
    // Calls that nobody waits for run beside the execution.
    let beside = LocalSet::new();
    let driven = interrupt::or_interrupted(beside.run_until(async {
        simulate(execution, &surroundings).await;
        shared.detached().await;
    }));
    let driven = driven.await;
    drop((surroundings, beside));
    shared.host.shutdown().await;
    driven?;
    Ok(Exit::Ok)
}

/// Gives the result, and the history as far as it came.
fn finish(
    context: &Context<'_>,
    recording: &Recording,
    execution: &Execution,
    reason: Option<String>,
) -> Result<Exit, Error> {
    let mut exit = Exit::Ok;
    if let Some(outcome) = execution.outcome() {
        let described = Described::new(execution, outcome);
        context.output.reporter().event(&ended(execution, outcome, reason));
        if !described.succeeded() {
            exit = Exit::Unsuccessful;
        }
        if !matches!(recording, Recording::Stdout) {
            context.output.print_result(&described)?;
        }
    }
    match recording {
        Recording::Stdout => context.output.print_result(&ShownHistory(execution.history()))?,
        Recording::None | Recording::File(..) => recording.keep(execution.history())?,
    }
    Ok(exit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_halves_of_a_name_differ_and_so_do_names() {
        let names: Vec<String> = (0..3).map(execution_name).collect();
        assert_eq!(names, [0, 1, 2].map(execution_name));
        for name in &names {
            let digits = name.replace('-', "");
            assert_ne!(digits[..8], digits[24..], "{name}");
        }
        assert_ne!(names[0], names[1]);
    }
}
