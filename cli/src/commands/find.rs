//! The execution that the command line means.

use std::fmt;

use asl::MachineType;
use stack::Scope;

use super::session::Session;
use crate::{
    args::aws_name,
    aws::{self, Execution, Wanted},
    error::Error,
};

/// How many of a state machine's executions are looked through for a name that begins as what is given.
const NEWEST: usize = 1000;

/// The ARN of an execution, taken apart.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-executions.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ExecutionArn {
    /// As it is given.
    pub(crate) arn: String,
    /// The state machine's deployed name; of a child of a Map Run, the Map's label is behind it.
    pub(crate) machine: String,
    /// Its name.
    pub(crate) name: String,
    /// Whether the state machine is Express.
    pub(crate) is_express: bool,
    region: String,
    account: String,
}

impl ExecutionArn {
    /// Takes an ARN apart; nothing where it is one of something else.
    pub(crate) fn new(arn: &str) -> Option<ExecutionArn> {
        let mut parts = arn.splitn(8, ':');
        let (head, _, service) = (parts.next()?, parts.next()?, parts.next()?);
        let (region, account, kind) = (parts.next()?, parts.next()?, parts.next()?);
        let (machine, rest) = (parts.next()?, parts.next()?);
        let is_express = kind == "express";
        let name = if is_express { rest.split(':').next()? } else { rest };
        let is_one = head == "arn" && service == "states" && (is_express || kind == "execution");
        is_one.then(|| ExecutionArn {
            arn: arn.to_owned(),
            machine: machine.to_owned(),
            name: name.to_owned(),
            is_express,
            region: region.to_owned(),
            account: account.to_owned(),
        })
    }
}

/// Why the execution that is meant cannot be told, or is not one for what it is meant for.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// An ARN of something else.
    #[error("`{0}` is not the ARN of an execution")]
    Arn(String),
    /// What can be no name.
    #[error("`{name}` is no name of an execution: {problem}")]
    Name {
        /// As it is given.
        name: String,
        /// Why not.
        problem: String,
    },
    /// An execution of another account or region.
    #[error("`{name}` is an execution in account {account}, region {region}, and this is account {}, region {}", .scope.account, .scope.region)]
    Elsewhere {
        /// Its name.
        name: String,
        /// Its account.
        account: String,
        /// Its region.
        region: String,
        /// Where calls go.
        scope: Box<Scope>,
    },
    /// No execution is called so.
    #[error("no execution of {}/{} is called `{name}`, and none of the newest {NEWEST} begins so", .scope.stack, .scope.stage)]
    Unknown {
        /// As it is given.
        name: String,
        /// The stack.
        scope: Box<Scope>,
    },
    /// An ARN of an execution that is not there.
    #[error("there is no execution `{0}`")]
    Gone(String),
    /// Several executions are called so.
    #[error("`{name}` may be any of {} executions:{}", .arns.len(), listed(.arns))]
    Ambiguous {
        /// As it is given.
        name: String,
        /// The executions.
        arns: Vec<String>,
    },
    /// What cannot be done with an Express execution.
    #[error("`{name}` is an Express execution, which cannot be {done}")]
    Express {
        /// Its name.
        name: String,
        /// What was to be done with it.
        done: &'static str,
    },
    /// Executions of an Express state machine cannot be listed.
    #[error("`{0}` is an Express state machine, of which AWS lists no executions")]
    NotListed(String),
    /// An Express state machine without a log.
    #[error("`{0}` is an Express state machine that logs nothing, so there is nothing to show of its executions")]
    NoLog(String),
    /// An Express execution of which its state machine's log has nothing.
    #[error("the log group `{group}` has nothing of `{name}`")]
    NotLogged {
        /// Its name.
        name: String,
        /// The log group.
        group: String,
    },
    /// An execution that cannot be redriven.
    #[error("`{name}` cannot be redriven: {reason}")]
    NotRedrivable {
        /// Its name.
        name: String,
        /// Why not.
        reason: String,
    },
}

