//! `stepwright run`

use std::{
    cell::RefCell,
    collections::BTreeMap,
    fmt,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use anstyle::{AnsiColor, Style};
use executor::{Execution, IdleClock, Outcome, Program, Start, simulate};
use lambda_host::{Host, LogLine};
use serde::Serialize;
use stack::Scope;

use super::Context;
use crate::{
    args,
    definition::{self, Definition, Values},
    error::{Error, Exit},
    input, interrupt,
    offline::{self, Described, Needed, Offline, Progress, Recording, ShownHistory, Targets},
    output::Reporter,
    package::{self, Processor},
    settings::{self, Function, Functions, MachineType, Settings},
};

/// Runs one execution offline.
pub(crate) async fn run(context: &Context<'_>, args: args::Run) -> Result<Exit, Error> {
    let settings = workspace(context, &args)?;
    let machine = Machine::of(settings.as_ref(), &args)?;
    let scope = scope(context, settings.as_ref());
    let reporter = context.output.reporter();
    let Definition {
        machine: parsed,
        findings,
        ..
    } = definition::load(
        &machine.definition,
        machine.machine_type.into(),
        Values {
            scope: &scope,
            settings: settings.as_ref(),
            substitutions: &machine.substitutions,
        },
    )?;
    findings
        .warnings()
        .into_iter()
        .for_each(|found| reporter.findings(found));
    let program = Program::new(parsed).map_err(|problems| findings.clone().refuse(problems))?;
    let names = settings.iter().flat_map(Settings::function_names);
    let targets = Targets::new(&scope, names);
    let needed = offline::check(&program, &targets).map_err(|problems| findings.refuse(problems))?;
    let input = input::read(args.input.as_deref(), machine.input.as_deref()).await?;
    let functions = match &settings {
        Some(settings) => functions(settings, &needed, &scope, reporter).await?,
        None => Vec::new(),
    };
    let recording = Recording::open(args.history.as_deref())?;
    let start = start(&args, &machine, &scope, input);
    let host = Host::new(functions, &scope.region, forward_logs(reporter))?;
    let mut execution = Execution::new(Arc::new(program), start, jiff::Timestamp::now());
    let driven = drive(&args, &mut execution, &host, &targets, reporter).await;
    let ended = finish(context, &recording, &execution);
    driven.and(ended)
}

/// The workspace; a definition of its own needs none.
fn workspace(context: &Context<'_>, args: &args::Run) -> Result<Option<Settings>, Error> {
    match settings::load(context.global()) {
        Err(settings::Error::NoWorkspace { upward: true, .. }) if args.definition.is_some() => Ok(None),
        settings => Ok(Some(settings?)),
    }
}

/// The state machine to run.
struct Machine {
    name: String,
    definition: PathBuf,
    machine_type: MachineType,
    input: Option<PathBuf>,
    substitutions: BTreeMap<String, String>,
}

impl Machine {
    fn of(settings: Option<&Settings>, args: &args::Run) -> Result<Machine, Error> {
        let mut machine = match (&args.definition, settings) {
            (None, Some(settings)) => {
                let (name, machine) = settings.machine(args.machine.as_deref())?;
                Machine {
                    name: name.to_owned(),
                    definition: machine.definition.clone(),
                    machine_type: machine.machine_type,
                    input: machine.input.clone(),
                    substitutions: machine.substitutions.clone(),
                }
            }
            (definition, _) => Machine::in_file(definition.clone().unwrap_or_default()),
        };
        machine.machine_type = args.machine_type.unwrap_or(machine.machine_type);
        Ok(machine)
    }

    /// A definition alone; its machine is called as the file is, up to the first dot.
    fn in_file(definition: PathBuf) -> Machine {
        let file = definition.file_name().unwrap_or_default().to_string_lossy();
        Machine {
            name: file.split('.').next().unwrap_or_default().to_owned(),
            definition,
            machine_type: MachineType::default(),
            input: None,
            substitutions: BTreeMap::new(),
        }
    }
}

/// Where an execution that runs nowhere says it is.
fn scope(context: &Context<'_>, settings: Option<&Settings>) -> Scope {
    let global = context.global();
    Scope {
        partition: "aws".to_owned(),
        account: offline::ACCOUNT.to_owned(),
        region: global.region.clone().unwrap_or_else(|| offline::REGION.to_owned()),
        stack: settings.map_or_else(|| "local".to_owned(), |settings| settings.stack.clone()),
        stage: global.stage.clone(),
    }
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
    let processor = Processor::One(package::host().ok_or(Error::NotLinux)?);
    let artifacts = package::package(&functions, processor, reporter).await?;
    let Functions { functions, .. } = functions;
    let hosted = artifacts.into_iter().filter_map(|(logical, artifact)| {
        let function = functions.get(&logical)?.clone();
        Some(hosted(scope, logical, function, artifact.bootstrap))
    });
    Ok(hosted.collect())
}

fn hosted(scope: &Scope, logical: String, function: Function, bootstrap: PathBuf) -> lambda_host::Function {
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
        environment: function.environment,
    }
}

