//! The double at a port of this machine, for the real binary.

use std::convert::Infallible;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Response, http};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::double::{Broken, Double};
use crate::wire::Request;

/// A server that ends with this value.
pub(crate) struct Server {
    /// Where it listens.
    pub(crate) url: String,
    _stop: oneshot::Sender<Infallible>,
}

impl Server {
    pub(crate) fn start(double: Double) -> Server {
        let (stop, stopped) = oneshot::channel();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let listener = TcpListener::from_std(listener).unwrap();
                tokio::select! {
                    never = serve(listener, double) => match never {},
                    _ = stopped => {}
                }
            });
        });
        Server { url, _stop: stop }
    }
}

async fn serve(listener: TcpListener, double: Double) -> Infallible {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        tokio::spawn(connection(stream, double.clone()));
    }
}

/// Its end is an error where the client has gone or the double breaks the connection: both are meant.
async fn connection(stream: TcpStream, double: Double) {
    let service = service_fn(|request| answer(double.clone(), request));
    let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let _ = connection.await;
}

async fn answer(double: Double, request: http::Request<Incoming>) -> Result<Response<Full<Bytes>>, std::io::Error> {
    let (head, body) = request.into_parts();
    let broken = || std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    let body = body.collect().await.map_err(|_| broken())?.to_bytes();
    let path = head.uri.path_and_query().unwrap().to_string();
    let request = Request::new(head.method.as_str(), path, head.headers, &body);
    let answer = double.answer(request).await.map_err(|Broken| broken())?;
    let mut response = Response::new(Full::new(Bytes::from(answer.body)));
    *response.status_mut() = answer.status.try_into().unwrap();
    let headers = answer
        .headers
        .into_iter()
        .filter_map(|(name, value)| Some((name?, value)));
    response
        .headers_mut()
        .extend(headers.filter(|(name, _)| name != hyper::header::CONTENT_LENGTH));
    Ok(response)
}