impl FindError {
    /// What to do next.
    pub(crate) fn help(&self) -> Option<String> {
        match self {
            FindError::Arn(_) | FindError::Name { .. } => {
                Some("`stepwright executions` shows the executions there are".to_owned())
            }
            FindError::Elsewhere { region, scope, .. } if *region != scope.region => {
                Some(format!("pass `--region {region}`"))
            }
            FindError::Elsewhere { .. } => Some("pass the `--profile` of that account".to_owned()),
            FindError::Unknown { .. } => Some(
                "`stepwright executions` shows the executions there are; of an older one, pass the whole name or the \
                 ARN. AWS forgets executions 90 days after their end"
                    .to_owned(),
            ),
            FindError::Gone(_) => Some("AWS forgets executions 90 days after their end".to_owned()),
            FindError::Ambiguous { .. } => Some("pass the ARN, or more of the name".to_owned()),
            FindError::Express { .. } => {
                Some("it ends by itself within five minutes; `stepwright history ARN` shows it".to_owned())
            }
            FindError::NotListed(_) => Some("its log has them: `stepwright logs --machine NAME`".to_owned()),
            FindError::NoLog(_) => Some("let `level` under `[logs]` in stepwright.toml be ALL, and deploy".to_owned()),
            FindError::NotLogged { .. } => Some(
                "events arrive some seconds after they happen, and the log group keeps them as long as its retention \
                 says"
                    .to_owned(),
            ),
            FindError::NotRedrivable { .. } => Some("`stepwright start` starts another execution".to_owned()),
        }
    }
}

fn listed(arns: &[String]) -> String {
    const SHOWN: usize = 5;
    let mut lines: Vec<String> = arns.iter().take(SHOWN).map(|arn| format!("\n  {arn}")).collect();
    if arns.len() > SHOWN {
        lines.push("\n  ...".to_owned());
    }
    lines.concat()
}

/// An execution that the stack's state machines have.
pub(crate) struct Found {
    /// Its ARN.
    pub(crate) arn: ExecutionArn,
    /// As it was found; nothing of an Express execution, at which AWS does not let anybody look.
    pub(crate) execution: Option<Execution>,
}

impl Found {
    /// The execution, of a Standard state machine.
    ///
    /// # Errors
    /// It is an Express execution, which cannot be `done`.
    pub(crate) fn standard(self, done: &'static str) -> Result<Execution, Error> {
        let name = self.arn.name;
        self.execution.ok_or_else(|| FindError::Express { name, done }.into())
    }
}

/// The execution whose ARN or name is `given`, or the only one whose name begins so.
///
/// # Errors
/// None, several, an ARN of something else or of somewhere else; a call that fails.
pub(crate) async fn find(session: &Session, given: &str) -> Result<Found, Error> {
    let scope = &session.scope;
    if given.starts_with("arn:") {
        let arn = ExecutionArn::new(given).ok_or_else(|| FindError::Arn(given.to_owned()))?;
        check_place(scope, &arn)?;
        return by_arn(session, arn).await;
    }
    aws_name(given).map_err(|problem| FindError::Name {
        name: given.to_owned(),
        problem,
    })?;
    let machines = standard_machines(session).await?;
    if let Some(execution) = only(given, named(session, &machines, given).await?)? {
        let arn = arn_of(&execution)?;
        return Ok(Found {
            arn,
            execution: Some(execution),
        });
    }
    match only(given, beginning(session, &machines, given).await?)? {
        Some(execution) => by_arn(session, arn_of(&execution)?).await,
        None => Err(FindError::Unknown {
            name: given.to_owned(),
            scope: Box::new(scope.clone()),
        }
        .into()),
    }
}

fn arn_of(execution: &Execution) -> Result<ExecutionArn, FindError> {
    let arn = &execution.execution_arn;
    ExecutionArn::new(arn).ok_or_else(|| FindError::Arn(arn.clone()))
}

