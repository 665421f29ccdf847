//! The lock of a stack: one of two commands that change it at once waits outside.

mod calls;
mod lease;

pub(super) use calls::holder;
pub(super) use lease::Lease;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use stack::{Holder, Scope, Standing};

use super::{Cloud, Error, Event, Process};

/// How long who seems dead is watched: longer than a holder that lives is silent, whatever its clock says.
const WATCH: Duration = Duration::from_secs(30);

/// How long who takes over may be between its two calls.
const TAKEOVER: Duration = Duration::from_secs(2);

/// Does `work` while nobody else changes the stack. `work` is given a [`Cloud`] that stops when somebody takes the lock
/// over, and as soon as somebody may, which is after this process was silent for longer than [`stack::LEASE`]. Gives what
/// `work` gave, and how giving the lock back went.
///
/// # Errors
/// Somebody else holds the lock; `work` did not begin.
pub(super) async fn under_lock<T>(
    cloud: &Cloud,
    scope: &Scope,
    command: &str,
    work: impl AsyncFnOnce(Cloud) -> T,
) -> Result<(T, Result<(), Error>), Error> {
    let lock = Lock::acquire(cloud, scope, command).await?;
    let working = work(cloud.under(Arc::clone(&lock.lease)));
    let result = tokio::select! {
        result = working => result,
        never = lock.renew() => match never {},
    };
    Ok((result, lock.release().await))
}

