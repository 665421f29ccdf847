//! The Runtime API of one execution environment, version 2018-06-01, as an HTTP server.
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderMap};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::exchange::{Event, Exchange, Refusal};
use crate::outcome::{Invocation, RESPONSE_LIMIT};

type Reply = Response<Full<Bytes>>;

/// How long to wait when this machine has no file descriptor left for a connection.
const ACCEPT_DELAY: Duration = Duration::from_millis(10);

/// Serves until it is dropped; its connections end with it.
pub(crate) async fn serve(listener: TcpListener, exchange: Arc<Exchange>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(connections.spawn(connection(stream, Arc::clone(&exchange)))),
                Err(_) => tokio::time::sleep(ACCEPT_DELAY).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, exchange: Arc<Exchange>) {
    // Without it answers are only later.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let exchange = Arc::clone(&exchange);
        async move { Ok::<_, Infallible>(route(request, &exchange).await) }
    });
    let mut server = hyper::server::conn::http1::Builder::new();
    // An environment may be idle for as long as its host lives.
    server.header_read_timeout(None);
    // Nonsense on the wire is answered with 400 and the connection closed; there is nobody to tell.
    let _ = server.serve_connection(TokioIo::new(stream), service).await;
}

async fn route(request: Request<Incoming>, exchange: &Exchange) -> Reply {
    let path = request.uri().path().to_owned();
    let Some(path) = path.strip_prefix("/2018-06-01/runtime/") else {
        return refuse(StatusCode::NOT_FOUND);
    };
    let parts: Vec<&str> = path.split('/').collect();
    match (request.method(), parts.as_slice()) {
        (&Method::GET, ["invocation", "next"]) => next(exchange).await,
        (&Method::POST, ["invocation", id, "response"]) => response(exchange, id, request.into_body()).await,
        (&Method::POST, ["invocation", id, "error"]) => error(exchange, id, request.into_body()).await,
        (&Method::POST, ["init", "error"]) => init_error(exchange, request.into_body()).await,
        (_, ["invocation", "next"] | ["invocation", _, "response" | "error"] | ["init", "error"]) => {
            refuse(StatusCode::METHOD_NOT_ALLOWED)
        }
        _ => refuse(StatusCode::NOT_FOUND),
    }
}

async fn next(exchange: &Exchange) -> Reply {
    match exchange.poll() {
        Ok(event) => match event.await {
            Ok(event) => invocation(event),
            Err(_) => refuse_for(Refusal::State),
        },
        Err(refusal) => refuse_for(refusal),
    }
}

fn invocation(event: Event) -> Reply {
    let reply = Response::builder()
        .header(CONTENT_TYPE, "application/json")
        .header("Lambda-Runtime-Aws-Request-Id", event.request_id)
        .header("Lambda-Runtime-Deadline-Ms", event.deadline_ms.to_string())
        .header("Lambda-Runtime-Invoked-Function-Arn", event.function_arn)
        .header("Lambda-Runtime-Trace-Id", event.trace_id);
    let reply = match event.client_context {
        Some(context) => reply.header("Lambda-Runtime-Client-Context", context),
        None => reply,
    };
    // The host lets no text into an event that is not fit for a header.
    reply
        .body(event.payload.into())
        .unwrap_or_else(|_| refuse(StatusCode::INTERNAL_SERVER_ERROR))
}

async fn response(exchange: &Exchange, id: &str, body: Incoming) -> Reply {
    if let Err(refusal) = exchange.expects(id) {
        return refuse_for(refusal);
    }
    match collect(body).await {
        Ok(Posted {
            trailers: Some(trailers),
            ..
        }) if trailers.contains_key("Lambda-Runtime-Function-Error-Type") => {
            accept(exchange.answer(id, Invocation::posted_error(streamed_error(&trailers))))
        }
        Ok(Posted {
            content: Some(content), ..
        }) => accept(exchange.answer(id, Invocation::Success(content))),
        Ok(Posted { content: None, .. }) => match exchange.answer(id, Invocation::response_too_large()) {
            Ok(()) => too_large(),
            Err(refusal) => refuse_for(refusal),
        },
        Err(_) => refuse(StatusCode::BAD_REQUEST),
    }
}