/// The one that was found, if there is one.
fn only(given: &str, mut found: Vec<Execution>) -> Result<Option<Execution>, FindError> {
    match found.len() {
        0 | 1 => Ok(found.pop()),
        _ => Err(FindError::Ambiguous {
            name: given.to_owned(),
            arns: found.into_iter().map(|execution| execution.execution_arn).collect(),
        }),
    }
}

fn check_place(scope: &Scope, arn: &ExecutionArn) -> Result<(), FindError> {
    match arn.region == scope.region && arn.account == scope.account {
        true => Ok(()),
        false => Err(FindError::Elsewhere {
            name: arn.name.clone(),
            account: arn.account.clone(),
            region: arn.region.clone(),
            scope: Box::new(scope.clone()),
        }),
    }
}

async fn by_arn(session: &Session, arn: ExecutionArn) -> Result<Found, Error> {
    if arn.is_express {
        return Ok(Found { arn, execution: None });
    }
    match aws::describe(&session.cloud, &arn.arn).await {
        Ok(execution) => Ok(Found {
            arn,
            execution: Some(execution),
        }),
        Err(error) if error.is_not_found() => Err(FindError::Gone(arn.arn).into()),
        Err(error) => Err(error.into()),
    }
}

/// The deployed names of the stack's Standard state machines that are there.
async fn standard_machines(session: &Session) -> Result<Vec<String>, Error> {
    let mut standard = Vec::new();
    let mut deployed = 0;
    for logical in session.settings.machines.keys() {
        let name = session.scope.name(logical);
        let found = aws::deployed(&session.cloud, &session.scope, &name).await?;
        deployed += usize::from(found.is_some());
        if found.is_some_and(|found| found.machine_type == MachineType::Standard) {
            standard.push(name);
        }
    }
    match (deployed, session.settings.machines.keys().next()) {
        (0, Some(logical)) => Err(session.not_deployed(&session.scope.name(logical))),
        (0, None) => Err(crate::settings::Error::NoMachine.into()),
        _ => Ok(standard),
    }
}

async fn named(session: &Session, machines: &[String], name: &str) -> Result<Vec<Execution>, Error> {
    let mut found = Vec::new();
    for machine in machines {
        match aws::describe(&session.cloud, &session.scope.execution_arn(machine, name)).await {
            Ok(execution) => found.push(execution),
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(found)
}

async fn beginning(session: &Session, machines: &[String], prefix: &str) -> Result<Vec<Execution>, Error> {
    let wanted = Wanted {
        statuses: &[],
        since: None,
        limit: NEWEST,
    };
    let mut found = Vec::new();
    for machine in machines {
        let newest = aws::list(&session.cloud, &session.scope, machine, &wanted).await?;
        found.extend(
            newest
                .into_iter()
                .filter(|execution| execution.name.starts_with(prefix)),
        );
    }
    Ok(found)
}

impl fmt::Display for ExecutionArn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.arn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_tells_machine_name_and_type() {
        let check = |arn: &str, expected: Option<(&str, &str, bool)>| {
            let found = ExecutionArn::new(arn);
            let found = found
                .as_ref()
                .map(|arn| (arn.machine.as_str(), arn.name.as_str(), arn.is_express));
            assert_eq!(found, expected, "{arn}");
        };
        let states = "arn:aws:states:eu-west-1:123456789012";
        check(&format!("{states}:execution:M:first"), Some(("M", "first", false)));
        check(&format!("{states}:express:M:first:id:1"), Some(("M", "first", true)));
        check(
            &format!("{states}:execution:M/Each:child"),
            Some(("M/Each", "child", false)),
        );
        check(&format!("{states}:stateMachine:M:live"), None);
        check(&format!("{states}:execution:M"), None);
        check("arn:aws:lambda:eu-west-1:123456789012:execution:M:first", None);
    }
}
