//! Tests of state machines in Rust: functions and states are async closures, time is virtual, and the end, the history
//! and the way there can be looked at.
//!
//! ```
//! use executor::harness::{Harness, TaskError};
//! use serde_json::json;
//!
//! # futures_util::FutureExt::now_or_never(async {
//! let definition = r#"{
//!   "StartAt": "Charge",
//!   "States": {
//!     "Charge": {
//!       "Type": "Task",
//!       "Resource": "arn:aws:states:::lambda:invoke",
//!       "Parameters": { "FunctionName": "${ChargeFunction}", "Payload.$": "$" },
//!       "OutputPath": "$.Payload",
//!       "Retry": [{ "ErrorEquals": ["Busy"], "IntervalSeconds": 3600, "MaxAttempts": 2 }],
//!       "End": true
//!     }
//!   }
//! }"#;
//! let harness = Harness::new(definition)?.function("ChargeFunction", async |call| {
//!     match call.attempt {
//!         1 => Err(TaskError::new("Busy", "come back in an hour")),
//!         _ => Ok(json!({ "charged": call.input["amount"] })),
//!     }
//! });
//! let run = harness.run(json!({ "amount": 5 })).await?;
//! assert_eq!(run.output(), Ok(&json!({ "charged": 5 })));
//! assert_eq!(run.visited(), ["Charge"]);
//! assert_eq!(run.calls_of("Charge"), 2);
//! assert!(run.duration().as_secs() >= 3600);
//! # Ok::<(), executor::harness::Error>(())
//! # }).unwrap().unwrap();
//! ```

mod check;
mod run;
mod surroundings;
mod tasks;

use std::collections::BTreeMap;
use std::sync::Arc;

use asl::{Diagnostic, Json};
use jiff::Timestamp;
use serde_json::Value;

pub use run::Run;
pub use tasks::{Call, TaskError};

use crate::{Execution, Program, Start, Workflow, simulate};
use surroundings::Tasks;
use tasks::{Handler, handler};

/// A state machine with what its tasks do.
pub struct Harness {
    program: Arc<Program>,
    workflow: Workflow,
    seed: u64,
    started_at: Timestamp,
    states: BTreeMap<String, Handler>,
    functions: BTreeMap<String, Handler>,
    machines: BTreeMap<String, Harness>,
    patience: Option<Patience>,
}

/// Waits for as long as a call may be pending by the wall.
type Patience = Box<dyn Fn() -> std::pin::Pin<Box<dyn Future<Output = ()>>>>;

/// Why a state machine cannot be run.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// The definition has errors.
    #[error("the definition has errors: {}", .0.iter().map(told).collect::<Vec<_>>().join("; "))]
    Definition(Vec<Diagnostic>),
    /// A Task for which there is no closure.
    #[error("nothing is defined for the task of state `{0}`")]
    NoTask(String),
    /// A closure or a machine that no Task of the definition means.
    #[error("{0} is defined, and the state machine has no Task for it")]
    Unused(String),
    /// The input is larger than an execution may be started with.
    #[error("the input has {0} bytes, and an execution is started with 262144 at most")]
    InputTooLarge(usize),
    /// A machine that states start cannot be run.
    #[error("the state machine `{0}`: {1}")]
    Machine(String, Box<Error>),
}

fn told(found: &Diagnostic) -> String {
    format!("{}: {}", found.location, found.message)
}

impl Harness {
    /// Reads a definition. `${Name}` stands for `Name`, so that a function has the name by which the workspace knows it.
    ///
    /// # Errors
    /// [`Error::Definition`]
    pub fn new(definition: &str) -> Result<Harness, Error> {
        let filled = asl::substitute(definition, |placeholder| {
            Some(match placeholder.name {
                "AWS::Region" => REGION.to_owned(),
                "AWS::AccountId" => ACCOUNT.to_owned(),
                "AWS::Partition" => "aws".to_owned(),
                name => name.to_owned(),
            })
        });
        let parsed = asl::parse(&filled.text);
        let errors = parsed.diagnostics.into_iter().filter(Diagnostic::is_error).collect();
        let machine = parsed.machine.ok_or(Error::Definition(errors))?;
        Ok(Harness {
            program: Arc::new(Program::new(machine).map_err(Error::Definition)?),
            workflow: Workflow::Standard,
            seed: 0,
            started_at: STARTED_AT,
            states: BTreeMap::new(),
            functions: BTreeMap::new(),
            machines: BTreeMap::new(),
            patience: None,
        })
    }

