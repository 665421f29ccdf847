//! The host: the functions it knows, and the calls to them.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::header::HeaderValue;
use rustix::process::{Resource, getrlimit};
use tokio::sync::{Semaphore, oneshot, watch};
use uuid::Uuid;

use crate::call;
use crate::environment::Site;
use crate::exchange::Event;
use crate::function::Function;
use crate::log::LogLine;
use crate::outcome::Invocation;
use crate::pool::Pool;
use crate::tasks::Tasks;
use crate::variables;

/// The largest payload of a call in bytes.
const REQUEST_LIMIT: usize = 6 * 1024 * 1024;

/// The longest timeout of a function.
const TIMEOUT_LIMIT: Duration = Duration::from_secs(15 * 60);

/// The default concurrency quota of an account in a region.
/// Source: <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>.
const ACCOUNT_CONCURRENCY: usize = 1000;

/// What one environment may need of this process: the listener, its connections, the log pipe, the process handle.
const FILES_PER_ENVIRONMENT: u64 = 8;
/// What the rest of this process may need.
const OTHER_FILES: u64 = 128;

/// Runs functions. Dropping it ends every process it started; [`Host::shutdown`] also waits for that.
pub struct Host {
    shared: Arc<Shared>,
}

/// What belongs to one call besides its payload.
#[derive(Debug, Clone, Default)]
pub struct InvocationContext {
    /// The request id; a random UUID unless given.
    pub request_id: Option<String>,
    /// The X-Ray trace header; a new root, not sampled, unless given.
    pub trace_id: Option<String>,
    /// The client context as JSON.
    pub client_context: Option<String>,
}

/// Why functions cannot be hosted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// Two functions have the same logical name.
    #[error("the function `{0}` is there twice")]
    DuplicateFunction(String),
    /// The service would refuse the variable.
    #[error("the function `{function}` cannot have the environment variable `{name}`: {reason}")]
    Variable {
        /// The logical name.
        function: String,
        /// The variable's name.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The service would refuse the timeout.
    #[error("the function `{function}` has a timeout of {} seconds; at most {} are allowed", timeout.as_secs_f64(), TIMEOUT_LIMIT.as_secs())]
    Timeout {
        /// The logical name.
        function: String,
        /// The timeout.
        timeout: Duration,
    },
    /// A setting that is handed to the function in an HTTP header has characters that do not fit.
    #[error("the ARN `{arn}` of the function `{function}` has characters that an ARN cannot have")]
    Arn {
        /// The logical name.
        function: String,
        /// The ARN.
        arn: String,
    },
}

