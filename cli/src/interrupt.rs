//! Ctrl-C, SIGTERM, and SIGHUP, which is a terminal that goes away. Nothing is killed here: work is dropped or finishes,
//! and whoever owns a child ends it.
//!
//! Most commands wrap what they wait for in [`or_interrupted`]. A command that must not stop in the middle of a call
//! (an apply) looks at [`requested`] between calls, and wraps the call in [`or_insisted`], which gives in at the second
//! Ctrl-C.

use std::{
    io,
    sync::{OnceLock, mpsc},
    thread,
};

use tokio::{
    runtime::Builder,
    signal::unix::{Signal, SignalKind, signal},
    sync::{oneshot, watch},
};

use crate::error::Error;

static COUNT: OnceLock<watch::Receiver<u32>> = OnceLock::new();

/// Somebody pressed Ctrl-C or closed the terminal, or the process was told to terminate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted;

/// Starts listening; from here on a signal does not end the process by itself. It is a thread of its own that listens: an
/// execution computes on the command's, and lets nothing else run there meanwhile.
///
/// # Errors
/// When the operating system refuses the signal handlers.
pub(crate) fn listen() -> Result<(), Error> {
    let (sender, receiver) = watch::channel(0);
    if COUNT.set(receiver).is_err() {
        return Ok(());
    }
    let (ready, result) = mpsc::channel();
    thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_io().build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => return drop(ready.send(Err(error))),
        };
        runtime.block_on(async {
            match Signals::new() {
                Ok(signals) => {
                    let _ = ready.send(Ok(()));
                    signals.count(&sender).await;
                }
                Err(error) => drop(ready.send(Err(error))),
            }
        });
    });
    let started = result.recv().unwrap_or_else(|gone| Err(io::Error::other(gone)));
    started.map_err(|source| Error::io("listen for Ctrl-C", source))
}

struct Signals {
    interrupts: Signal,
    terminations: Signal,
    hangups: Option<Signal>,
}

impl Signals {
    fn new() -> io::Result<Signals> {
        Ok(Signals {
            interrupts: signal(SignalKind::interrupt())?,
            terminations: signal(SignalKind::terminate())?,
            hangups: match is_ignored(SignalKind::hangup()) {
                true => None,
                false => Some(signal(SignalKind::hangup())?),
            },
        })
    }

    async fn count(mut self, count: &watch::Sender<u32>) {
        loop {
            tokio::select! {
                _ = self.interrupts.recv() => {}
                _ = self.terminations.recv() => {}
                () = received(&mut self.hangups) => {}
            }
            count.send_modify(|count| *count += 1);
        }
    }
}

async fn received(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}

/// Whether who started this process had it ignore the signal, as `nohup` does: listening would undo that. Where that
/// cannot be told, it counts as ignored.
fn is_ignored(kind: SignalKind) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_none_or(|mask| mask & (1 << (kind.as_raw_value() - 1)) != 0)
}

/// Whether an interrupt came so far.
#[must_use]
pub fn requested() -> bool {
    COUNT.get().is_some_and(|count| *count.borrow() > 0)
}

/// Waits for `work`, but no longer than until the first interrupt; `work` is dropped then.
///
/// # Errors
/// [`Interrupted`] when the interrupt came first.
pub async fn or_interrupted<T>(work: impl Future<Output = T>) -> Result<T, Interrupted> {
    or_after(1, work).await
}

/// Waits for `work`, but no longer than until the second interrupt; `work` is dropped then.
///
/// # Errors
/// [`Interrupted`] when the second interrupt came first.
pub async fn or_insisted<T>(work: impl Future<Output = T>) -> Result<T, Interrupted> {
    or_after(2, work).await
}

/// Waits for `work`, but no longer than until an interrupt beyond those that came already; `work` is dropped then.
///
/// # Errors
/// [`Interrupted`] when the interrupt came first.
pub async fn or_next<T>(work: impl Future<Output = T>) -> Result<T, Interrupted> {
    let so_far = COUNT.get().map_or(0, |count| *count.borrow());
    or_after(so_far + 1, work).await
}

/// Waits for `work`, which blocks, but no longer than until the first interrupt. It has a thread of its own: it cannot be
/// given up, and must not keep the process from ending.
///
/// # Errors
/// [`Interrupted`] when the interrupt came first.
pub async fn blocking_or_interrupted<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Interrupted> {
    let (sender, value) = oneshot::channel();
    let thread = thread::spawn(move || drop(sender.send(work())));
    match or_interrupted(value).await? {
        Ok(value) => Ok(value),
        Err(_) => match thread.join() {
            Ok(()) => Err(Interrupted),
            Err(panic) => std::panic::resume_unwind(panic),
        },
    }
}

async fn or_after<T>(interrupts: u32, work: impl Future<Output = T>) -> Result<T, Interrupted> {
    tokio::select! {
        biased;
        () = interrupted(interrupts) => Err(Interrupted),
        value = work => Ok(value),
    }
}

/// Ends when that many interrupts came; never where nobody listens, as in tests.
async fn interrupted(times: u32) {
    if let Some(count) = COUNT.get() {
        let mut count = count.clone();
        if count.wait_for(|count| *count >= times).await.is_ok() {
            return;
        }
    }
    std::future::pending().await
}