    /// What the Lambda function called `name` answers, whichever state calls it and however: the payload in, the payload
    /// out.
    #[must_use]
    pub fn function<F>(mut self, name: &str, task: F) -> Harness
    where
        F: AsyncFn(Call) -> Result<Value, TaskError> + 'static,
    {
        self.functions.insert(name.to_owned(), handler(task));
        self
    }

    /// What the task of the state called `name` gives, whatever it calls: its arguments in, its whole result out. It wins
    /// over a function.
    #[must_use]
    pub fn state<F>(mut self, name: &str, task: F) -> Harness
    where
        F: AsyncFn(Call) -> Result<Value, TaskError> + 'static,
    {
        self.states.insert(name.to_owned(), handler(task));
        self
    }

    /// Runs it as this kind of workflow instead of a Standard one.
    #[must_use]
    pub fn workflow(mut self, workflow: Workflow) -> Harness {
        self.workflow = workflow;
        self
    }

    /// Takes all chance from another seed than 0: jitter, UUIDs, random numbers.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Harness {
        self.seed = seed;
        self
    }

    /// Starts at another time than the beginning of 2026.
    #[must_use]
    pub fn started_at(mut self, time: Timestamp) -> Harness {
        self.started_at = time;
        self
    }

    /// What states start as the state machine `name`, run for real on the same clock; it has closures, and perhaps machines,
    /// of its own.
    ///
    /// ```
    /// # use executor::harness::{Error, Harness};
    /// # fn test(parent: &str, child: &str) -> Result<Harness, Error> {
    /// let child = Harness::new(child)?.function("Charge", async |call| Ok(call.input));
    /// Ok(Harness::new(parent)?.machine("Child", child))
    /// # }
    /// ```
    #[must_use]
    pub fn machine(mut self, name: &str, machine: Harness) -> Harness {
        self.machines.insert(name.to_owned(), machine);
        self
    }

    /// How long a closure may be pending by the wall before its call counts as not answered and the clock jumps to the next
    /// timer: what is waited for, such as a sleep of the runtime the test runs in.
    ///
    /// Without it a closure is waited for however long it takes, so that one that never ends hangs the test: return
    /// [`TaskError::NoAnswer`] for a task that is to time out.
    #[must_use]
    pub fn patience<F>(mut self, wait: F) -> Harness
    where
        F: AsyncFn() + 'static,
    {
        let wait = std::rc::Rc::new(wait);
        self.patience = Some(Box::new(move || {
            let wait = std::rc::Rc::clone(&wait);
            Box::pin(async move { wait().await })
        }));
        self
    }

    /// Runs one execution to its end, and those that it starts. Waits and retries take no time, and calls the time that they
    /// [say](Call::takes).
    ///
    /// # Errors
    /// A Task that nothing is defined for, something defined that no Task means, or an input that is too large.
    pub async fn run(&self, input: Value) -> Result<Run, Error> {
        self.check()?;
        let input = tasks::json(&input);
        if input.encoded_len() > LARGEST_INPUT {
            return Err(Error::InputTooLarge(input.encoded_len()));
        }
        let start = self.start("machine", "test", input);
        let mut execution = Execution::at_start(Arc::clone(&self.program), start, self.started_at);
        simulate(&mut execution, &Tasks::new(self)).await;
        Ok(Run::new(execution))
    }

    fn start(&self, machine: &str, execution: &str, input: Json) -> Start {
        let arn = |resource: &str| Arc::from(format!("arn:aws:states:{REGION}:{ACCOUNT}:{resource}"));
        Start {
            execution_arn: match self.workflow {
                Workflow::Standard => arn(&format!("execution:{machine}:{execution}")),
                Workflow::Express => arn(&format!("express:{machine}:{execution}:{RUN}")),
            },
            execution_name: execution.into(),
            state_machine_arn: arn(&format!("stateMachine:{machine}")),
            state_machine_name: machine.into(),
            role_arn: format!("arn:aws:iam::{ACCOUNT}:role/{machine}").into(),
            region: REGION.into(),
            workflow: self.workflow,
            input,
            seed: self.seed,
        }
    }
}

/// The most bytes an execution may be started with.
const LARGEST_INPUT: usize = 262_144;
const RUN: &str = "00000000-0000-0000-0000-000000000000";
const REGION: &str = "us-east-1";
const ACCOUNT: &str = "123456789012";
/// 2026-01-01T00:00:00Z
const STARTED_AT: Timestamp = Timestamp::constant(1_767_225_600, 0);
