//! The command line: clap types only. They stop at [`crate::settings`].

use std::{num::NonZeroUsize, path::PathBuf};

use clap::{ColorChoice, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use stack::{Pace, Traffic};

use crate::{aws::ExecutionStatus, output::Consent, settings::MachineType, since::since};

/// The stage of who does not name one. It is there whether it is declared or not.
pub const DEFAULT_STAGE: &str = "dev";

/// Build, run offline, deploy and take down Step Functions workflows of Rust Lambdas
#[derive(Debug, Parser)]
#[command(
    name = "stepwright",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
pub struct Args {
    /// What every command takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Directory of stepwright.toml [default: found upward from here]
    #[arg(long, value_name = "DIR", global = true)]
    pub workspace: Option<PathBuf>,
    /// Stage of the stack, part of every deployed name
    #[arg(long, value_name = "NAME", default_value = DEFAULT_STAGE, global = true)]
    pub stage: String,
    /// Profile of the AWS configuration files
    #[arg(long, value_name = "NAME", global = true)]
    pub profile: Option<String>,
    /// AWS region
    #[arg(long, value_name = "REGION", global = true)]
    pub region: Option<String>,
    /// Where AWS calls go instead of AWS [env: AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_SFN, ...]
    #[arg(long, value_name = "URL", global = true)]
    pub endpoint_url: Option<String>,
    /// Form of the result
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text, global = true)]
    pub output: Format,
    /// Say more about what happens
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Say nothing but the result and errors
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value_t = ColorChoice::Auto, global = true)]
    pub color: ColorChoice,
}

/// Form of results and messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[value(help = None)]
    Text,
    /// For programs.
    #[value(help = None)]
    Json,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Compile, check and zip the functions
    Build(Build),
    /// Run one execution offline, over the functions as they are deployed
    Run(Run),
    /// Show what deploy would do
    Plan(Plan),
    /// Build, show the plan, ask, apply
    Deploy(Deploy),
    /// Make the version live again that was live before
    Rollback(Rollback),
    /// Start an execution on AWS
    Start(Start),
    /// Show what is deployed and how it does
    Status(Status),
    /// List executions, the newest first
    Executions(Executions),
    /// Show what an execution did, state by state
    History(History),
    /// Show what functions and state machines log, merged by time
    Logs(Logs),
    /// Stop an execution
    Stop(Stop),
    /// Have an execution that failed go on where it ended
    Redrive(Redrive),
    /// Take the stack down
    Destroy(Destroy),
    /// Find what the stack left behind: resources of stages and names that are no more
    Orphans(Orphans),
    /// Print the policies that the stack needs
    #[command(subcommand)]
    Policy(Policy),
}

/// Arguments of `build`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  stepwright build ValidateOrderFunction --arm64")]
pub struct Build {
    /// Functions to build, by their names in stepwright.toml [default: all]
    #[arg(value_name = "FUNCTION")]
    pub functions: Vec<String>,
    /// Build all for arm64 (Graviton), whatever stepwright.toml says
    #[arg(long)]
    pub arm64: bool,
}

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  stepwright run\n  stepwright run --input order.json --history history.json\n  \
                  stepwright run --definition statemachine/order-workflow.asl.json --input '{\"order\": {}}'"
)]
pub struct Run {
    /// State machine to run, by its name in stepwright.toml [default: the only one]
    #[arg(value_name = "MACHINE", conflicts_with = "definition")]
    pub machine: Option<String>,
    /// Definition to run instead of one of stepwright.toml
    #[arg(long, value_name = "FILE")]
    pub definition: Option<PathBuf>,
    /// Input: a file, JSON, or `-` for standard input [default: the machine's `input` in stepwright.toml, or {}]
    #[arg(long, value_name = "FILE|JSON|-")]
    pub input: Option<String>,
    /// Mock configuration of AWS's Step Functions Local: its states call nothing
    #[arg(long, value_name = "FILE")]
    pub mock: Option<PathBuf>,
    /// Test case of the mock configuration [default: the only one]
    #[arg(long, value_name = "NAME", requires = "mock")]
    pub case: Option<String>,
    /// Where to write the history, as `aws stepfunctions get-execution-history` prints it; `-` writes it instead of the
    /// output
    #[arg(long, value_name = "FILE|-")]
    pub history: Option<PathBuf>,
    /// Let waits take their time instead of jumping over them
    #[arg(long)]
    pub real_time: bool,
    /// What all chance comes from: jitter, random values, tokens [default: another one each time]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Name of the state machine, also in the mock configuration [default: that in stepwright.toml, or the definition's
    /// file name up to the first dot]
    #[arg(long, value_name = "NAME", value_parser = aws_name)]
    pub name: Option<String>,
    /// Type of the state machine [default: as in stepwright.toml, or STANDARD]
    #[arg(long = "type", value_name = "TYPE", value_enum, ignore_case = true)]
    pub machine_type: Option<MachineType>,
    /// ARN of the role that the execution says it runs as [default: the one it would have on AWS]
    #[arg(long, value_name = "ARN")]
    pub role_arn: Option<String>,
    /// Make calls that the state machine's role does not allow, too
    #[arg(long)]
    pub no_iam: bool,
}

