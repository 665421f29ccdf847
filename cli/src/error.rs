//! What ends a command, and the exit code it ends with. Only this crate picks exit codes.

use std::{error::Error as _, io, path::PathBuf, process::ExitCode};

use executor::mock::MockError;
use serde::Serialize;

use crate::{
    aws,
    commands::FindError,
    diagnostics::Report,
    interrupt::Interrupted,
    output::Output,
    package,
    settings::{self, Reference},
};

/// The exit codes of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Ok = 0,
    /// Something nobody expected.
    Unexpected = 1,
    /// The command line asks for what is not there. Malformed arguments end in clap with the same code.
    Usage = 2,
    /// A definition or the configuration is invalid.
    Invalid = 3,
    /// An execution or a test was not successful.
    Unsuccessful = 4,
    /// The functions could not be built.
    Build = 5,
    /// An AWS call failed, or an apply is incomplete.
    Aws = 6,
    /// The plan has changes, and was asked to say so.
    Changes = 7,
    /// A deploy went back to what was live before.
    WentBack = 8,
    /// Ctrl-C or SIGTERM.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// Whatever ends a command before its result. A new area adds its own error type as a variant here, its exit code in
/// [`Error::exit`] and its advice in [`Error::help`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file of the user's has errors; they are drawn, not told.
    #[error("`{}` has errors", .0.path.display())]
    Invalid(Report),
    /// The workspace's settings cannot be used.
    #[error(transparent)]
    Settings(settings::Error),
    /// An input that is no input.
    #[error("the input {origin} {problem}")]
    Input {
        /// Where it is from.
        origin: String,
        /// What is wrong, following its origin.
        problem: String,
    },
    /// A file that the command line names cannot be read.
    #[error("cannot read the {what} `{}`", .path.display())]
    Unreadable {
        /// What it is to be.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A file that is to be JSON is not.
    #[error("the {what} `{}` {problem}", .path.display())]
    NotJson {
        /// What it is to be.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong, following the file.
        problem: String,
    },
    /// A mock configuration that cannot be used.
    #[error("the mock configuration `{}` cannot be used: {source}", .path.display())]
    Mock {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<MockError>,
    },
    /// The stack cannot be deployed as it is.
    #[error("the stack cannot be deployed: {}", list(.0))]
    Stack(Vec<stack::Error>),
    /// Resources with the stack's names that are not the stack's.
    #[error("names of the stack are taken: {}", list(.0))]
    Foreign(Vec<stack::Foreign>),
    /// The credentials are another account's than the declared one.
    #[error(
        "{stack}/{stage} belongs to account {declared}, and {} to account {found}",
        .profile.as_ref().map_or_else(|| "the credentials".to_owned(), |profile| format!("profile `{profile}`"))
    )]
    Account {
        /// The stack.
        stack: String,
        /// Its stage.
        stage: String,
        /// The account that stepwright.toml names.
        declared: String,
        /// The account of who calls.
        found: String,
        /// The profile that was used, if one was.
        profile: Option<String>,
    },
    /// Something between here and AWS.
    #[error(transparent)]
    Aws(#[from] aws::Error),
    /// The value of an environment variable cannot be read on AWS.
    #[error("environment variable `{variable}` of function `{function}` has no value: {reference} cannot be used")]
    Unresolved {
        /// The function's logical name.
        function: String,
        /// The variable.
        variable: String,
        /// Where the value should be.
        reference: Reference,
        /// Why it cannot be had.
        source: Box<aws::Error>,
    },
    /// The value of an environment variable is on AWS, which offline runs do not read.
    #[error(
        "environment variable `{variable}` of function `{function}` is {reference} on AWS, which a run does not read"
    )]
    OnAws {
        /// The function's logical name.
        function: String,
        /// The variable.
        variable: String,
        /// Where the value is.
        reference: Reference,
    },
    /// Step Functions refuses a definition.
    #[error("Step Functions refuses the definition of `{machine}`: {}", .problems.join("; "))]
    Definition {
        /// The state machine.
        machine: String,
        /// What it says.
        problems: Vec<String>,
    },
    /// A definition calls a function that is not there.
    #[error(
        "state machine `{machine}` calls the function `{function}`, which is neither in stepwright.toml nor on AWS"
    )]
    NoFunction {
        /// The state machine's logical name.
        machine: String,
        /// The function.
        function: String,
        /// What may be meant.
        help: Option<String>,
    },
    /// A state machine is to be started that is not deployed.
    #[error("`{machine}` is not deployed in account {}, region {}", .scope.account, .scope.region)]
    NotDeployed {
        /// The state machine's deployed name.
        machine: String,
        /// Where it was looked for.
        scope: Box<stack::Scope>,
    },
    /// Log groups of which none is there.
    #[error("there is no log group `{}` in account {}, region {}", .groups.join("`, `"), .scope.account, .scope.region)]
    NoLogs {
        /// Their names.
        groups: Vec<String>,
        /// Where they were looked for.
        scope: Box<stack::Scope>,
    },
    /// A plan was not carried out to its end.
    #[error("{} of {} steps were not carried out", .remaining, .total)]
    Incomplete {
        /// How many steps are left.
        remaining: usize,
        /// How many there were.
        total: usize,
        /// Whether it was for Ctrl-C.
        interrupted: bool,
        /// The first failure.
        #[source]
        cause: Option<aws::Error>,
    },
    /// Traffic began to shift to new versions and is at the old ones again.
    #[error("the deploy went back: {}", live_again(.live))]
    WentBack {
        /// State machines by deployed name, each with the version that is live again.
        live: Vec<(String, u64)>,
        /// Whether it was for Ctrl-C.
        interrupted: bool,
        /// What went wrong.
        #[source]
        cause: Option<aws::Error>,
    },
    /// The execution that is meant cannot be told, or nothing can be done with it.
    #[error(transparent)]
    Execution(#[from] FindError),
    /// There is no version to go back to.
    #[error(transparent)]
    Rollback(#[from] stack::RollbackError),
    /// Functions are executables that this machine does not run.
    #[error("functions are Linux executables for x86_64 or arm64, which this machine does not run")]
    NotLinux,
    /// The functions cannot be run on this machine as they are configured.
    #[error(transparent)]
    Host(#[from] lambda_host::HostError),
    /// Ctrl-C for the second time while AWS was called.
    #[error("interrupted; what became of the calls under way is not known")]
    GivenUp,
    /// The functions could not be compiled or packed.
    #[error(transparent)]
    Package(#[from] package::Error),
    /// A question that nobody can answer.
    #[error("this needs a yes, and there is no terminal to ask on")]
    NobodyToAsk,
    /// The answer to a question was no.
    #[error("nothing was changed")]
    Declined,
    /// Ctrl-C or SIGTERM.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// The operating system refused something.
    #[error("cannot {action}")]
    Io {
        /// What was tried, in words that follow "cannot".
        action: String,
        /// What the operating system said.
        source: io::Error,
    },
}

impl From<settings::Error> for Error {
    fn from(error: settings::Error) -> Error {
        match error {
            settings::Error::Invalid(report) => Error::Invalid(report),
            settings::Error::Interrupted(interrupted) => Error::Interrupted(interrupted),
            other => Error::Settings(other),
        }
    }
}

impl Error {
    /// The operating system refused `action`, which is worded to follow "cannot".
    pub(crate) fn io(action: impl Into<String>, source: io::Error) -> Error {
        Error::Io {
            action: action.into(),
            source,
        }
    }

    /// The exit code it ends the process with.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Error::Invalid(_) => Exit::Invalid,
            Error::Settings(error) => error.exit(),
            Error::Mock { source, .. } if matches!(**source, MockError::Malformed { .. }) => Exit::Invalid,
            Error::NotJson { .. } => Exit::Invalid,
            Error::Mock { .. } => Exit::Usage,
            Error::OnAws { .. }
            | Error::Stack(_)
            | Error::Definition { .. }
            | Error::NoFunction { .. }
            | Error::Host(_) => Exit::Invalid,
            Error::Aws(aws::Error::Interrupted)
            | Error::Incomplete { interrupted: true, .. }
            | Error::WentBack { interrupted: true, .. }
            | Error::GivenUp
            | Error::Interrupted(_) => Exit::Interrupted,
            Error::Aws(aws::Error::Region(_) | aws::Error::Endpoint(_)) => Exit::Usage,
            Error::WentBack { .. } => Exit::WentBack,
            Error::Rollback(_) | Error::Execution(_) => Exit::Usage,
            Error::Foreign(_)
            | Error::NotDeployed { .. }
            | Error::NoLogs { .. }
            | Error::Unresolved { .. }
            | Error::Aws(_)
            | Error::Incomplete { .. } => Exit::Aws,
            Error::Package(error) => error.exit(),
            Error::NotLinux => Exit::Build,
            Error::Account { .. } | Error::Input { .. } | Error::Unreadable { .. } | Error::NobodyToAsk => Exit::Usage,
            Error::Declined => Exit::Unexpected,
            Error::Io { .. } => Exit::Unexpected,
        }
    }

    /// What to do next.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Error::Settings(error) => error.help(),
            Error::Stack(errors) => errors.iter().find_map(stack::Error::help),
            Error::Foreign(foreign) => Some(foreign_help(foreign)),
            Error::Account { declared, .. } => Some(format!(
                "pass `--profile` with a profile of account {declared}, choose another `--stage`, or change `account` in \
                 stepwright.toml"
            )),
            Error::Unresolved { source, .. } if source.is_not_found() => {
                Some("make it in the stack's account and region, or correct its name in stepwright.toml".to_owned())
            }
            Error::Unresolved { source, .. } => source.help(),
            Error::OnAws { variable, .. } => Some(format!(
                "set {variable} in the environment of this command, or give it a value under `[run.environment]` in \
                 stepwright.toml"
            )),
            Error::Aws(error) => error.help(),
            Error::Package(error) => error.help(),
            Error::Mock { source, .. } => mock_help(source),
            Error::NotLinux => Some("run it on Linux, for instance in a virtual machine or a container".to_owned()),
            Error::NoFunction { help, .. } => help.clone(),
            Error::NotDeployed { scope, .. } | Error::NoLogs { scope, .. } => Some(format!(
                "deploy it with `stepwright deploy --stage {}`, or choose another stage, region or profile",
                scope.stage
            )),
            Error::Incomplete { cause: Some(cause), .. } if cause.help().is_some() => {
                let help = cause.help().unwrap_or_default();
                Some(format!("{help}; the same command again goes on from here"))
            }
            Error::Incomplete { .. } | Error::GivenUp => Some(
                "the same command again goes on from here; `stepwright destroy` takes down what is there".to_owned(),
            ),
            Error::WentBack { cause: Some(cause), .. } => cause.help(),
            Error::WentBack { .. } => Some("`stepwright deploy` begins anew; what it has prepared stays".to_owned()),
            Error::Rollback(error) => error.help(),
            Error::Execution(error) => error.help(),
            Error::NobodyToAsk => Some("pass `--yes`".to_owned()),
            Error::Invalid(_)
            | Error::Definition { .. }
            | Error::Host(_)
            | Error::Input { .. }
            | Error::Unreadable { .. }
            | Error::NotJson { .. }
            | Error::Declined
            | Error::Interrupted(_)
            | Error::Io { .. } => None,
        }
    }

    /// The error and what is under it, outermost first, leaving out what the one before says already.
    #[must_use]
    pub fn chain(&self) -> Vec<String> {
        let mut chain = vec![self.to_string()];
        let mut source = self.source();
        while let Some(error) = source {
            let message = error.to_string();
            if chain.last().is_none_or(|above| !above.contains(&message)) {
                chain.push(message);
            }
            source = error.source();
        }
        chain
    }
}

