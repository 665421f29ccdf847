//! The state machines of a run: the one that is started, and those of the workspace that its states start.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use asl::{Diagnostic, Pattern, Resource, State, Target, Task};
use executor::{Program, mock::Mocks};
use stack::Scope;

use super::Targets;
use crate::{
    definition::{self, Definition, Values},
    error::Error,
    output::Reporter,
    settings::{MachineType, Settings},
};

/// Where a state machine comes from.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Its deployed name.
    pub(crate) name: String,
    /// The definition's file.
    pub(crate) definition: PathBuf,
    pub(crate) machine_type: MachineType,
    pub(crate) substitutions: BTreeMap<String, String>,
    /// What its states answer without calling anything.
    pub(crate) mocks: Mocks,
}

/// A state machine ready to run.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) name: String,
    pub(crate) machine_type: MachineType,
    pub(crate) program: Arc<Program>,
    pub(crate) mocks: Mocks,
}

/// The state machines of a run.
#[derive(Debug)]
pub(crate) struct Machines {
    /// The one that is started.
    pub(crate) main: Rc<Machine>,
    /// Those that states may start, by logical name.
    pub(crate) nested: BTreeMap<String, Rc<Machine>>,
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
    pub(crate) reporter: &'a Reporter,
}

impl Machines {
    /// Reads the definition `main` and those of the state machines that it may start, and so on.
    ///
    /// # Errors
    /// A definition with errors; a Task that calls what is neither here nor mocked.
    pub(crate) fn load(main: Source, workspace: Workspace<'_>) -> Result<Machines, Error> {
        let mut functions = Needed::default();
        let mut nested = BTreeMap::new();
        let mut waiting = VecDeque::new();
        let mut read = |source, functions: &mut Needed| {
            let mut machines = Needed::default();
            let machine = workspace.read(source, functions, &mut machines)?;
            waiting.extend(workspace.names(machines));
            Ok::<_, Error>((Rc::new(machine), std::mem::take(&mut waiting)))
        };
        let (main, mut names) = read(main, &mut functions)?;
        while let Some(name) = names.pop_front() {
            if let Some(source) = workspace.source(&name).filter(|_| !nested.contains_key(&name)) {
                let (machine, more) = read(source, &mut functions)?;
                nested.insert(name, machine);
                names.extend(more);
            }
        }
        Ok(Machines {
            main,
            nested,
            functions,
        })
    }
}

impl Workspace<'_> {
    fn read(self, source: Source, functions: &mut Needed, machines: &mut Needed) -> Result<Machine, Error> {
        let values = Values {
            scope: self.scope,
            settings: self.settings,
            substitutions: &source.substitutions,
        };
        let Definition { machine, findings, .. } =
            definition::load(&source.definition, source.machine_type.into(), values)?;
        findings
            .warnings()
            .into_iter()
            .for_each(|found| self.reporter.findings(found));
        let program = Program::new(machine).map_err(|problems| findings.clone().refuse(problems))?;
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
        Ok(Machine {
            name: source.name,
            machine_type: source.machine_type,
            program: Arc::new(program),
            mocks: source.mocks,
        })
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
        let help = match self.targets.suggestion(name) {
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
        Some(Source {
            name: self.scope.name(logical),
            definition: machine.definition.clone(),
            machine_type: machine.machine_type,
            substitutions: machine.substitutions.clone(),
            mocks: Mocks::default(),
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
