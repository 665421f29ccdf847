//! `stepwright policy`: one file per thing that is printed.

mod roles;

use super::Context;
use crate::{
    args,
    error::{Error, Exit},
};

/// Prints a policy that the stack needs.
pub(crate) fn policy(context: &Context<'_>, args: args::Policy) -> Result<Exit, Error> {
    match args {
        args::Policy::Roles(args) => roles::roles(context, &args),
    }
}