/// Roles are the one kind of resource whose names are the same in all regions.
fn foreign_help(foreign: &[stack::Foreign]) -> String {
    match foreign.iter().find_map(|foreign| foreign.elsewhere.as_ref()) {
        Some(region) => format!(
            "this stage is deployed in {region}, and the names of roles belong to all regions of an account: choose \
             another `--stage` for this region, or destroy the stage in {region} first"
        ),
        None => "choose another stack or stage, or remove what is there yourself".to_owned(),
    }
}

fn mock_help(error: &MockError) -> Option<String> {
    match error {
        MockError::Malformed { .. } | MockError::UnknownCase { .. } | MockError::NoCase(_) => None,
        MockError::UnknownState { help, .. } => help.clone(),
        MockError::UnknownMachine { .. } => Some("pass `--name` to run it under another name".to_owned()),
        MockError::WhichCase { .. } => Some("choose one with `--case`".to_owned()),
    }
}

fn live_again(machines: &[(String, u64)]) -> String {
    let machines = machines
        .iter()
        .map(|(machine, version)| format!("version {version} of `{machine}` is live again"));
    machines.collect::<Vec<_>>().join(", ")
}

fn list(errors: &[impl std::fmt::Display]) -> String {
    let messages: Vec<String> = errors.iter().map(ToString::to_string).collect();
    messages.join("\n  ")
}

/// An error for programs.
#[derive(Serialize)]
pub(crate) struct Summary<'a> {
    message: String,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    causes: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    exit_code: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a Report>,
}

impl<'a> Summary<'a> {
    /// Of an error and its [`Error::chain`].
    pub(crate) fn new(error: &'a Error, chain: &'a [String]) -> Summary<'a> {
        let (message, causes) = chain
            .split_first()
            .map_or((String::new(), chain), |(m, c)| (m.clone(), c));
        Summary {
            message,
            causes,
            help: error.help(),
            exit_code: error.exit() as u8,
            file: match error {
                Error::Invalid(report) => Some(report),
                _ => None,
            },
        }
    }
}

/// A panic is a bug of ours: it is told as such, without a backtrace.
pub(crate) fn replace_panic_message(output: Output) {
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic
            .location()
            .map_or_else(String::new, |place| format!(" at {place}"));
        let what = panic.payload_as_str().unwrap_or("no message");
        output.reporter().error(
            &format!("a bug in stepwright{place}: {what}"),
            Some("please report it, with the command and the files that led here"),
        );
    }));
}