async fn error(exchange: &Exchange, id: &str, body: Incoming) -> Reply {
    if let Err(refusal) = exchange.expects(id) {
        return refuse_for(refusal);
    }
    match collect(body).await {
        Ok(Posted {
            content: Some(content), ..
        }) => accept(exchange.answer(id, Invocation::posted_error(content))),
        Ok(Posted { content: None, .. }) => too_large(),
        Err(_) => refuse(StatusCode::BAD_REQUEST),
    }
}

async fn init_error(exchange: &Exchange, body: Incoming) -> Reply {
    match collect(body).await {
        Ok(Posted {
            content: Some(content), ..
        }) => accept(exchange.fail_init(Invocation::posted_error(content))),
        Ok(Posted { content: None, .. }) => too_large(),
        Err(_) => refuse(StatusCode::BAD_REQUEST),
    }
}

/// A request's body; no content when it is larger than a response may be.
struct Posted {
    content: Option<Bytes>,
    trailers: Option<HeaderMap>,
}

/// Reads to the end even when it is too much: a client that is still sending does not read the refusal.
async fn collect(mut body: Incoming) -> Result<Posted, hyper::Error> {
    let mut content = Some(BytesMut::new());
    let mut trailers = None;
    while let Some(frame) = body.frame().await {
        match frame?.into_data() {
            Ok(data) => {
                content = content.filter(|read| read.len() + data.len() <= RESPONSE_LIMIT);
                if let Some(content) = &mut content {
                    content.extend_from_slice(&data);
                }
            }
            Err(frame) => trailers = frame.into_trailers().ok(),
        }
    }
    Ok(Posted {
        content: content.map(BytesMut::freeze),
        trailers,
    })
}

/// A streamed response that fails midway says so in its trailers, with the error document in Base64.
fn streamed_error(trailers: &HeaderMap) -> Bytes {
    let document = trailers
        .get("Lambda-Runtime-Function-Error-Body")
        .and_then(|body| STANDARD.decode(body).ok());
    document.unwrap_or_default().into()
}

fn accept(result: Result<(), Refusal>) -> Reply {
    match result {
        Ok(()) => reply(StatusCode::ACCEPTED, json!({ "status": "OK" }).to_string()),
        Err(refusal) => refuse_for(refusal),
    }
}

fn too_large() -> Reply {
    let message = format!("Exceeded maximum allowed payload size ({RESPONSE_LIMIT} bytes).");
    reply(
        StatusCode::PAYLOAD_TOO_LARGE,
        error_document("RequestEntityTooLarge", &message),
    )
}

fn refuse_for(refusal: Refusal) -> Reply {
    match refusal {
        Refusal::State => reply(
            StatusCode::FORBIDDEN,
            error_document("InvalidStateTransition", "Not Allowed"),
        ),
        Refusal::RequestId => reply(
            StatusCode::BAD_REQUEST,
            error_document("InvalidRequestID", "Invalid request ID"),
        ),
    }
}

fn refuse(status: StatusCode) -> Reply {
    let words = status.canonical_reason().unwrap_or_default();
    reply(status, error_document(&words.replace(' ', ""), words))
}

fn error_document(error_type: &str, message: &str) -> String {
    json!({ "errorMessage": message, "errorType": error_type }).to_string()
}

fn reply(status: StatusCode, body: String) -> Reply {
    let mut reply = Response::new(Full::from(body));
    *reply.status_mut() = status;
    reply.headers_mut().insert(
        CONTENT_TYPE,
        hyper::header::HeaderValue::from_static("application/json"),
    );
    reply
}
