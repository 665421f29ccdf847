//! `stepwright logs`

mod cursor;
mod line;
mod merge;

use std::time::Duration;

use stack::Scope;

use super::{Context, session::Session};
use crate::{
    args, aws,
    error::{Error, Exit},
    interrupt,
    settings::Settings,
};
use cursor::Cursor;
use line::Layout;
use merge::Round;

/// How long nothing is read between two looks for what is new.
const PAUSE: Duration = Duration::from_secs(2);

/// Something that logs.
struct Source {
    /// Its name in stepwright.toml.
    name: String,
    /// Its log group.
    group: String,
    /// Which of all it is.
    place: usize,
    cursor: Cursor,
    is_missing: bool,
}

/// Shows what functions and state machines logged, and with `--follow` what they log.
pub(crate) async fn logs(context: &Context<'_>, args: args::Logs) -> Result<Exit, Error> {
    let settings = context.settings()?;
    let names = names(&settings, &args)?;
    let session = Session::open(context).await?;
    let sources = names.into_iter().enumerate().map(|(place, (name, is_function))| {
        let deployed = session.scope.name(&name);
        Source {
            group: match is_function {
                true => Scope::function_log_group(&deployed),
                false => Scope::machine_log_group(&deployed),
            },
            name,
            place,
            cursor: Cursor::new(args.since),
            is_missing: false,
        }
    });
    let sources = sources.collect();
    match interrupt::or_interrupted(read(context, &session, sources, &args)).await {
        Ok(read) => read?,
        // Who follows ends it so.
        Err(_) if args.follow => {}
        Err(interrupted) => return Err(interrupted.into()),
    }
    Ok(Exit::Ok)
}

/// The logical names of what is asked for, and which of them are functions'.
fn names(settings: &Settings, args: &args::Logs) -> Result<Vec<(String, bool)>, Error> {
    let mut names = Vec::new();
    for function in &args.function {
        names.push((settings.function_name(function)?.to_owned(), true));
    }
    for machine in &args.machine {
        names.push((settings.machine(Some(machine))?.0.to_owned(), false));
    }
    if args.function.is_empty() && args.machine.is_empty() {
        names.extend(settings.function_names().map(|name| (name.to_owned(), true)));
        names.extend(settings.machines.keys().map(|name| (name.clone(), false)));
    }
    Ok(names)
}

async fn read(
    context: &Context<'_>,
    session: &Session,
    mut sources: Vec<Source>,
    args: &args::Logs,
) -> Result<(), Error> {
    let widest = sources.iter().map(|source| source.name.chars().count()).max();
    let layout = Layout::new(context.output.columns(), widest.unwrap_or_default());
    let mut is_first = true;
    loop {
        let mut round = Round::begin(&session.cloud, &mut sources, args.filter.as_deref());
        while let Some((source, event)) = round.next().await? {
            if !context.output.print_line(&layout.line(source, &event))? {
                return Ok(());
            }
        }
        round.finish();
        if is_first {
            tell_missing(context, session, &sources)?;
        }
        if !args.follow {
            return Ok(());
        }
        is_first = false;
        match session.cloud.pause(PAUSE).await {
            Err(aws::Error::Interrupted) => return Ok(()),
            paused => paused?,
        }
    }
}

/// Tells of log groups that are not there.
fn tell_missing(context: &Context<'_>, session: &Session, sources: &[Source]) -> Result<(), Error> {
    let missing: Vec<&str> = sources
        .iter()
        .filter(|source| source.is_missing)
        .map(|source| source.group.as_str())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if missing.len() == sources.len() {
        return Err(Error::NoLogs {
            groups: missing.into_iter().map(str::to_owned).collect(),
            scope: Box::new(session.scope.clone()),
        });
    }
    let message = format!("there is no log group `{}`", missing.join("`, `"));
    context
        .output
        .reporter()
        .warning(&message, Some("`stepwright deploy` makes what is missing"));
    Ok(())
}
