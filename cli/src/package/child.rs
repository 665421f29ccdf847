//! cargo as a child process, whose own children end with it.

use std::{fs::File, io, time::Duration};

use rustix::process::{Pid, Signal, getpgrp, kill_process, kill_process_group};
use tokio::{
    process::{Child, Command},
    time::timeout,
};

/// How long cargo may take to end when it is told to.
const PATIENCE: Duration = Duration::from_secs(2);

/// A process with its children. Dropping it ends them.
///
/// In the foreground of a terminal it shares our process group: Ctrl-C reaches them all from there, Ctrl-Z stops them all,
/// and what asks for a passphrase can read the answer. Elsewhere it has a group of its own, to be signalled as a whole.
pub(super) struct Group {
    pub(super) child: Child,
    id: Option<Pid>,
    is_own: bool,
}

impl Group {
    pub(super) fn spawn(command: &mut Command) -> io::Result<Group> {
        let is_own = !is_in_foreground();
        if is_own {
            command.process_group(0);
        }
        let child = command.kill_on_drop(true).spawn()?;
        let id = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        Ok(Group { child, id, is_own })
    }

    /// Tells it to end and waits until it has, so that its last words come before ours.
    pub(super) async fn end(mut self) {
        self.signal();
        let _ = timeout(PATIENCE, self.child.wait()).await;
    }

    fn signal(&self) {
        // Until it is waited for, its number is nobody else's.
        if let (Some(id), Some(_)) = (self.id, self.child.id()) {
            // It may have ended by itself.
            let _ = match self.is_own {
                true => kill_process_group(id, Signal::TERM),
                false => kill_process(id, Signal::TERM),
            };
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.signal();
    }
}

fn is_in_foreground() -> bool {
    let foreground = |terminal| rustix::termios::tcgetpgrp(terminal).ok();
    let terminal = File::open("/dev/tty").ok();
    terminal.and_then(foreground) == Some(getpgrp())
}
