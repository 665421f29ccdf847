//! The host: the functions it knows, and the calls to them.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{oneshot, watch};
use uuid::Uuid;

use crate::call;
use crate::environment::Site;
use crate::error::{HostError, InvokeError};
use crate::exchange::{Event, fits_header};
use crate::function::{self, Function};
use crate::limits::Limits;
use crate::log::LogLine;
use crate::outcome::Invocation;
use crate::pool::Pool;
use crate::tasks::Tasks;

/// The largest payload of a call in bytes.
pub(crate) const REQUEST_LIMIT: usize = 6 * 1024 * 1024;

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

pub(crate) struct Shared {
    functions: BTreeMap<String, Arc<Function>>,
    pub(crate) site: Site,
    pub(crate) pool: Pool,
    pub(crate) limits: Limits,
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
            limits: Limits::of_this_machine(),
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
        let admission = Arc::clone(&self.shared.limits.concurrency).try_acquire_owned();
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
        function::check(&function)?;
        if let Some(twin) = by_name.insert(function.logical_name.clone(), Arc::new(function)) {
            return Err(HostError::DuplicateFunction(twin.logical_name.clone()));
        }
    }
    Ok(by_name)
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

/// Source: <https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader>.
fn new_trace_id() -> String {
    let seconds = jiff::Timestamp::now().as_second();
    let (root, parent) = (Uuid::new_v4().simple().to_string(), Uuid::new_v4().simple().to_string());
    format!("Root=1-{seconds:08x}-{root:.24};Parent={parent:.16};Sampled=0")
}
