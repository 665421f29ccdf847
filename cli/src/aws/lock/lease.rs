use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use jiff::Timestamp;
use stack::LEASE;

/// How long a lock that was acquired is surely held. It is measured with the clock on the wall, which goes on while a
/// machine sleeps: who wakes up after that must not go on before it has looked.
#[derive(Debug)]
pub(in crate::aws) struct Lease {
    /// The last sign of life, in seconds.
    renewed: AtomicI64,
    /// Whether somebody else was seen to hold the lock.
    is_lost: AtomicBool,
}

impl Lease {
    pub(super) fn new(now: Timestamp) -> Lease {
        Lease {
            renewed: AtomicI64::new(now.as_second()),
            is_lost: AtomicBool::new(false),
        }
    }

    pub(super) fn renew(&self, now: Timestamp) {
        self.renewed.store(now.as_second(), Ordering::Relaxed);
    }

    pub(super) fn lose(&self) {
        self.is_lost.store(true, Ordering::Relaxed);
    }

    /// Whether somebody else holds the lock, or may have taken it over.
    pub(in crate::aws) fn is_over(&self) -> bool {
        self.is_over_at(Timestamp::now())
    }

    /// Whether somebody else was seen to hold it.
    pub(in crate::aws) fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::Relaxed)
    }

    fn is_over_at(&self, now: Timestamp) -> bool {
        let quiet = now.as_second() - self.renewed.load(Ordering::Relaxed);
        self.is_lost() || quiet.unsigned_abs() > LEASE.as_secs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + seconds).unwrap()
    }

    #[test]
    fn a_lease_lasts_as_long_as_there_are_signs_of_life() {
        let lease = Lease::new(at(0));
        assert!(!lease.is_over_at(at(90)));
        assert!(lease.is_over_at(at(91)), "after a machine slept");
        lease.renew(at(80));
        assert!(!lease.is_over_at(at(170)));
        assert!(lease.is_over_at(at(171)));
        assert!(lease.is_over_at(at(-20)), "a clock that was set back tells nothing");
    }

    #[test]
    fn what_is_lost_does_not_come_back() {
        let lease = Lease::new(at(0));
        lease.lose();
        lease.renew(at(1));
        assert!(lease.is_over_at(at(1)));
    }
}
