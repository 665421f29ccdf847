//! `stepwright executions`

use std::fmt;

use anstyle::{AnsiColor, Style};
use asl::MachineType;
use serde::Serialize;

use super::{Context, find::FindError, session::Session};
use crate::{
    args,
    aws::{self, Execution, ExecutionStatus, Wanted},
    error::{Error, Exit},
    history, interrupt,
    output::{Field, Table},
};

/// Lists executions of a state machine, the newest first.
pub(crate) async fn executions(context: &Context<'_>, args: args::Executions) -> Result<Exit, Error> {
    let settings = context.settings()?;
    let (logical, _) = settings.machine(args.machine.as_deref())?;
    let session = Session::open(context).await?;
    let listed = interrupt::or_interrupted(list(context, &session, logical, &args)).await??;
    context.output.print_result(&listed)?;
    Ok(Exit::Ok)
}

async fn list(
    context: &Context<'_>,
    session: &Session,
    logical: &str,
    args: &args::Executions,
) -> Result<Listed, Error> {
    let machine = session.scope.name(logical);
    let deployed = aws::deployed(&session.cloud, &session.scope, &machine).await?;
    match deployed.map(|deployed| deployed.machine_type) {
        Some(MachineType::Standard) => {}
        Some(MachineType::Express) => return Err(FindError::NotListed(machine).into()),
        None => return Err(session.not_deployed(&machine)),
    }
    let wanted = Wanted {
        statuses: &args.status,
        since: args.since,
        limit: args.limit.get(),
    };
    let found = aws::list(&session.cloud, &session.scope, &machine, &wanted).await?;
    Ok(Listed {
        state_machine: machine,
        executions: found.into_iter().map(Entry::new).collect(),
        columns: context.output.columns(),
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    state_machine: String,
    executions: Vec<Entry>,
    #[serde(skip)]
    columns: Option<usize>,
}

/// An execution in a list.
#[derive(Serialize)]
pub(crate) struct Entry {
    #[serde(flatten)]
    execution: Execution,
    /// How long it took; nothing where it has not ended.
    #[serde(rename = "durationInMillis", skip_serializing_if = "Option::is_none")]
    duration: Option<i64>,
}

impl Entry {
    pub(crate) fn new(execution: Execution) -> Entry {
        Entry {
            duration: execution.stop_date.map(|_| milliseconds(&execution)),
            execution,
        }
    }

    /// Its fields for people.
    pub(crate) fn row(&self) -> Vec<Field> {
        let Execution {
            status,
            start_date,
            version,
            redrive_count,
            name,
            ..
        } = &self.execution;
        let redriven = match redrive_count {
            0 => String::new(),
            1 => "redriven".to_owned(),
            count => format!("redriven {count} times"),
        };
        vec![
            Field::new(status.to_string()).styled(style(*status)),
            Field::new(start_date.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
            Field::new(history::shown(milliseconds(&self.execution))).right(),
            Field::new(version.map_or_else(String::new, |version| format!("version {version}"))),
            Field::new(redriven),
            Field::new(name),
        ]
    }
}

fn milliseconds(execution: &Execution) -> i64 {
    history::in_milliseconds(execution.duration())
}

fn style(status: ExecutionStatus) -> Style {
    match status {
        ExecutionStatus::Succeeded => AnsiColor::Green.on_default(),
        ExecutionStatus::Running | ExecutionStatus::PendingRedrive => AnsiColor::Cyan.on_default(),
        ExecutionStatus::Failed | ExecutionStatus::TimedOut | ExecutionStatus::Aborted => AnsiColor::Red.on_default(),
    }
}

impl fmt::Display for Listed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.executions.is_empty() {
            return write!(formatter, "no such execution of {}", self.state_machine);
        }
        let rows: Vec<Vec<Field>> = self.executions.iter().map(Entry::row).collect();
        let table = Table {
            rows: &rows,
            indent: "",
            columns: self.columns,
        };
        table.fmt(formatter)
    }
}
