//! One execution environment: a process group, the Runtime API it speaks to, and the exchange between the two sides.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::AbortHandle;
use tokio::time::timeout;

use crate::exchange::{Event, Exchange};
use crate::function::Function;
use crate::log::{LogLine, LogSink};
use crate::outcome::Invocation;
use crate::process::{self, Exit, Launch, Process};
use crate::runtime_api;
use crate::tasks::Tasks;
use crate::variables::variables;

/// How long an answer that was sent right before the end may take to arrive here.
const LAST_WORDS: Duration = Duration::from_millis(50);

/// What all environments of a host share.
pub(crate) struct Site {
    pub(crate) region: String,
    pub(crate) log: LogSink,
    pub(crate) tasks: Tasks,
}

/// Dropping it ends the process group and the endpoint.
pub(crate) struct Environment {
    exchange: Arc<Exchange>,
    process: Process,
    server: AbortHandle,
}

/// Why an environment did not start.
pub(crate) enum StartFault {
    /// The executable is at fault; the reason in the service's words.
    Entrypoint(String),
    /// This machine is at fault.
    Machine(io::Error),
}

/// Why an environment did not become ready.
pub(crate) enum InitFault {
    /// The runtime posted an error.
    Reported(Invocation),
    Exited(Exit),
}

/// Starts the function's executable; it is not initialised yet.
pub(crate) async fn start(site: &Site, function: &Function) -> Result<Environment, StartFault> {
    let (program, directory) = locate(&function.bootstrap)?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let variables = variables(function, &site.region, &directory, listener.local_addr()?);
    let exchange = Arc::new(Exchange::new());
    let launch = Launch {
        program,
        directory,
        variables,
    };
    let process = process::spawn(&launch, &site.tasks, emitter(site, function, &exchange))
        .await
        .map_err(|error| match process::entrypoint_fault(&launch.program, &error) {
            Some(reason) => StartFault::Entrypoint(reason),
            None => StartFault::Machine(error),
        })?;
    let server = tokio::spawn(runtime_api::serve(listener, Arc::clone(&exchange))).abort_handle();
    Ok(Environment {
        exchange,
        process,
        server,
    })
}

impl Environment {
    pub(crate) fn is_running(&self) -> bool {
        self.process.is_running()
    }

    /// Waits until the runtime asks for an invocation.
    pub(crate) async fn ready(&self) -> Result<(), InitFault> {
        let polled = tokio::select! {
            biased;
            polled = self.exchange.polled() => polled,
            exit = self.process.exited() => match timeout(LAST_WORDS, self.exchange.polled()).await {
                Ok(Err(error)) => Err(error),
                Ok(Ok(())) | Err(_) => return Err(InitFault::Exited(exit)),
            },
        };
        if polled.is_err() {
            // It says why in its log, and ends by itself.
            let _ = timeout(LAST_WORDS, self.process.exited()).await;
            self.flush_output().await;
        }
        polled.map_err(InitFault::Reported)
    }

    /// Runs one invocation; an error when the process ended without an answer.
    pub(crate) async fn invoke(&self, event: Event) -> Result<Invocation, Exit> {
        let answer = self.exchange.invoke(event);
        tokio::pin!(answer);
        let invocation = tokio::select! {
            biased;
            invocation = &mut answer => invocation,
            exit = self.process.exited() => timeout(LAST_WORDS, answer).await.map_err(|_| exit)?,
        };
        self.flush_output().await;
        Ok(invocation)
    }

    /// Waits until what the function wrote so far has been forwarded.
    pub(crate) async fn flush_output(&self) {
        self.process.flush_output().await;
    }
}

impl Drop for Environment {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// The executable and its directory, absolute: the process starts in the latter.
fn locate(bootstrap: &Path) -> Result<(PathBuf, PathBuf), StartFault> {
    let program = std::path::absolute(bootstrap)?;
    if !program.exists() {
        let reason = format!("Couldn't find valid bootstrap(s): [{}]", program.display());
        return Err(StartFault::Entrypoint(reason));
    }
    let directory = program.parent().unwrap_or(Path::new("/")).to_owned();
    Ok((program, directory))
}

fn emitter(site: &Site, function: &Function, exchange: &Arc<Exchange>) -> impl Fn(String) + Send + 'static {
    let log = Arc::clone(&site.log);
    let exchange = Arc::clone(exchange);
    let function = function.logical_name.clone();
    move |text| {
        log(LogLine {
            function: function.clone(),
            request_id: exchange.request_id(),
            text,
        })
    }
}

impl From<io::Error> for StartFault {
    fn from(error: io::Error) -> Self {
        Self::Machine(error)
    }
}
