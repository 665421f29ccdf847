//! `stepwright history`

use std::fmt;

use asl::MachineType;
use jiff::Timestamp;
use serde::Serialize;
use stack::{Logging, LoggingLevel};

use super::{
    Context,
    find::{ExecutionArn, FindError, Found, find},
    session::Session,
};
use crate::{
    args,
    aws::{self, Deployed, Execution, HistoryEvent},
    error::{Error, Exit},
    history::{self, Ended, Event, Folded, Teller, Told},
    interrupt,
};

/// Shows what an execution did.
pub(crate) async fn history(context: &Context<'_>, args: args::History) -> Result<Exit, Error> {
    let session = Session::open(context).await?;
    let (events, ended) = interrupt::or_interrupted(read(context, &session, &args.execution)).await??;
    let told: Vec<Event> = events.iter().map(Event::from).collect();
    let (lines, running) = lines(&told, args.full);
    let shown = Shown {
        end: ended.line(running).to_string(),
        events,
        lines,
    };
    context.output.print_result(&shown)?;
    Ok(Exit::Ok)
}

fn lines(events: &[Event], is_full: bool) -> (Vec<Told>, String) {
    let mut teller = Teller::new(history::width(history::states(events)), None);
    if is_full {
        let lines = events.iter().filter_map(|event| teller.tell(event.clone())).collect();
        return (lines, teller.running());
    }
    let mut folded = Folded::new(teller);
    events.iter().for_each(|event| folded.add(event));
    folded.finish()
}

async fn read(context: &Context<'_>, session: &Session, given: &str) -> Result<(Vec<HistoryEvent>, End), Error> {
    let found = match find(session, given).await {
        Err(Error::Execution(FindError::Unknown { name, scope })) => {
            return match logged_beginning(context, session, &name).await? {
                Some(found) => Ok(found),
                None => Err(FindError::Unknown { name, scope }.into()),
            };
        }
        found => found?,
    };
    match found {
        Found {
            execution: Some(execution),
            ..
        } => {
            let events = aws::history(&session.cloud, &execution.execution_arn).await?;
            Ok((events, End::of(execution)))
        }
        Found { arn, .. } => logged(context, session, &arn).await,
    }
}

/// An Express execution, from the log of its state machine.
async fn logged(
    context: &Context<'_>,
    session: &Session,
    arn: &ExecutionArn,
) -> Result<(Vec<HistoryEvent>, End), Error> {
    let deployed = aws::deployed(&session.cloud, &session.scope, &arn.machine).await?;
    let deployed = deployed.ok_or_else(|| session.not_deployed(&arn.machine))?;
    let logging = logging(&arn.machine, &deployed)?;
    let mut found = express_histories(session, logging, &arn.arn).await?;
    tell_of_level(context, &arn.machine, logging);
    match found.remove(&arn.arn) {
        Some(events) => Ok(End::of_log(&arn.name, events)),
        None => Err(FindError::NotLogged {
            name: arn.name.clone(),
            group: group(logging).to_owned(),
        }
        .into()),
    }
}

/// The only Express execution in the logs of the stack's state machines whose name begins with `prefix`, if there is one.
async fn logged_beginning(
    context: &Context<'_>,
    session: &Session,
    prefix: &str,
) -> Result<Option<(Vec<HistoryEvent>, End)>, Error> {
    let mut found = Vec::new();
    for logical in session.settings.machines.keys() {
        let machine = session.scope.name(logical);
        let deployed = aws::deployed(&session.cloud, &session.scope, &machine).await?;
        let Some(deployed) = deployed.filter(|deployed| deployed.machine_type == MachineType::Express) else {
            continue;
        };
        let logging = logging(&machine, &deployed)?;
        let arn = session.scope.express_execution_arn(&machine, prefix, "");
        let pattern = format!("{}*", arn.trim_end_matches(':'));
        let histories = express_histories(session, logging, &pattern).await?;
        if !histories.is_empty() {
            tell_of_level(context, &machine, logging);
        }
        found.extend(histories);
    }
    match (found.len(), found.pop()) {
        (1, Some((arn, events))) => {
            let name = ExecutionArn::new(&arn).map_or(arn, |arn| arn.name);
            Ok(Some(End::of_log(&name, events)))
        }
        (_, None) => Ok(None),
        (_, Some(last)) => Err(FindError::Ambiguous {
            name: prefix.to_owned(),
            arns: found.into_iter().chain([last]).map(|(arn, _)| arn).collect(),
        }
        .into()),
    }
}

