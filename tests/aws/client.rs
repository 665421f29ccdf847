//! The double as the HTTP client of the SDK.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_sfn::config::http::{HttpRequest, HttpResponse};
use aws_sdk_sfn::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

use crate::double::Double;
use crate::wire::Request;

impl Double {
    /// The SDK's configuration for it, of somebody who may do everything.
    pub(crate) fn configuration(&self) -> SdkConfig {
        self.configuration_with("AKIDEXAMPLE")
    }

    /// The same, of whoever has the key.
    pub(crate) fn configuration_with(&self, key: &str) -> SdkConfig {
        let credentials = Credentials::new(key, "secret", None, None, "test");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(SharedHttpClient::new(Client(self.clone())))
            .build()
    }
}

#[derive(Clone)]
struct Client(Double);

impl std::fmt::Debug for Client {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Client")
    }
}

impl HttpClient for Client {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Client {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        let double = self.0.clone();
        HttpConnectorFuture::new(async move {
            let body = ByteStream::new(request.take_body()).collect().await;
            let body = body.map_err(|error| ConnectorError::io(error.into()))?.into_bytes();
            let answer = double.answer(plain(&request, &body)).await;
            let answer = answer.map_err(|_| ConnectorError::io("connection reset by peer".into()))?;
            let status = StatusCode::try_from(answer.status).unwrap();
            let mut response = HttpResponse::new(status, answer.body.into());
            for (name, value) in &answer.headers {
                let value = value.to_str().unwrap().to_owned();
                response.headers_mut().insert(name.as_str().to_owned(), value);
            }
            Ok(response)
        })
    }
}

fn plain(request: &HttpRequest, body: &[u8]) -> Request {
    let header = |(name, value): (&str, &str)| {
        let name: HeaderName = name.parse().unwrap();
        (name, HeaderValue::from_str(value).unwrap())
    };
    let (_, behind_scheme) = request.uri().split_once("://").unwrap();
    let path = behind_scheme.find('/').map_or("/", |start| &behind_scheme[start..]);
    // S3 has its bucket before its host, or else, as here, before the path.
    let bucket = behind_scheme
        .split_once(".s3.")
        .filter(|(bucket, _)| !bucket.contains('/'));
    let path = bucket.map_or_else(|| path.to_owned(), |(bucket, _)| format!("/{bucket}{path}"));
    let headers = request.headers().iter().map(header).collect::<HeaderMap>();
    Request::new(request.method(), path, headers, body)
}