/// Whether to ask before anything changes.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Yes {
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

impl From<Yes> for Consent {
    fn from(given: Yes) -> Consent {
        if given.yes { Consent::Given } else { Consent::Ask }
    }
}

/// Arguments of `plan`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  stepwright plan --detailed-exitcode")]
pub struct Plan {
    /// Exit with 7 where there are changes
    #[arg(long)]
    pub detailed_exitcode: bool,
}

/// Arguments of `deploy`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  stepwright deploy --stage dev\n  stepwright deploy --stage prod --canary 10%/5m")]
pub struct Deploy {
    /// Part of the traffic for the new version, and how long until it has all, such as `10%/5m`. An alarm of
    /// stepwright.toml that is raised meanwhile leads back
    #[arg(long, value_name = "PERCENT/TIME", conflicts_with = "linear")]
    pub canary: Option<Pace>,
    /// The same with that part more each time
    #[arg(long, value_name = "PERCENT/TIME")]
    pub linear: Option<Pace>,
    /// Whether to ask.
    #[command(flatten)]
    pub yes: Yes,
}

impl Deploy {
    /// How traffic comes to a new version.
    pub(crate) fn traffic(&self) -> Traffic {
        match (self.canary, self.linear) {
            (Some(pace), _) => Traffic::Canary(pace),
            (None, Some(pace)) => Traffic::Linear(pace),
            (None, None) => Traffic::AtOnce,
        }
    }
}

/// Arguments of `rollback`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  stepwright rollback --stage prod\n  stepwright rollback --to 3")]
pub struct Rollback {
    /// State machine to take back, by its name in stepwright.toml [default: the only one]
    #[arg(value_name = "MACHINE")]
    pub machine: Option<String>,
    /// Version to make live [default: the one that was live before the last deploy]
    #[arg(long, value_name = "VERSION")]
    pub to: Option<u64>,
    /// Whether to ask.
    #[command(flatten)]
    pub yes: Yes,
}

/// Arguments of `start`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  stepwright start --input '{\"order\": {\"product_id\": \"123\", \"quantity\": 5}}' --wait"
)]
pub struct Start {
    /// State machine to start, by its name in stepwright.toml [default: the only one]
    #[arg(value_name = "MACHINE")]
    pub machine: Option<String>,
    /// Input: a file, JSON, or `-` for standard input [default: the machine's `input` in stepwright.toml]
    #[arg(long, value_name = "FILE|JSON|-")]
    pub input: Option<String>,
    /// Name of the execution [default: a new UUID]
    #[arg(long, value_name = "NAME", value_parser = aws_name)]
    pub name: Option<String>,
    /// Follow it to its end and print its output
    #[arg(long)]
    pub wait: bool,
}

/// Arguments of `status`.
#[derive(Clone, Copy, Debug, clap::Args)]
#[command(after_help = "Example:\n  stepwright status --watch")]
pub struct Status {
    /// Show it again and again, until q or Ctrl-C
    #[arg(short, long)]
    pub watch: bool,
    /// How many seconds are between
    #[arg(long, value_name = "SECONDS", default_value = "5", requires = "watch", value_parser = clap::value_parser!(u64).range(1..))]
    pub interval: u64,
}

/// Arguments of `executions`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  stepwright executions --status FAILED --status TIMED_OUT --since 1h")]
pub struct Executions {
    /// State machine, by its name in stepwright.toml [default: the only one]
    #[arg(value_name = "MACHINE")]
    pub machine: Option<String>,
    /// Those of this status only; may be given several times
    #[arg(long, value_name = "STATUS", value_enum, ignore_case = true)]
    pub status: Vec<ExecutionStatus>,
    /// Those that started since: how long ago, as in 90s, 10m, 2h or 7d, or a time
    #[arg(long, value_name = "AGO|TIME", value_parser = since)]
    pub since: Option<Timestamp>,
    /// How many at most
    #[arg(long, value_name = "N", default_value = "20")]
    pub limit: NonZeroUsize,
}

/// Arguments of `history`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  stepwright history 4f2c\n  stepwright history 4f2c --output json > history.json")]
pub struct History {
    /// Its name, the beginning of its name, or its ARN
    #[arg(value_name = "EXECUTION")]
    pub execution: String,
    /// Show the iterations of Maps one by one [default: counted, with those that failed]
    #[arg(long)]
    pub full: bool,
}

/// Arguments of `logs`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  stepwright logs --follow\n  stepwright logs --since 1h --filter ERROR --function ConfirmOrderFunction"
)]
pub struct Logs {
    /// Go on with what is logged from now on, until Ctrl-C
    #[arg(short, long)]
    pub follow: bool,
    /// What was logged since: how long ago, as in 90s, 10m, 2h or 7d, or a time
    #[arg(long, value_name = "AGO|TIME", default_value = "10m", value_parser = since)]
    pub since: Timestamp,
    /// What fits this filter pattern of CloudWatch Logs only: words, or conditions on fields of JSON
    #[arg(long, value_name = "PATTERN")]
    pub filter: Option<String>,
    /// This function only, by its name in stepwright.toml; may be given several times
    #[arg(long, value_name = "NAME")]
    pub function: Vec<String>,
    /// This state machine only, by its name in stepwright.toml; may be given several times
    #[arg(long, value_name = "NAME")]
    pub machine: Vec<String>,
}