/// Why a call came to no answer of the function: an error of the Invoke API.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvokeError {
    /// `ResourceNotFoundException`.
    #[error("there is no function `{function}`; known are {known:?}")]
    UnknownFunction {
        /// The name in the call.
        function: String,
        /// The logical names there are.
        known: Vec<String>,
    },
    /// `RequestTooLargeException`.
    #[error("the payload for `{function}` has {size} bytes; at most {REQUEST_LIMIT} are allowed")]
    RequestTooLarge {
        /// The logical name.
        function: String,
        /// The payload's size in bytes.
        size: usize,
    },
    /// `TooManyRequestsException`.
    #[error("too many calls at the same time, one of them of `{function}`; at most {ACCOUNT_CONCURRENCY} can run")]
    TooManyRequests {
        /// The logical name.
        function: String,
    },
    /// Part of the context has characters that do not fit in an HTTP header.
    #[error("the {0} has characters that it cannot have")]
    Context(&'static str),
    /// `ServiceException`: this machine could not start an environment.
    #[error("cannot start an execution environment for `{function}`: {source}")]
    Start {
        /// The logical name.
        function: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// The host was shut down before the function answered.
    #[error("the Lambda host was shut down")]
    ShutDown,
}

pub(crate) struct Shared {
    functions: BTreeMap<String, Arc<Function>>,
    pub(crate) site: Site,
    pub(crate) pool: Pool,
    /// How many environments this machine has room for at the same time; further calls wait their turn.
    pub(crate) places: Semaphore,
    /// One permit for each invocation that may run at the same time.
    concurrency: Arc<Semaphore>,
    closing: watch::Sender<bool>,
}

impl Host {
    /// Takes the functions; nothing is started or bound before the first call. `log` gets every line they write.
    ///
    /// # Errors
    /// When two functions share a logical name, or a function has a variable or an ARN that the service would refuse.
    pub fn new(
        functions: Vec<Function>,
        region: &str,
        log: impl Fn(LogLine) + Send + Sync + 'static,
    ) -> Result<Self, HostError> {
        let site = Site {
            region: region.to_owned(),
            log: Arc::new(log),
            tasks: Tasks::default(),
        };
        let shared = Shared {
            functions: by_name(functions)?,
            site,
            pool: Pool::default(),
            places: Semaphore::new(room()),
            concurrency: Arc::new(Semaphore::new(ACCOUNT_CONCURRENCY)),
            closing: watch::Sender::new(false),
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// Calls a function by its logical name, as Invoke with `RequestResponse` does, and waits for the answer. The payload is
    /// handed over as it is.
    ///
    /// When the returned future is dropped, the function goes on to its end, as on AWS.
    ///
    /// # Errors
    /// When the call is refused before the function sees it, this machine cannot start it, or the host is shut down.
    pub async fn invoke(
        &self,
        function: &str,
        payload: Bytes,
        context: InvocationContext,
    ) -> Result<Invocation, InvokeError> {
        let function = self.function(function)?;
        let event = event(&function, payload, context)?;
        let admission = Arc::clone(&self.shared.concurrency).try_acquire_owned();
        let admission = admission.map_err(|_| InvokeError::TooManyRequests {
            function: function.logical_name.clone(),
        })?;
        let (answer, answered) = oneshot::channel();
        let shared = Arc::clone(&self.shared);
        self.shared.site.tasks.spawn(async move {
            let mut closing = shared.closing.subscribe();
            tokio::select! {
                biased;
                _ = closing.wait_for(|closing| *closing) => {}
                () = call::run(&shared, &function, event, answer) => {}
            }
            drop(admission);
        });
        answered.await.unwrap_or(Err(InvokeError::ShutDown))
    }

    /// Ends every process of every function and waits until all are reaped. Calls under way and later ones end with
    /// [`InvokeError::ShutDown`].
    pub async fn shutdown(&self) {
        self.close();
        self.shared.site.tasks.finished().await;
    }

    fn close(&self) {
        self.shared.closing.send_replace(true);
        self.shared.pool.close();
    }

    fn function(&self, name: &str) -> Result<Arc<Function>, InvokeError> {
        let functions = &self.shared.functions;
        functions
            .get(name)
            .cloned()
            .ok_or_else(|| InvokeError::UnknownFunction {
                function: name.to_owned(),
                known: functions.keys().cloned().collect(),
            })
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.close();
    }
}

fn by_name(functions: Vec<Function>) -> Result<BTreeMap<String, Arc<Function>>, HostError> {
    let mut by_name = BTreeMap::new();
    for function in functions {
        check(&function)?;
        if let Some(twin) = by_name.insert(function.logical_name.clone(), Arc::new(function)) {
            return Err(HostError::DuplicateFunction(twin.logical_name.clone()));
        }
    }
    Ok(by_name)
}

fn check(function: &Function) -> Result<(), HostError> {
    for (name, value) in &function.environment {
        let reason = if variables::is_reserved(name) {
            "Lambda sets it itself"
        } else if !variables::is_valid(name, value) {
            "a name is a letter and then letters, digits and underscores, a value has no NUL character"
        } else {
            continue;
        };
        return Err(HostError::Variable {
            function: function.logical_name.clone(),
            name: name.clone(),
            reason,
        });
    }
    if function.timeout > TIMEOUT_LIMIT {
        return Err(HostError::Timeout {
            function: function.logical_name.clone(),
            timeout: function.timeout,
        });
    }
    if !fits_header(&function.arn) {
        return Err(HostError::Arn {
            function: function.logical_name.clone(),
            arn: function.arn.clone(),
        });
    }
    Ok(())
}

fn event(function: &Function, payload: Bytes, context: InvocationContext) -> Result<Event, InvokeError> {
    if payload.len() > REQUEST_LIMIT {
        let function = function.logical_name.clone();
        return Err(InvokeError::RequestTooLarge {
            function,
            size: payload.len(),
        });
    }
    let InvocationContext {
        request_id,
        trace_id,
        client_context,
    } = context;
    let request_id = request_id.unwrap_or_else(|| Uuid::new_v4().to_string());
    let trace_id = trace_id.unwrap_or_else(new_trace_id);
    let parts = [
        ("request id", Some(&request_id)),
        ("trace id", Some(&trace_id)),
        ("client context", client_context.as_ref()),
    ];
    if let Some((part, _)) = parts
        .into_iter()
        .find(|(_, text)| text.is_some_and(|text| !fits_header(text)))
    {
        return Err(InvokeError::Context(part));
    }
    Ok(Event {
        request_id,
        function_arn: function.arn.clone(),
        trace_id,
        client_context,
        deadline_ms: 0,
        payload,
    })
}

fn fits_header(text: &str) -> bool {
    HeaderValue::from_str(text).is_ok()
}

/// Source: <https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader>.
fn new_trace_id() -> String {
    let seconds = jiff::Timestamp::now().as_second();
    let (root, parent) = (Uuid::new_v4().simple().to_string(), Uuid::new_v4().simple().to_string());
    format!("Root=1-{seconds:08x}-{root:.24};Parent={parent:.16};Sampled=0")
}

/// As many environments as this process may have files for, and no more than an account may have.
fn room() -> usize {
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let places = files.saturating_sub(OTHER_FILES) / FILES_PER_ENVIRONMENT;
    usize::try_from(places)
        .unwrap_or(usize::MAX)
        .clamp(1, ACCOUNT_CONCURRENCY)
}
