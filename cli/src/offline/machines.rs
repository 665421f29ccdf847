//! The state machines of a run: the one that is started, and those of the workspace that its states start.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use asl::{Diagnostic, Pattern, Resource, State, Target, Task};
use executor::{
    Program,
    mock::{MockConfiguration, MockError, Mocks},
};
use stack::{CallPolicy, Scope};

use super::{
    Targets,
    permissions::{self, Allowed},
};
use crate::{
    definition::{self, Definition, Values},
    error::Error,
    output::Reporter,
    settings::{self, MachineType, Settings},
};

/// Where a state machine comes from.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Its name in mock configurations.
    pub(crate) logical: String,
    /// Its name in stepwright.toml, if its role is the one that the stack makes for it.
    pub(crate) declared_as: Option<String>,
    /// Its deployed name.
    pub(crate) name: String,
    /// The definition's file.
    pub(crate) definition: PathBuf,
    pub(crate) machine_type: MachineType,
    pub(crate) substitutions: BTreeMap<String, String>,
    /// What its states answer without calling anything.
    pub(crate) mocks: Mocks,
    /// Whether what is wrong with it has been told.
    pub(crate) told: bool,
}

/// A state machine ready to run.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) name: String,
    pub(crate) machine_type: MachineType,
    pub(crate) program: Arc<Program>,
    pub(crate) mocks: Mocks,
    /// What its role allows its states; nothing where no call is to be refused.
    pub(crate) policy: Option<CallPolicy>,
}

/// A state machine that states may start.
#[derive(Debug)]
pub(crate) enum Loaded {
    Ready(Rc<Machine>),
    /// It cannot be run on this machine, for this reason; no state names it, but one may when it runs.
    Refused(String),
}

/// The mocks of a run.
#[derive(Debug)]
pub(crate) struct Mocked {
    /// The file, as the user would name it.
    pub(crate) path: PathBuf,
    pub(crate) configuration: MockConfiguration,
    /// The test case, also of the state machines that states start.
    pub(crate) case: String,
}

impl Mocked {
    /// The error that the file is not as it should be.
    pub(crate) fn error(path: &Path, source: MockError) -> Error {
        Error::Mock {
            path: settings::shown(path),
            source: Box::new(source),
        }
    }
}

/// The state machines of a run.
#[derive(Debug)]
pub(crate) struct Machines {
    /// The one that is started.
    pub(crate) main: Rc<Machine>,
    /// Those that states may start, by logical name.
    pub(crate) nested: BTreeMap<String, Loaded>,
    /// The functions all of them call.
    pub(crate) functions: Needed,
}

/// Which functions or state machines a run needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Needed {
    /// These, by logical name.
    Only(BTreeSet<String>),
    /// Any: one is chosen at run time.
    All,
}

impl Default for Needed {
    fn default() -> Needed {
        Needed::Only(BTreeSet::new())
    }
}

impl Needed {
    fn add(&mut self, name: Option<&str>) {
        match (self, name) {
            (Needed::Only(names), Some(name)) => {
                names.insert(name.to_owned());
            }
            (needed, None) => *needed = Needed::All,
            (Needed::All, Some(_)) => {}
        }
    }
}

/// What is read for [`Machines::load`] and told meanwhile.
#[derive(Clone, Copy)]
pub(crate) struct Workspace<'a> {
    pub(crate) scope: &'a Scope,
    pub(crate) settings: Option<&'a Settings>,
    pub(crate) targets: &'a Targets,
    pub(crate) mocked: Option<&'a Mocked>,
    /// Whether calls are refused that roles do not allow.
    pub(crate) iam: bool,
    pub(crate) reporter: &'a Reporter,
}