/// Removes the lock that a dead process left, where a command has nothing else to do.
///
/// # Errors
/// A call that failed.
pub async fn clear_lock(cloud: &Cloud, scope: &Scope, command: &str) -> Result<(), Error> {
    match under_lock(cloud, scope, command, async |_| ()).await {
        Ok(((), released)) => released,
        Err(Error::Locked { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// A lock that is held.
struct Lock<'a> {
    cloud: &'a Cloud,
    scope: &'a Scope,
    holder: Holder,
    lease: Arc<Lease>,
}

impl<'a> Lock<'a> {
    async fn acquire(cloud: &'a Cloud, scope: &'a Scope, command: &str) -> Result<Lock<'a>, Error> {
        let process = cloud.process();
        let mut holder = process.holding(command);
        let mut seen: Option<Seen> = None;
        loop {
            if calls::create(cloud, scope, &holder).await? {
                break;
            }
            let Some(found) = Seen::look(cloud, scope).await? else {
                cloud.sleep(TAKEOVER).await?;
                continue;
            };
            let watched = seen.as_ref().is_some_and(|seen| seen.is_unchanged(&found));
            match found.next(standing(&found.holder, process, &holder), watched) {
                Next::Hold => break,
                Next::TakeOver => {
                    if calls::take_over(cloud, scope, found.takeovers + 1).await? {
                        holder.generation = found.takeovers + 1;
                        calls::tag(cloud, scope, &holder).await?;
                        break;
                    }
                    cloud.sleep(TAKEOVER).await?;
                }
                Next::Watch => {
                    watching(cloud, scope, &found.holder);
                    cloud.sleep(WATCH).await?;
                }
                Next::GiveUp => {
                    return Err(Error::Locked {
                        scope: Box::new(scope.clone()),
                        holder: Box::new(found.holder),
                    });
                }
            }
            seen = Some(found);
        }
        Ok(Lock {
            cloud,
            scope,
            holder,
            lease: Arc::new(Lease::new(Timestamp::now())),
        })
    }

    /// Gives signs of life, until somebody else holds the lock.
    async fn renew(&self) -> Infallible {
        loop {
            tokio::time::sleep(self.cloud.renewal()).await;
            match self.give_sign().await {
                Ok(true) => self.lease.renew(Timestamp::now()),
                Ok(false) => self.lease.lose(),
                // Another try is made until the lease is over.
                Err(_) => {}
            }
        }
    }

    /// Whether the lock is still held.
    async fn give_sign(&self) -> Result<bool, Error> {
        if !self.is_held().await? {
            return Ok(false);
        }
        let holder = Holder {
            renewed: Timestamp::now().to_string(),
            ..self.holder.clone()
        };
        calls::tag(self.cloud, self.scope, &holder).await?;
        Ok(true)
    }

    async fn is_held(&self) -> Result<bool, Error> {
        let found = holder(self.cloud, self.scope).await?;
        let process = self.cloud.process();
        Ok(found.is_some_and(|found| standing(&found, process, &self.holder) == Standing::Own))
    }

    async fn release(self) -> Result<(), Error> {
        let is_over = self.lease.is_over();
        if is_over && !self.is_held().await? {
            return Err(Error::LockLost(Box::new(self.scope.clone())));
        }
        calls::delete(self.cloud, self.scope).await?;
        match is_over {
            true => Err(Error::Silent(Box::new(self.scope.clone()))),
            false => Ok(()),
        }
    }
}

/// A lock as it was seen.
struct Seen {
    holder: Holder,
    /// How often somebody began to take it over.
    takeovers: u32,
}

/// What to do about a lock that is there.
enum Next {
    Hold,
    TakeOver,
    Watch,
    GiveUp,
}

impl Seen {
    async fn look(cloud: &Cloud, scope: &Scope) -> Result<Option<Seen>, Error> {
        // In this order: who has read the tags of a dead holder cannot have missed who took over before.
        let Some(takeovers) = calls::takeovers(cloud, scope).await? else {
            return Ok(None);
        };
        let holder = holder(cloud, scope).await?;
        Ok(holder.map(|holder| Seen { holder, takeovers }))
    }

    fn is_unchanged(&self, other: &Seen) -> bool {
        self.takeovers == other.takeovers && self.holder.is_unchanged(&other.holder)
    }

    /// `watched` is whether it was the same when it was looked at before.
    fn next(&self, standing: Standing, watched: bool) -> Next {
        let is_being_taken_over = self.takeovers > self.holder.generation;
        match standing {
            Standing::Own => Next::Hold,
            Standing::Alive => Next::GiveUp,
            Standing::Dead if !is_being_taken_over => Next::TakeOver,
            _ if watched => Next::TakeOver,
            _ => Next::Watch,
        }
    }
}

/// Whether who holds a lock may be alive.
#[must_use]
pub fn may_live(cloud: &Cloud, holder: &Holder) -> bool {
    let process = cloud.process();
    standing(holder, process, &process.holding("")) != Standing::Dead
}

fn standing(found: &Holder, process: &Process, asking: &Holder) -> Standing {
    let renewed: Option<Timestamp> = found.renewed.parse().ok();
    let quiet = renewed.map(|renewed| Timestamp::now().duration_since(renewed).unsigned_abs());
    found.standing(asking, quiet, |id| (process.runs)(id))
}

fn watching(cloud: &Cloud, scope: &Scope, holder: &Holder) {
    cloud.tell(&Event::Waiting {
        action: "CreateLogGroup",
        name: scope.lock(),
        reason: format!(
            "{holder}, and is silent; its lock is taken over in {} s if it stays so",
            WATCH.as_secs()
        ),
        is_notable: true,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `takeovers` were begun, the lock tells of one.
    #[track_caller]
    fn check(standing: Standing, takeovers: u32, watched: bool, expected: &str) {
        let holder = Holder {
            name: String::new(),
            command: String::new(),
            machine: String::new(),
            process: String::new(),
            since: String::new(),
            renewed: String::new(),
            generation: 1,
        };
        let next = match (Seen { holder, takeovers }).next(standing, watched) {
            Next::Hold => "hold",
            Next::TakeOver => "take over",
            Next::Watch => "watch",
            Next::GiveUp => "give up",
        };
        assert_eq!(
            next, expected,
            "{standing:?}, {takeovers} takeovers, watched: {watched}"
        );
    }

    #[test]
    fn a_lock_is_taken_from_the_dead_alone() {
        check(Standing::Own, 1, false, "hold");
        check(Standing::Own, 2, true, "hold");
        check(Standing::Alive, 1, false, "give up");
        check(Standing::Alive, 1, true, "give up");
        check(Standing::Dead, 1, false, "take over");
        check(Standing::Dead, 2, false, "watch");
        check(Standing::Dead, 2, true, "take over");
        check(Standing::Quiet, 1, false, "watch");
        check(Standing::Quiet, 1, true, "take over");
    }
}
