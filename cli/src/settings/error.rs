use std::{io, path::PathBuf};

use super::names;
use crate::{diagnostics::Report, error::Exit, interrupt::Interrupted};

/// Why a workspace's settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no configuration file.
    #[error("there is no stepwright.toml in `{}`{}", .directory.display(), if *.upward { " or above it" } else { "" })]
    NoWorkspace {
        /// Where the search began.
        directory: PathBuf,
        /// Whether the directories above were searched too.
        upward: bool,
    },
    /// A file cannot be read.
    #[error("cannot read `{}`", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The configuration file has errors.
    #[error("`{}` has errors", .0.path.display())]
    Invalid(Report),
    /// The stage's name cannot be part of AWS names.
    #[error("`{0}` is not a stage name")]
    Stage(String),
    /// A stage that is not declared, and is nearly called as one that is.
    #[error("stepwright.toml has no stage `{name}`")]
    UnknownStage {
        /// What was given.
        name: String,
        /// The one that is declared.
        near: String,
    },
    /// A name given on the command line is not in the configuration.
    #[error("there is no {kind} `{name}` in stepwright.toml")]
    Unknown {
        /// What was looked for.
        kind: &'static str,
        /// What was given.
        name: String,
        /// What to write instead.
        help: Option<String>,
    },
    /// A state machine is needed and none is configured.
    #[error("stepwright.toml has no state machine")]
    NoMachine,
    /// Several state machines and no name.
    #[error("stepwright.toml has several state machines")]
    WhichMachine {
        /// Their names.
        names: Vec<String>,
    },
    /// Nothing says which account or region something is for.
    #[error("nothing says which {what} the policy is for")]
    Nowhere {
        /// What is missing: `account` or `region`.
        what: &'static str,
        /// How it can be.
        example: &'static str,
    },
    /// Another account than the declared one.
    #[error("the stack is in account {declared}, as stepwright.toml says, and not in {given}")]
    OtherAccount {
        /// The one that is declared.
        declared: String,
        /// The one that was given.
        given: String,
    },
    /// `cargo` cannot be started.
    #[error("cannot run `{program}`")]
    Cargo {
        /// The program that was tried.
        program: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// cargo cannot read the workspace.
    #[error("cargo cannot read the workspace: {0}")]
    CargoMetadata(String),
    /// Ctrl-C while waiting.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

impl Error {
    pub(super) fn unknown<'a>(kind: &'static str, name: &str, known: impl Iterator<Item = &'a str>) -> Error {
        Error::Unknown {
            kind,
            name: name.to_owned(),
            help: names::suggestion(name, known),
        }
    }

    /// The exit code it ends the process with.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Error::NoWorkspace { .. }
            | Error::Read { .. }
            | Error::Invalid(_)
            | Error::NoMachine
            | Error::CargoMetadata(_) => Exit::Invalid,
            Error::Stage(_)
            | Error::UnknownStage { .. }
            | Error::Unknown { .. }
            | Error::WhichMachine { .. }
            | Error::Nowhere { .. }
            | Error::OtherAccount { .. } => Exit::Usage,
            Error::Cargo { .. } => Exit::Build,
            Error::Interrupted(_) => Exit::Interrupted,
        }
    }

    /// What to do next.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Error::NoWorkspace { .. } => Some(NO_WORKSPACE.to_owned()),
            Error::Stage(_) => Some(format!("a stage name is {}", names::RULE)),
            Error::UnknownStage { name, near } => Some(format!(
                "did you mean `{near}`? If not, declare it with a line `[stages.{name}]`"
            )),
            Error::Unknown { help, .. } => help.clone(),
            Error::NoMachine => Some(NO_MACHINE.to_owned()),
            Error::WhichMachine { names } => Some(format!("name one of them: {}", names::list(names))),
            Error::Nowhere { what, example } => Some(format!(
                "pass `--{what}`, or write `{what} = \"{example}\"` into stepwright.toml; `--format terraform` and \
                 `--format cloudformation` can leave it open"
            )),
            Error::OtherAccount { .. } => Some("leave out `--account`, or name the stage that is in it".to_owned()),
            Error::Cargo { .. } => {
                Some("install Rust from https://rustup.rs, or set CARGO to the path of cargo".into())
            }
            Error::Read { .. } | Error::Invalid(_) | Error::CargoMetadata(_) | Error::Interrupted(_) => None,
        }
    }
}

const NO_WORKSPACE: &str = r#"write one at the root of the cargo workspace, for example:

  stack = "order"

  [functions.ValidateOrderFunction]
  package = "validate-order"

  [machines.OrderWorkflow]
  definition = "statemachine/order-workflow.asl.json"
"#;

const NO_MACHINE: &str = r#"add one:

  [machines.OrderWorkflow]
  definition = "statemachine/order-workflow.asl.json"
"#;