fn start(args: &args::Run, machine: &Machine, scope: &Scope, input: asl::Json) -> Start {
    let name = scope.name(&machine.name);
    let execution = args.name.clone().unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
    let role = args.role_arn.clone().unwrap_or_else(|| scope.role_arn(&name));
    Start {
        execution_arn: match machine.machine_type {
            MachineType::Standard => scope.execution_arn(&name, &execution),
            MachineType::Express => scope.express_execution_arn(&name, &execution, &uuid::Uuid::new_v4().to_string()),
        }
        .into(),
        execution_name: execution.into(),
        state_machine_arn: scope.machine_arn(&name).into(),
        state_machine_name: name.into(),
        role_arn: role.into(),
        region: scope.region.as_str().into(),
        workflow: machine.machine_type.into(),
        input,
        seed: args.seed.unwrap_or_else(|| uuid::Uuid::new_v4().as_u64_pair().1),
    }
}

/// Runs `execution` to its end or to Ctrl-C; no process is left afterwards.
async fn drive(
    args: &args::Run,
    execution: &mut Execution,
    host: &Host,
    targets: &Targets,
    reporter: &Reporter,
) -> Result<Exit, Error> {
    let surroundings = Offline {
        host,
        targets,
        idle_clock: if args.real_time {
            IdleClock::Waits
        } else {
            IdleClock::Jumps
        },
        begun: Instant::now(),
        progress: RefCell::new(Progress::new(reporter, execution.program())),
    };
    let driven = interrupt::or_interrupted(simulate(execution, &surroundings)).await;
    drop(surroundings);
    host.shutdown().await;
    driven?;
    Ok(Exit::Ok)
}

/// Gives the result, and the history as far as it came.
fn finish(context: &Context<'_>, recording: &Recording, execution: &Execution) -> Result<Exit, Error> {
    let mut exit = Exit::Ok;
    if let Some(outcome) = execution.outcome() {
        let described = Described::new(execution, outcome);
        context.output.reporter().event(&Ended::new(execution, outcome));
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

/// How it ended, for people who watch.
#[derive(Serialize)]
#[serde(rename_all = "camelCase", tag = "event", rename = "executionEnded")]
struct Ended<'a> {
    name: &'a str,
    status: &'static str,
    #[serde(rename = "durationInMillis")]
    duration: i64,
    seed: u64,
    #[serde(skip)]
    outcome: &'a Outcome,
}

impl<'a> Ended<'a> {
    fn new(execution: &'a Execution, outcome: &'a Outcome) -> Ended<'a> {
        Ended {
            name: &execution.start().execution_name,
            status: outcome.status().as_str(),
            duration: offline::milliseconds(execution.started_at(), execution.now()),
            seed: execution.start().seed,
            outcome,
        }
    }
}

impl fmt::Display for Ended<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let style = match self.outcome {
            Outcome::Succeeded(_) => AnsiColor::Green.on_default().bold(),
            Outcome::Failed(_) | Outcome::TimedOut | Outcome::Aborted(_) => AnsiColor::Red.on_default().bold(),
        };
        let duration = offline::shown(self.duration);
        write!(formatter, "{style}{}{style:#} after {duration}", self.status)?;
        match self.outcome {
            Outcome::Failed(failure) | Outcome::Aborted(failure) => {
                let error = failure.error.as_deref().unwrap_or("no error name");
                let cause = offline::message(failure.cause.as_deref().unwrap_or_default());
                write!(
                    formatter,
                    ": {error}{}{cause}",
                    if cause.is_empty() { "" } else { ": " }
                )
            }
            Outcome::Succeeded(_) | Outcome::TimedOut => Ok(()),
        }
    }
}

/// A line that a function wrote.
#[derive(Serialize)]
#[serde(rename_all = "camelCase", tag = "event", rename = "log")]
struct Logged {
    function: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    text: String,
}

impl fmt::Display for Logged {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIM: Style = Style::new().dimmed();
        write!(formatter, "  {DIM}{} | {}{DIM:#}", self.function, self.text)
    }
}

fn forward_logs(reporter: &Reporter) -> impl Fn(LogLine) + Send + Sync + 'static {
    let reporter = reporter.clone();
    move |line| {
        reporter.event(&Logged {
            function: line.function,
            request_id: line.request_id,
            text: line.text,
        });
    }
}
