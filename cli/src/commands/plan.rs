//! `stepwright plan`

use stack::Traffic;

use super::{Context, prepare::prepare};
use crate::{
    args,
    error::{Error, Exit},
};

/// Shows what deploy would do, from reads alone.
pub(crate) async fn plan(context: &Context<'_>, args: args::Plan) -> Result<Exit, Error> {
    let prepared = prepare(context, Traffic::AtOnce).await?;
    context.output.print_result(&prepared.summary)?;
    match args.detailed_exitcode && !prepared.summary.is_empty() {
        true => Ok(Exit::Changes),
        false => Ok(Exit::Ok),
    }
}