/// Arguments of `stop`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  stepwright stop 4f2c --cause 'wrong order'")]
pub struct Stop {
    /// Its name, the beginning of its name, or its ARN
    #[arg(value_name = "EXECUTION")]
    pub execution: String,
    /// The error it ends with
    #[arg(long, value_name = "NAME")]
    pub error: Option<String>,
    /// Why, in words
    #[arg(long, value_name = "TEXT")]
    pub cause: Option<String>,
}

/// Arguments of `redrive`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  stepwright redrive 4f2c --wait")]
pub struct Redrive {
    /// Its name, the beginning of its name, or its ARN
    #[arg(value_name = "EXECUTION")]
    pub execution: String,
    /// Follow it to its end and print its output
    #[arg(long)]
    pub wait: bool,
}

/// Arguments of `destroy`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  stepwright destroy --stage dev")]
pub struct Destroy {
    /// Stop the executions under way first [default: they end at their next transition]
    #[arg(long)]
    pub stop_executions: bool,
    /// Leave the log groups
    #[arg(long)]
    pub keep_logs: bool,
    /// Whether to ask.
    #[command(flatten)]
    pub yes: Yes,
}

/// Arguments of `orphans`.
#[derive(Clone, Copy, Debug, clap::Args)]
#[command(after_help = "Example:\n  stepwright orphans --delete")]
pub struct Orphans {
    /// Delete what is found
    #[arg(long)]
    pub delete: bool,
    /// Stop the executions under way first [default: they end at their next transition]
    #[arg(long, requires = "delete")]
    pub stop_executions: bool,
    /// Whether to ask.
    #[command(flatten)]
    pub yes: Yes,
}

/// What `policy` prints.
#[derive(Debug, Subcommand)]
pub enum Policy {
    /// Print what each role of the stack is allowed, and why. Calls nothing and builds nothing
    Roles(PolicyRoles),
    /// Print what whoever deploys, watches and takes down the stack needs, and nothing else. Calls nothing and builds nothing
    Deployer(PolicyDeployer),
}

/// Arguments of `policy deployer`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  stepwright policy deployer --account 123456789012 --region eu-central-1\n  \
                  stepwright policy deployer --format terraform > deployer.tf"
)]
pub struct PolicyDeployer {
    /// Account that the stack is in, 12 digits [default: `account` in stepwright.toml; Terraform and CloudFormation fill in
    /// the one they work in]
    #[arg(long, value_name = "ID", value_parser = account)]
    pub account: Option<String>,
    /// For all stages of the stack, which is what `orphans` needs
    #[arg(long)]
    pub all_stages: bool,
    /// Form of the policies
    #[arg(long, value_name = "FORM", value_enum, default_value_t = PolicyFormat::Json)]
    pub format: PolicyFormat,
}

/// Form of policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PolicyFormat {
    /// For people, with what each statement is for.
    #[value(help = None)]
    Text,
    /// What `aws iam create-policy` takes, one after the other.
    #[value(help = None)]
    Json,
    /// Resources of type `aws_iam_policy`.
    #[value(help = None)]
    Terraform,
    /// A template with resources of type `AWS::IAM::ManagedPolicy`.
    #[value(help = None, name = "cloudformation")]
    CloudFormation,
}

/// Arguments of `policy roles`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  stepwright policy roles --machine OrderWorkflow\n  \
                        stepwright policy roles --output json | jq '.roles[].policy'")]
pub struct PolicyRoles {
    /// Only the role of this state machine, by its name in stepwright.toml
    #[arg(long, value_name = "NAME")]
    pub machine: Option<String>,
    /// Only the role of this function, by its name in stepwright.toml
    #[arg(long, value_name = "NAME", conflicts_with = "machine")]
    pub function: Option<String>,
}

/// What AWS takes as the name of a state machine or an execution.
///
/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html>
pub(crate) fn aws_name(name: &str) -> Result<String, String> {
    const REFUSED: &str = "<>{}[]?*\"#%\\^|~`$&,;:/";
    let refused = |c: &char| c.is_whitespace() || c.is_control() || REFUSED.contains(*c);
    match (name.chars().find(refused), name.chars().count()) {
        (Some(c), _) => Err(format!("a name cannot have {c:?}")),
        (None, 1..=80) => Ok(name.to_owned()),
        (None, length) => Err(format!("a name has 1 to 80 characters, this one has {length}")),
    }
}

fn account(text: &str) -> Result<String, String> {
    match crate::settings::is_account(text) {
        true => Ok(text.to_owned()),
        false => Err("an account is 12 digits".to_owned()),
    }
}
