//! Where an execution environment's two sides meet: the runtime, through its HTTP requests, and the host, through its calls.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use hyper::header::HeaderValue;
use tokio::sync::{Notify, oneshot};

use crate::outcome::Invocation;

/// One invocation as the runtime gets it.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) request_id: String,
    pub(crate) function_arn: String,
    pub(crate) trace_id: String,
    pub(crate) client_context: Option<String>,
    /// Milliseconds since the Unix epoch.
    pub(crate) deadline_ms: u128,
    pub(crate) payload: Bytes,
}

/// Why a request of the runtime is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Not allowed at this point of the environment's life.
    State,
    /// No invocation under way has this id.
    RequestId,
}

pub(crate) struct Exchange {
    stage: Mutex<Stage>,
    changed: Notify,
}

enum Stage {
    Initialising,
    InitFailed(Invocation),
    /// It has polled before, and the connection of that poll is gone.
    Idle,
    Polling(oneshot::Sender<Event>),
    Busy(String, oneshot::Sender<Invocation>),
    Answered(String),
}

impl Exchange {
    pub(crate) fn new() -> Self {
        Self {
            stage: Mutex::new(Stage::Initialising),
            changed: Notify::new(),
        }
    }

    /// The runtime asks for the next invocation. A newer poll takes the place of one that still waits.
    pub(crate) fn poll(&self) -> Result<oneshot::Receiver<Event>, Refusal> {
        self.change(|stage| match stage {
            Stage::Initialising | Stage::Idle | Stage::Polling(_) | Stage::Answered(_) => {
                let (sender, receiver) = oneshot::channel();
                *stage = Stage::Polling(sender);
                Ok(receiver)
            }
            Stage::InitFailed(_) | Stage::Busy(..) => Err(Refusal::State),
        })
    }

    /// Whether the runtime may answer this invocation now, asked before its answer is read.
    pub(crate) fn expects(&self, request_id: &str) -> Result<(), Refusal> {
        match &*self.lock() {
            Stage::Busy(id, _) if id == request_id => Ok(()),
            Stage::Answered(id) if id == request_id => Err(Refusal::State),
            _ => Err(Refusal::RequestId),
        }
    }

    /// The runtime answers an invocation.
    pub(crate) fn answer(&self, request_id: &str, invocation: Invocation) -> Result<(), Refusal> {
        self.expects(request_id)?;
        self.change(
            |stage| match std::mem::replace(stage, Stage::Answered(request_id.to_owned())) {
                // Nobody listens any more when the invocation is past its deadline; the environment is about to end then.
                Stage::Busy(id, answer) if id == request_id => {
                    let _ = answer.send(invocation);
                    Ok(())
                }
                other => {
                    *stage = other;
                    Err(Refusal::State)
                }
            },
        )
    }

    /// The runtime could not initialise.
    pub(crate) fn fail_init(&self, error: Invocation) -> Result<(), Refusal> {
        self.change(|stage| match stage {
            Stage::Initialising => {
                *stage = Stage::InitFailed(error);
                Ok(())
            }
            _ => Err(Refusal::State),
        })
    }

    /// The invocation the runtime is at, from delivery until it polls again.
    pub(crate) fn request_id(&self) -> Option<String> {
        match &*self.lock() {
            Stage::Busy(id, _) | Stage::Answered(id) => Some(id.clone()),
            Stage::Initialising | Stage::InitFailed(_) | Stage::Idle | Stage::Polling(_) => None,
        }
    }

    /// Resolves when the runtime waits for an invocation; an error when it said that it cannot.
    pub(crate) async fn polled(&self) -> Result<(), Invocation> {
        self.wait(|stage| match stage {
            Stage::InitFailed(error) => Some(Err(error.clone())),
            Stage::Polling(poll) if !poll.is_closed() => Some(Ok(())),
            _ => None,
        })
        .await
    }

    /// Hands the invocation to the runtime as soon as it polls, and waits for its answer.
    pub(crate) async fn invoke(&self, mut event: Event) -> Invocation {
        let answer = loop {
            if let Err(error) = self.polled().await {
                return error;
            }
            match self.deliver(event) {
                Ok(answer) => break answer,
                Err(returned) => event = *returned,
            }
        };
        match answer.await {
            Ok(invocation) => invocation,
            Err(_) => std::future::pending().await,
        }
    }

    /// Where the answer will come; the event itself when the poll was gone in between.
    fn deliver(&self, event: Event) -> Result<oneshot::Receiver<Invocation>, Box<Event>> {
        let (answer, answered) = oneshot::channel();
        let busy = Stage::Busy(event.request_id.clone(), answer);
        self.change(|stage| match std::mem::replace(stage, busy) {
            Stage::Polling(poll) => match poll.send(event) {
                Ok(()) => Ok(answered),
                Err(event) => {
                    *stage = Stage::Idle;
                    Err(Box::new(event))
                }
            },
            other => {
                *stage = other;
                Err(Box::new(event))
            }
        })
    }

    async fn wait<T>(&self, check: impl Fn(&Stage) -> Option<T>) -> T {
        loop {
            let changed = self.changed.notified();
            let found = check(&self.lock());
            match found {
                Some(found) => return found,
                None => changed.await,
            }
        }
    }

    fn change<T>(&self, change: impl FnOnce(&mut Stage) -> T) -> T {
        let result = change(&mut self.lock());
        self.changed.notify_waiters();
        result
    }

    fn lock(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a text can be part of an event: it goes to the runtime in an HTTP header.
pub(crate) fn fits_header(text: &str) -> bool {
    HeaderValue::from_str(text).is_ok()
}
