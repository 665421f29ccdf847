//! The course of one invocation: find or start an environment, deliver, answer, keep the environment or throw it away.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::oneshot;
use tokio::time::{Instant, timeout, timeout_at};

use crate::environment::{self, Environment, InitFault, StartFault};
use crate::error::InvokeError;
use crate::exchange::Event;
use crate::function::Function;
use crate::host::Shared;
use crate::outcome::Invocation;

/// How long an environment may take to ask for its first invocation; after that it is started a second time, and this
/// counts towards the function's timeout.
/// Source: <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>.
const INIT_LIMIT: Duration = Duration::from_secs(10);

/// How long a start may keep others from starting.
const TURN_LIMIT: Duration = Duration::from_millis(250);

/// How long the answer is held back until the environment is free again, so that calls one after the other share it.
const SETTLE_LIMIT: Duration = Duration::from_millis(50);

pub(crate) type Answer = Result<Invocation, InvokeError>;

/// Runs the invocation to its end, whether or not somebody still waits for the answer.
pub(crate) async fn run(shared: &Shared, function: &Function, event: Event, answer: oneshot::Sender<Answer>) {
    let Ok(_place) = shared.limits.places.acquire().await else {
        return;
    };
    let request_id = event.request_id.clone();
    let (environment, deadline) = match obtain(shared, function, &request_id).await {
        Ok(ready) => ready,
        Err(outcome) => return drop(answer.send(outcome)),
    };
    let event = Event {
        deadline_ms: unix_ms(deadline),
        ..event
    };
    match timeout_at(deadline, environment.invoke(event)).await {
        Ok(Ok(invocation)) => {
            settle(shared, function, environment, deadline, || {
                drop(answer.send(Ok(invocation)))
            })
            .await
        }
        Ok(Err(exit)) => drop(answer.send(Ok(Invocation::exited(&request_id, exit)))),
        Err(_) => {
            environment.flush_output().await;
            drop(answer.send(Ok(Invocation::timed_out(&request_id, function.timeout))));
        }
    }
}

/// A ready environment with the deadline of the invocation, or how the invocation ends without one.
async fn obtain(shared: &Shared, function: &Function, request_id: &str) -> Result<(Environment, Instant), Answer> {
    let within = |environment| (environment, Instant::now() + function.timeout);
    let mut freed = match shared.pool.take(&function.logical_name) {
        Ok(warm) => return Ok(within(warm)),
        Err(freed) => freed,
    };
    let turn = tokio::select! {
        biased;
        Ok(warm) = &mut freed => return Ok(within(warm)),
        turn = shared.limits.turns.acquire() => turn,
    };
    freed.close();
    if let Ok(warm) = freed.try_recv() {
        return Ok(within(warm));
    }
    // Those that run have their places; the idle ones must leave room for this one.
    shared.pool.keep(shared.limits.places.available_permits());
    let first = start(shared, function, request_id).await?;
    if initialises(&first, || drop(turn)).await {
        return Ok(within(first));
    }
    drop(first);
    let deadline = Instant::now() + function.timeout;
    let second = start(shared, function, request_id).await?;
    match timeout_at(deadline, second.ready()).await {
        Ok(Ok(())) => Ok((second, deadline)),
        Ok(Err(InitFault::Reported(error))) => Err(Ok(error)),
        Ok(Err(InitFault::Exited(exit))) => Err(Ok(Invocation::exited(request_id, exit))),
        Err(_) => Err(Ok(Invocation::timed_out(request_id, function.timeout))),
    }
}

/// Whether the environment becomes ready in time. What takes longer than a moment waits for something and leaves the
/// processors to others, so the next start may begin.
async fn initialises(environment: &Environment, end_turn: impl FnOnce()) -> bool {
    let ready = environment.ready();
    tokio::pin!(ready);
    let soon = timeout(TURN_LIMIT, &mut ready).await;
    end_turn();
    match soon {
        Ok(ready) => ready.is_ok(),
        Err(_) => timeout(INIT_LIMIT - TURN_LIMIT, ready)
            .await
            .is_ok_and(|ready| ready.is_ok()),
    }
}

async fn start(shared: &Shared, function: &Function, request_id: &str) -> Result<Environment, Answer> {
    environment::start(&shared.site, function)
        .await
        .map_err(|fault| match fault {
            StartFault::Entrypoint(reason) => Ok(Invocation::invalid_entrypoint(request_id, &reason)),
            StartFault::Machine(source) => Err(InvokeError::Start {
                function: function.logical_name.clone(),
                source,
            }),
        })
}

/// Answers, and puts the environment back as soon as it asks for the next invocation. One that ends instead, or does not
/// ask before the deadline, is thrown away.
async fn settle(
    shared: &Shared,
    function: &Function,
    environment: Environment,
    deadline: Instant,
    answer: impl FnOnce(),
) {
    let soon = timeout(SETTLE_LIMIT, environment.ready()).await;
    if soon.is_ok() {
        if soon.is_ok_and(|ready| ready.is_ok()) {
            shared.pool.put(&function.logical_name, environment);
        }
        answer();
        return;
    }
    answer();
    if let Ok(Ok(())) = timeout_at(deadline, environment.ready()).await {
        shared.pool.put(&function.logical_name, environment);
    }
}

fn unix_ms(deadline: Instant) -> u128 {
    let time = SystemTime::now() + deadline.saturating_duration_since(Instant::now());
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis()
}
