//! One file per command. A command turns its arguments into plain values, does the work and prints one result.
//!
//! A new command is a variant of [`Command`] with its argument struct in `args.rs`, a file here, and a line in
//! [`dispatch`].

mod build;
mod carry_out;
mod deletion;
mod deploy;
mod destroy;
mod environments;
mod executions;
mod find;
mod follow;
mod history;
mod logs;
mod orphans;
mod plan;
mod policy;
mod prepare;
mod redrive;
mod rollback;
mod run;
mod session;
mod start;
mod status;
mod stop;
mod under_way;
mod waits;

pub(crate) use find::FindError;

use stack::Scope;

use crate::{
    args::{Args, Command, Global},
    error::{Error, Exit},
    offline,
    output::Output,
    settings::{self, Settings},
};

/// What every command is given.
pub(crate) struct Context<'a> {
    global: Global,
    /// The only way to the terminal.
    pub(crate) output: &'a Output,
}

impl Context<'_> {
    /// The arguments that every command takes.
    pub(crate) fn global(&self) -> &Global {
        &self.global
    }

    /// Reads stepwright.toml; commands that need no workspace do not call it.
    pub(crate) fn settings(&self) -> Result<Settings, Error> {
        Ok(settings::load(&self.global)?)
    }

    /// Where a stack that is looked at on this machine alone would be: what the workspace leaves open is as AWS's own
    /// documentation has it.
    pub(crate) fn offline_scope(&self, settings: Option<&Settings>) -> Scope {
        let (account, region) = match settings {
            Some(settings) => (settings.aws.account.clone(), settings.aws.region.clone()),
            None => (None, self.global.region.clone()),
        };
        Scope {
            partition: "aws".to_owned(),
            account: account.unwrap_or_else(|| offline::ACCOUNT.to_owned()),
            region: region.unwrap_or_else(|| offline::REGION.to_owned()),
            stack: settings.map_or_else(|| "local".to_owned(), |settings| settings.stack.clone()),
            stage: self.global.stage.clone(),
        }
    }
}

/// Runs the command that was asked for.
pub(crate) async fn dispatch(args: Args, output: &Output) -> Result<Exit, Error> {
    let context = Context {
        global: args.global,
        output,
    };
    match args.command {
        Command::Build(args) => build::build(&context, args).await,
        Command::Run(args) => run::run(&context, args).await,
        Command::Plan(args) => plan::plan(&context, args).await,
        Command::Deploy(args) => deploy::deploy(&context, args).await,
        Command::Rollback(args) => rollback::rollback(&context, args).await,
        Command::Start(args) => start::start(&context, args).await,
        Command::Status(args) => status::status(&context, args).await,
        Command::Executions(args) => executions::executions(&context, args).await,
        Command::History(args) => history::history(&context, args).await,
        Command::Logs(args) => logs::logs(&context, args).await,
        Command::Stop(args) => stop::stop(&context, args).await,
        Command::Redrive(args) => redrive::redrive(&context, args).await,
        Command::Destroy(args) => destroy::destroy(&context, args).await,
        Command::Orphans(args) => orphans::orphans(&context, args).await,
        Command::Policy(args) => policy::policy(&context, args).await,
    }
}
