use stack::{Names, Observed, Plan, Scope};

use super::lock::under_lock;
use super::{Artifacts, Cloud, Error, Outcome, apply, observe};

/// Carries out a `plan` that was made for what was `observed`, while nobody else changes the stack.
///
/// # Errors
/// Somebody else changes the stack or has changed it since; nothing was done then.
pub async fn carry_out(
    cloud: &Cloud,
    scope: &Scope,
    command: &str,
    (names, observed): (&Names, &Observed),
    plan: &Plan,
    artifacts: Artifacts,
) -> Result<Outcome, Error> {
    let work = async |cloud: Cloud| {
        // On the heap: both are large, and this stands inside of much else.
        let now = Box::pin(observe(&cloud, scope, names)).await?;
        match now.is_same_stack(observed) {
            true => Ok(Box::pin(apply(&cloud, scope, plan, artifacts)).await),
            false => Err(Error::Changed(Box::new(scope.clone()))),
        }
    };
    let (outcome, released) = Box::pin(under_lock(cloud, scope, command, work)).await?;
    Ok(Outcome {
        lock: released.err(),
        ..outcome?
    })
}
