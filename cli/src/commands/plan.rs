//! `stepwright plan`

use stack::Traffic;

use super::{Context, prepare::prepare};
use crate::{
    args, aws,
    error::{Error, Exit},
};

/// Shows what deploy would do, from reads alone.
pub(crate) async fn plan(context: &Context<'_>, args: args::Plan) -> Result<Exit, Error> {
    let prepared = prepare(context, Traffic::AtOnce).await?;
    let holder = prepared.observed.lock.as_ref();
    if let Some(holder) = holder.filter(|holder| aws::may_live(&prepared.session.cloud, holder)) {
        let message = format!("the stack is being changed: {holder}");
        let help = "look again when that has ended: what is planned now may be done then";
        context.output.reporter().warning(&message, Some(help));
    }
    context.output.print_result(&prepared.summary)?;
    match args.detailed_exitcode && !prepared.summary.is_empty() {
        true => Ok(Exit::Changes),
        false => Ok(Exit::Ok),
    }
}