impl Machines {
    /// Reads the definition `main` and those of the state machines that it may start, and so on.
    ///
    /// # Errors
    /// A definition with errors; a Task that calls what is neither here nor mocked.
    pub(crate) fn load(main: Source, workspace: Workspace<'_>) -> Result<Machines, Error> {
        let mut functions = Needed::default();
        let told = main.declared_as.clone();
        let (main, mut waiting) = workspace.load(main, &mut functions)?;
        let mut nested = BTreeMap::new();
        while let Some(Started { name, by_name }) = waiting.pop_front() {
            let replaces = match nested.get(&name) {
                Some(Loaded::Refused(_)) => by_name,
                Some(Loaded::Ready(_)) => false,
                None => true,
            };
            let Some(mut source) = workspace.source(&name).filter(|_| replaces) else {
                continue;
            };
            source.told = told.as_ref() == Some(&name);
            let mut needed = functions.clone();
            let loaded = match workspace.load(source, &mut needed) {
                Ok((machine, more)) => {
                    functions = needed;
                    let more = more.into_iter();
                    // What only a state machine starts that may never be started itself may never be started either.
                    waiting.extend(more.map(|started| Started {
                        by_name: started.by_name && by_name,
                        ..started
                    }));
                    Loaded::Ready(machine)
                }
                Err(error) if by_name => return Err(error),
                Err(error) => Loaded::Refused(reason(&error)),
            };
            nested.insert(name, loaded);
        }
        Ok(Machines {
            main,
            nested,
            functions,
        })
    }
}

/// A state machine that a state may start.
struct Started {
    /// Its logical name.
    name: String,
    /// Whether a state names it; otherwise one chooses any when it runs.
    by_name: bool,
}

/// Why a state machine cannot be run, in one line.
fn reason(error: &Error) -> String {
    match error {
        Error::Invalid(report) => {
            let errors = report.diagnostics.iter().filter(|found| found.is_error());
            errors
                .map(|found| found.message.as_str())
                .collect::<Vec<_>>()
                .join("; ")
        }
        error => error.chain().join(": "),
    }
}