async fn express_histories(
    session: &Session,
    logging: &Logging,
    arn: &str,
) -> Result<std::collections::BTreeMap<String, Vec<HistoryEvent>>, aws::Error> {
    aws::express_histories(&session.cloud, group(logging), arn, Timestamp::now()).await
}

fn logging<'a>(machine: &str, deployed: &'a Deployed) -> Result<&'a Logging, FindError> {
    let logging = deployed.revision.logging.as_ref();
    logging.ok_or_else(|| FindError::NoLog(machine.to_owned()))
}

/// The name of the log group.
fn group(logging: &Logging) -> &str {
    let arn = logging.log_group_arn.trim_end_matches(":*");
    arn.split_once(":log-group:").map_or(arn, |(_, name)| name)
}

/// Says what the log leaves out.
fn tell_of_level(context: &Context<'_>, machine: &str, logging: &Logging) {
    let what = match logging.level {
        LoggingLevel::All => return,
        LoggingLevel::Error => "has level ERROR: of what went well it has nothing",
        LoggingLevel::Fatal => "has level FATAL: it has nothing but how executions failed",
    };
    context
        .output
        .reporter()
        .warning(&format!("the log of `{machine}` {what}"), None);
}

/// How an execution ended, or that it goes on.
struct End {
    name: String,
    status: &'static str,
    duration: i64,
    failure: Option<(String, String)>,
}

impl End {
    fn of(execution: Execution) -> End {
        let duration = history::in_milliseconds(execution.duration());
        let cause = execution.cause.unwrap_or_default();
        End {
            name: execution.name,
            status: execution.status.as_str(),
            duration,
            failure: execution.error.map(|error| (error, cause)),
        }
    }

    /// As the log of an Express state machine has it. What has no end there goes on, or its end was not delivered yet.
    fn of_log(name: &str, events: Vec<HistoryEvent>) -> (Vec<HistoryEvent>, End) {
        let last = events.last();
        let duration = match (events.first(), last) {
            (Some(first), Some(last)) => history::milliseconds(first.timestamp, last.timestamp),
            _ => 0,
        };
        let text = |field: &str| last?.fields()?.get(field)?.as_str().map(str::to_owned);
        let end = End {
            name: name.to_owned(),
            status: match last.map(|last| last.event_type.as_str()) {
                Some("ExecutionSucceeded") => "SUCCEEDED",
                Some("ExecutionFailed") => "FAILED",
                Some("ExecutionTimedOut") => "TIMED_OUT",
                Some("ExecutionAborted") => "ABORTED",
                _ => "RUNNING",
            },
            duration,
            failure: text("error").map(|error| (error, text("cause").unwrap_or_default())),
        };
        (events, end)
    }

    fn line(&self, running: String) -> Ended<'_> {
        let failure = self.failure.as_ref();
        Ended {
            name: &self.name,
            status: self.status,
            duration: self.duration,
            seed: None,
            failure: failure
                .filter(|_| self.status != "RUNNING")
                .map(|(error, cause)| (error.as_str(), cause.as_str())),
            reason: None,
            running,
        }
    }
}

/// Events for programs, lines for people.
#[derive(Serialize)]
struct Shown {
    events: Vec<HistoryEvent>,
    #[serde(skip)]
    lines: Vec<Told>,
    #[serde(skip)]
    end: String,
}

impl fmt::Display for Shown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|line| writeln!(formatter, "{line}"))?;
        formatter.write_str(&self.end)
    }
}
