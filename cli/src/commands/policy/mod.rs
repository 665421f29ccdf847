//! `stepwright policy`: one file per thing that is printed.

mod cloudformation;
mod deployer;
mod roles;
mod terraform;

use std::fmt;

use stack::Statement;

use super::Context;
use crate::{
    args,
    error::{Error, Exit},
};

/// Prints a policy that the stack needs.
pub(crate) async fn policy(context: &Context<'_>, args: args::Policy) -> Result<Exit, Error> {
    match args {
        args::Policy::Roles(args) => roles::roles(context, &args),
        args::Policy::Deployer(args) => deployer::deployer(context, &args).await,
    }
}

/// A statement for people.
struct Shown<'a>(&'a Statement);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shown(statement) = self;
        writeln!(formatter, "  {}: {}", statement.sid, statement.reason())?;
        writeln!(formatter, "    {}", statement.actions.join(", "))?;
        for resource in &statement.resources {
            writeln!(formatter, "      on {resource}")?;
        }
        for note in &statement.notes {
            writeln!(formatter, "      because {note}")?;
        }
        for (operator, keys) in &statement.conditions {
            for (key, values) in keys {
                let values: Vec<&str> = values.iter().map(String::as_str).collect();
                writeln!(formatter, "      if {key} {operator} {}", values.join(" or "))?;
            }
        }
        Ok(())
    }
}
