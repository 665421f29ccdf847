use stack::{Names, Observed, Plan, Scope};

use super::lock::under_lock;
use super::observe::observe_again;
use super::{Artifacts, Cloud, Error, Outcome, apply};

/// Carries out a `plan` while nobody else changes the stack. Where it rests on what was `observed` of resources of some
/// names, that must still be so.
///
/// # Errors
/// Somebody else changes the stack or has changed it since; nothing was done then.
pub async fn carry_out(
    cloud: &Cloud,
    scope: &Scope,
    command: &str,
    observed: Option<(&Names, &Observed)>,
    plan: &Plan,
    artifacts: Artifacts,
) -> Result<Outcome, Error> {
    let work = async |cloud: Cloud| {
        // On the heap: both are large, and this stands inside of much else.
        if let Some((names, observed)) = observed {
            let now = Box::pin(observe_again(&cloud, scope, names, observed)).await?;
            if !now.is_same_stack(observed) {
                return Err(Error::Changed(Box::new(scope.clone())));
            }
        }
        Ok(Box::pin(apply(&cloud, scope, plan, artifacts)).await)
    };
    let (outcome, released) = Box::pin(under_lock(cloud, scope, command, work)).await?;
    Ok(Outcome {
        lock: released.err(),
        ..outcome?
    })
}
