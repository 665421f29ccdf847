//! A process group: started, watched, killed as a whole and reaped.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::net::unix::pipe;
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::log::{self, Flush};
use crate::tasks::Tasks;

/// How long output is waited for when somebody writes without end.
const DRAIN_LIMIT: Duration = Duration::from_millis(200);

/// An executable that was just written can be busy for a moment: another thread's fork holds it open until its exec.
const BUSY_RETRIES: u32 = 20;
const BUSY_DELAY: Duration = Duration::from_millis(10);

/// What to start.
pub(crate) struct Launch {
    pub(crate) program: PathBuf,
    pub(crate) directory: PathBuf,
    pub(crate) variables: BTreeMap<String, String>,
}

/// A running process group. Dropping it kills the group; a task of the host reaps the process.
pub(crate) struct Process {
    exit: watch::Receiver<Option<Exit>>,
    flushes: mpsc::Sender<Flush>,
    _end: oneshot::Sender<()>,
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Code(i32),
    Signal(i32),
}

/// Starts the program in a process group of its own, so that the terminal's Ctrl-C does not reach it. `emit` gets every
/// line it writes.
pub(crate) async fn spawn(
    launch: &Launch,
    tasks: &Tasks,
    emit: impl Fn(String) + Send + 'static,
) -> io::Result<Process> {
    let (reader, writer) = io::pipe()?;
    let mut child = spawn_when_idle(launch, writer).await?;
    let group = Group(child.id().and_then(|id| Pid::from_raw(id.cast_signed())));
    let output = match pipe::Receiver::from_owned_fd(OwnedFd::from(reader)) {
        Ok(output) => output,
        Err(error) => {
            drop(group);
            child.wait().await?;
            return Err(error);
        }
    };
    let (flushes, flush_requests) = mpsc::channel(1);
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(log::forward(output, flush_requests, stopped, emit));
    let reader = Reader { task, stop };
    let (end, ended) = oneshot::channel();
    let (report, exit) = watch::channel(None);
    tasks.spawn(async move {
        let _ = report.send(Some(watch_to_the_end(child, group, ended, reader).await));
    });
    Ok(Process {
        exit,
        flushes,
        _end: end,
    })
}

impl Process {
    /// How it ended, as soon as it has and everything it wrote was forwarded.
    pub(crate) async fn exited(&self) -> Exit {
        let mut exit = self.exit.clone();
        match exit.wait_for(Option::is_some).await {
            Ok(exit) => exit.unwrap_or(Exit::Signal(Signal::KILL.as_raw())),
            Err(_) => Exit::Signal(Signal::KILL.as_raw()),
        }
    }

    pub(crate) fn is_running(&self) -> bool {
        self.exit.borrow().is_none()
    }

    /// Waits until everything written so far has been forwarded, or for a moment when there is no end to it.
    pub(crate) async fn flush_output(&self) {
        let (done, flushed) = oneshot::channel();
        if self.flushes.try_send(done).is_ok() {
            let _ = timeout(DRAIN_LIMIT, flushed).await;
        }
    }
}

async fn spawn_when_idle(launch: &Launch, output: io::PipeWriter) -> io::Result<Child> {
    let mut command = Command::new(&launch.program);
    command
        .env_clear()
        .envs(&launch.variables)
        .current_dir(&launch.directory)
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        .process_group(0)
        .kill_on_drop(true);
    for _ in 0..BUSY_RETRIES {
        match command.spawn() {
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => sleep(BUSY_DELAY).await,
            spawned => return spawned,
        }
    }
    command.spawn()
}

/// The one place that kills and reaps, so that no signal goes to a process id that was given away again.
async fn watch_to_the_end(mut child: Child, group: Group, ended: oneshot::Receiver<()>, mut reader: Reader) -> Exit {
    let own_exit = tokio::select! {
        status = child.wait() => Some(status),
        _ = ended => None,
    };
    drop(group);
    let status = match own_exit {
        Some(status) => status,
        None => child.wait().await,
    };
    drop(reader.stop);
    if timeout(DRAIN_LIMIT, &mut reader.task).await.is_err() {
        reader.task.abort();
    }
    status.map_or(Exit::Signal(Signal::KILL.as_raw()), Exit::from)
}

/// The task that forwards what the group writes.
struct Reader {
    task: JoinHandle<()>,
    stop: oneshot::Sender<()>,
}

/// Kills the whole group when dropped: at its end, and when the runtime is torn down under the watching task.
struct Group(Option<Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(pid) = self.0 {
            // An error means that nobody is left in the group.
            let _ = kill_process_group(pid, Signal::KILL);
        }
    }
}

impl From<ExitStatus> for Exit {
    fn from(status: ExitStatus) -> Self {
        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Code(code),
            (None, signal) => Self::Signal(signal.unwrap_or(Signal::KILL.as_raw())),
        }
    }
}

/// The words of the service, which are those of Go's `os.ProcessState`.
impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(0) => f.write_str("Runtime exited without providing a reason"),
            Self::Code(code) => write!(f, "Runtime exited with error: exit status {code}"),
            Self::Signal(signal) => write!(f, "Runtime exited with error: signal: {}", signal_name(*signal)),
        }
    }
}

fn signal_name(signal: i32) -> String {
    let names = [
        (Signal::HUP, "hangup"),
        (Signal::INT, "interrupt"),
        (Signal::QUIT, "quit"),
        (Signal::ILL, "illegal instruction"),
        (Signal::TRAP, "trace/breakpoint trap"),
        (Signal::ABORT, "aborted"),
        (Signal::BUS, "bus error"),
        (Signal::FPE, "floating point exception"),
        (Signal::KILL, "killed"),
        (Signal::USR1, "user defined signal 1"),
        (Signal::SEGV, "segmentation fault"),
        (Signal::USR2, "user defined signal 2"),
        (Signal::PIPE, "broken pipe"),
        (Signal::ALARM, "alarm clock"),
        (Signal::TERM, "terminated"),
    ];
    let known = names.into_iter().find(|(known, _)| known.as_raw() == signal);
    known.map_or_else(|| format!("signal {signal}"), |(_, name)| name.to_owned())
}

/// The reason of a start that failed because of the executable, in the service's words; none when this machine is at fault.
pub(crate) fn entrypoint_fault(program: &Path, error: &io::Error) -> Option<String> {
    const ENOEXEC: i32 = rustix::io::Errno::NOEXEC.raw_os_error();
    let program = program.display();
    let words = match error.kind() {
        io::ErrorKind::NotFound => "no such file or directory",
        io::ErrorKind::PermissionDenied => "permission denied",
        io::ErrorKind::ExecutableFileBusy => "text file busy",
        io::ErrorKind::NotADirectory => "not a directory",
        _ if error.raw_os_error() == Some(ENOEXEC) => "exec format error",
        _ => return None,
    };
    Some(format!("fork/exec {program}: {words}"))
}
