//! How much runs at the same time: what an AWS account may have, and what this machine can carry.

use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;

use rustix::process::{Resource, getrlimit};
use tokio::sync::Semaphore;

/// The default concurrency quota of an account in a region.
/// Source: <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>.
pub(crate) const ACCOUNT_CONCURRENCY: usize = 1000;

/// What one environment may need of this process: the listener, its connections, the log pipe, the process handle.
const FILES_PER_ENVIRONMENT: u64 = 8;
/// What the rest of this process may need.
const OTHER_FILES: u64 = 128;

const STARTS_PER_PROCESSOR: usize = 2;

pub(crate) struct Limits {
    /// One permit for each invocation under way; a call beyond them is refused.
    pub(crate) concurrency: Arc<Semaphore>,
    /// One permit for each environment this machine has room for; calls wait for one.
    pub(crate) places: Semaphore,
    /// One permit for each environment that may start at the same time. On AWS each has processors of its own; here a crowd
    /// of them would keep each other from starting until they time out.
    pub(crate) turns: Semaphore,
}

impl Limits {
    pub(crate) fn of_this_machine() -> Self {
        let processors = available_parallelism().map_or(1, NonZero::get);
        Self {
            concurrency: Arc::new(Semaphore::new(ACCOUNT_CONCURRENCY)),
            places: Semaphore::new(room()),
            turns: Semaphore::new(STARTS_PER_PROCESSOR * processors),
        }
    }
}

/// As many environments as this process may open files for, and no more than an account may have.
fn room() -> usize {
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let places = files.saturating_sub(OTHER_FILES) / FILES_PER_ENVIRONMENT;
    usize::try_from(places)
        .unwrap_or(usize::MAX)
        .clamp(1, ACCOUNT_CONCURRENCY)
}