impl Workspace<'_> {
    /// Reads a state machine, and finds those that it may start.
    fn load(self, source: Source, functions: &mut Needed) -> Result<(Rc<Machine>, VecDeque<Started>), Error> {
        let mut machines = Needed::default();
        let machine = self.read(source, functions, &mut machines)?;
        let by_name = machines != Needed::All;
        let names = self.names(machines).into_iter();
        let started = names.map(|name| Started { name, by_name });
        Ok((Rc::new(machine), started.collect()))
    }

    fn read(self, source: Source, functions: &mut Needed, machines: &mut Needed) -> Result<Machine, Error> {
        let values = Values {
            scope: self.scope,
            settings: self.settings,
            substitutions: &source.substitutions,
        };
        let Definition { machine, findings, .. } =
            definition::load(&source.definition, source.machine_type.into(), values)?;
        if !source.told {
            let warnings = findings.warnings().into_iter();
            warnings.for_each(|found| self.reporter.findings(found));
        }
        let Allowed { policy, warnings } = permissions::of_machine(self, &source, &machine, &findings)?;
        let program = Program::new(machine).map_err(|problems| findings.clone().refuse(problems))?;
        self.check_mocks(&source, &program)?;
        let mut problems = Vec::new();
        for (state, task) in program.tasks().filter(|(state, _)| !source.mocks.answers(&state.name)) {
            match self.needs(state, task, functions, machines) {
                Ok(()) => {}
                Err(problem) => problems.push(*problem),
            }
        }
        if !problems.is_empty() {
            return Err(findings.refuse(problems));
        }
        if !source.told {
            warnings.iter().for_each(|found| self.reporter.findings(found));
        }
        Ok(Machine {
            name: source.name,
            machine_type: source.machine_type,
            program: Arc::new(program),
            mocks: source.mocks,
            policy,
        })
    }

    /// A mock of what is no Task would be passed over in silence, and the real one be called.
    fn check_mocks(self, source: &Source, program: &Program) -> Result<(), Error> {
        let tasks: BTreeSet<&str> = program.tasks().map(|(state, _)| &*state.name).collect();
        let stranger = source.mocks.states().find(|state| !tasks.contains(state));
        let (Some(state), Some(mocked)) = (stranger, self.mocked) else {
            return Ok(());
        };
        let is_state = program.state_names().any(|name| **name == *state);
        let error = MockError::UnknownState {
            machine: source.logical.clone(),
            case: mocked.case.clone(),
            state: state.to_owned(),
            is_state,
            help: settings::suggestion(state, tasks.into_iter()),
        };
        Err(Mocked::error(&mocked.path, error))
    }

    fn needs(
        self,
        state: &State,
        task: &Task,
        functions: &mut Needed,
        machines: &mut Needed,
    ) -> Result<(), Box<Diagnostic>> {
        if waits_for_token(task) {
            return Err(not_here(state, task));
        }
        match (task.invoked_function(), task.started_machine()) {
            (Some(Target::Named(name)), _) => {
                let logical = self.targets.function(name);
                functions.add(Some(
                    logical.ok_or_else(|| self.unknown(state, "calls", "function", name))?,
                ));
            }
            (Some(Target::AtRunTime), _) => functions.add(None),
            (None, Some(Target::Named(arn))) => {
                let logical = self.targets.machine(arn);
                machines.add(Some(
                    logical.ok_or_else(|| self.unknown(state, "starts", "state machine", arn))?,
                ));
            }
            (None, Some(Target::AtRunTime)) => machines.add(None),
            (None, None) => return Err(not_here(state, task)),
        }
        Ok(())
    }

    fn unknown(self, state: &State, verb: &str, kind: &str, name: &str) -> Box<Diagnostic> {
        let message = format!(
            "state `{}` {verb} `{name}`, which is no {kind} of the workspace",
            state.name
        );
        let advice = match kind {
            "function" => {
                "declare it in stepwright.toml as `[functions.NAME]` with its package, or mock it with `--mock`"
            }
            _ => "declare it in stepwright.toml as `[machines.NAME]` with its definition, or mock it with `--mock`",
        };
        let help = match self.targets.suggestion(kind, name) {
            Some(near) => format!("{near} or {advice}"),
            None => advice.to_owned(),
        };
        Box::new(diagnostic(state, message).help(help))
    }

    fn names(self, needed: Needed) -> Vec<String> {
        match (needed, self.settings) {
            (Needed::Only(names), _) => names.into_iter().collect(),
            (Needed::All, Some(settings)) => settings.machines.keys().cloned().collect(),
            (Needed::All, None) => Vec::new(),
        }
    }

    fn source(self, logical: &str) -> Option<Source> {
        let machine = self.settings?.machines.get(logical)?;
        let mocks = self
            .mocked
            .and_then(|mocked| mocked.configuration.case(logical, &mocked.case));
        Some(Source {
            logical: logical.to_owned(),
            declared_as: Some(logical.to_owned()),
            name: self.scope.name(logical),
            definition: machine.definition.clone(),
            machine_type: machine.machine_type,
            substitutions: machine.substitutions.clone(),
            mocks: mocks.unwrap_or_default(),
            told: false,
        })
    }
}

/// Whether the task ends when somebody sends its token back, whatever is called.
fn waits_for_token(task: &Task) -> bool {
    matches!(&task.resource, Resource::Integration(integration) if integration.pattern == Pattern::WaitForTaskToken)
}

fn not_here(state: &State, task: &Task) -> Box<Diagnostic> {
    let what = match &task.resource {
        _ if waits_for_token(task) => "waits for its task token, which nobody on this machine can send back",
        Resource::Activity { .. } => "waits for a worker of an activity, which is not on this machine",
        Resource::Lambda { .. } | Resource::Integration(_) => "calls an AWS service, which is not on this machine",
    };
    let message = format!("state `{}` {what}", state.name);
    let help = format!(
        "mock it with `--mock FILE`; `{}` is called on AWS only",
        task.resource.arn()
    );
    Box::new(diagnostic(state, message).help(help))
}

fn diagnostic(state: &State, message: String) -> Diagnostic {
    Diagnostic::error("NOT_OFFLINE", &*state.location, message).at(state.span.clone())
}
