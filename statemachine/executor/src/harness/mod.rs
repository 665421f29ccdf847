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

mod run;
mod tasks;

use std::collections::BTreeMap;
use std::sync::Arc;

use asl::{Diagnostic, Target};
use jiff::Timestamp;
use serde_json::Value;

pub use run::Run;
pub use tasks::{Call, TaskError};

use crate::{Execution, Program, Start, Workflow, simulate};
use tasks::{Handler, Tasks, handler};

/// A state machine with what its tasks do.
pub struct Harness {
    program: Arc<Program>,
    workflow: Workflow,
    seed: u64,
    started_at: Timestamp,
    states: BTreeMap<String, Handler>,
    functions: BTreeMap<String, Handler>,
}

/// Why a state machine cannot be run.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// The definition has errors.
    #[error("the definition has errors: {}", .0.iter().map(|found| found.message.as_str()).collect::<Vec<_>>().join("; "))]
    Definition(Vec<Diagnostic>),
    /// A Task for which there is no closure.
    #[error("nothing is defined for the task of state `{0}`")]
    NoTask(String),
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

    /// Runs one execution to its end. Waits and retries take no time.
    ///
    /// # Errors
    /// [`Error::NoTask`]
    pub async fn run(&self, input: Value) -> Result<Run, Error> {
        let missing = self
            .program
            .tasks()
            .find(|(state, task)| match task.invoked_function() {
                _ if self.states.contains_key(&*state.name) => false,
                Some(Target::Named(name)) => tasks::find(&self.functions, name).is_none(),
                Some(Target::AtRunTime) => self.functions.is_empty(),
                None => true,
            });
        if let Some((state, _)) = missing {
            return Err(Error::NoTask(state.name.to_string()));
        }
        let start = self.start(&input);
        let mut execution = Execution::new(Arc::clone(&self.program), start, self.started_at);
        simulate(&mut execution, &Tasks::new(&self.states, &self.functions)).await;
        Ok(Run::new(execution))
    }

    fn start(&self, input: &Value) -> Start {
        let arn = |resource: &str| Arc::from(format!("arn:aws:states:{REGION}:{ACCOUNT}:{resource}"));
        Start {
            execution_arn: match self.workflow {
                Workflow::Standard => arn("execution:machine:test"),
                Workflow::Express => arn("express:machine:test:00000000-0000-0000-0000-000000000000"),
            },
            execution_name: "test".into(),
            state_machine_arn: arn("stateMachine:machine"),
            state_machine_name: "machine".into(),
            role_arn: format!("arn:aws:iam::{ACCOUNT}:role/machine").into(),
            region: REGION.into(),
            workflow: self.workflow,
            input: tasks::json(input),
            seed: self.seed,
        }
    }
}

const REGION: &str = "us-east-1";
const ACCOUNT: &str = "123456789012";
/// 2026-01-01T00:00:00Z
const STARTED_AT: Timestamp = Timestamp::constant(1_767_225_600, 0);
