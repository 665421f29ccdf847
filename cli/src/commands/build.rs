//! `stepwright build`

use std::fmt;

use serde::Serialize;

use super::Context;
use crate::{
    args,
    error::{Error, Exit},
};

/// Finds the functions to compile, check and zip.
pub(crate) async fn build(context: &Context<'_>, args: args::Build) -> Result<Exit, Error> {
    let settings = context.settings()?;
    let functions = settings.functions(&args.functions).await?;
    context
        .output
        .print_result(&Built(functions.functions.into_keys().collect()))?;
    Ok(Exit::Ok)
}

#[derive(Serialize)]
struct Built(Vec<String>);

impl fmt::Display for Built {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|name| writeln!(f, "{name}"))
    }
}
