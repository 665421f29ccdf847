//! AWS in this process, with a layer of ours around it that counts calls and makes them fail.

use std::sync::{Arc, Mutex};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sfn::config::http::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use winterbaume_core::MockAws;

use crate::functions::Functions;
use crate::roles::Roles;
use crate::state_machines::StateMachines;

/// An AWS account of its own.
#[derive(Clone)]
pub(crate) struct Double {
    aws: Arc<MockAws>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    calls: Vec<String>,
    faults: Vec<Fault>,
    machines: StateMachines,
    roles: Roles,
    functions: Functions,
}

/// What goes wrong with calls of an action.
#[derive(Clone)]
pub(crate) struct Fault {
    /// The API action.
    pub(crate) action: &'static str,
    /// How many calls are left alone before.
    pub(crate) skip: usize,
    /// How many calls it happens to.
    pub(crate) times: usize,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// The service refuses: status, code, message.
    Refused(u16, &'static str, &'static str),
    /// The connection breaks before the service sees the call.
    Unsent,
    /// The service does the work, and the answer is lost.
    LostAnswer,
}

impl Double {
    pub(crate) fn new() -> Double {
        let aws = MockAws::builder()
            .with_service(winterbaume_iam::IamService::new())
            .with_service(winterbaume_lambda::LambdaService::new())
            .with_service(winterbaume_sfn::SfnService::new())
            .with_service(winterbaume_sts::StsService::new())
            .with_service(winterbaume_cloudwatchlogs::CloudWatchLogsService::new())
            .build();
        Double {
            aws: Arc::new(aws),
            state: Arc::default(),
        }
    }

    /// The SDK's configuration for it.
    pub(crate) fn configuration(&self) -> SdkConfig {
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(self.aws.credentials_provider())
            .http_client(SharedHttpClient::new(Layer {
                double: self.clone(),
                inner: None,
            }))
            .build()
    }

    /// Makes the next calls of an action fail.
    pub(crate) fn fail(&self, fault: Fault) {
        self.state.lock().unwrap().faults.push(fault);
    }

    /// The actions that were called since the last time it was asked.
    pub(crate) fn take_calls(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().calls)
    }

    /// Notes a call and tells what is to go wrong with it.
    fn note(&self, action: &str) -> Option<Kind> {
        let mut state = self.state.lock().unwrap();
        state.calls.push(action.to_owned());
        let fault = state
            .faults
            .iter_mut()
            .find(|fault| fault.action == action && fault.times > 0)?;
        if fault.skip > 0 {
            fault.skip -= 1;
            return None;
        }
        fault.times -= 1;
        Some(fault.kind)
    }
}

/// Whether an action changes something.
pub(crate) fn is_mutation(action: &str) -> bool {
    let reads = ["Get", "List", "Describe", "Validate"];
    !reads.iter().any(|read| action.starts_with(read))
}

#[derive(Clone)]
struct Layer {
    double: Double,
    inner: Option<SharedHttpConnector>,
}

impl std::fmt::Debug for Layer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Layer")
    }
}

impl HttpClient for Layer {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(Layer {
            double: self.double.clone(),
            inner: Some(self.double.aws.http_client().http_connector(settings, components)),
        })
    }
}

impl HttpConnector for Layer {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (protocol, action) = action(&request);
        let broken = || ConnectorError::io("connection reset by peer".into());
        let layer = self.clone();
        match self.double.note(&action) {
            None => HttpConnectorFuture::new(async move { layer.pass(&action, request).await }),
            Some(Kind::Refused(status, code, message)) => {
                HttpConnectorFuture::ready(Ok(refusal(protocol, status, code, message)))
            }
            Some(Kind::Unsent) => HttpConnectorFuture::ready(Err(broken())),
            Some(Kind::LostAnswer) => HttpConnectorFuture::new(async move {
                layer.pass(&action, request).await?;
                Err(broken())
            }),
        }
    }
}

impl Layer {
    /// Lets the double answer, and puts right what it gets wrong.
    async fn pass(&self, action: &str, mut request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let state = || self.double.state.lock().unwrap();
        let asked = text(request.body().bytes());
        let asked_of_double = state().machines.request(action, &asked);
        *request.body_mut() = asked_of_double.into();
        let mut response = self.inner.as_ref().unwrap().call(request).await?;
        if response.status().is_success() {
            let mut answer = text(response.body().bytes());
            answer = state().roles.answer(action, &asked, answer);
            answer = state().functions.answer(action, &asked, answer);
            answer = state().machines.answer(action, &asked, answer);
            *response.body_mut() = answer.into();
        }
        Ok(response)
    }
}

fn text(bytes: Option<&[u8]>) -> String {
    String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned()
}

#[derive(Clone, Copy)]
enum Protocol {
    Json,
    Xml,
}

fn refusal(protocol: Protocol, status: u16, code: &str, message: &str) -> HttpResponse {
    let body = match protocol {
        Protocol::Json => serde_json::json!({ "__type": code, "message": message }).to_string(),
        Protocol::Xml => format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
             <RequestId>11111111-2222-3333-4444-555555555555</RequestId></ErrorResponse>"
        ),
    };
    let mut response = HttpResponse::new(StatusCode::try_from(status).unwrap(), body.into());
    response
        .headers_mut()
        .insert("x-amzn-requestid", "11111111-2222-3333-4444-555555555555");
    if matches!(protocol, Protocol::Json) {
        response.headers_mut().insert("x-amzn-errortype", code.to_owned());
    }
    response
}

/// The API action of a request: in a header, in the form, or in method and path.
fn action(request: &HttpRequest) -> (Protocol, String) {
    if let Some(target) = request.headers().get("x-amz-target") {
        return (Protocol::Json, target.rsplit('.').next().unwrap().to_owned());
    }
    let body = text(request.body().bytes());
    if let Some(action) = body.strip_prefix("Action=") {
        return (Protocol::Xml, action.split('&').next().unwrap().to_owned());
    }
    (Protocol::Json, lambda_action(request.method(), request.uri()))
}

fn lambda_action(method: &str, uri: &str) -> String {
    let path = uri.split("amazonaws.com").nth(1).unwrap_or(uri);
    let path = path.split('?').next().unwrap().trim_matches('/');
    let parts: Vec<&str> = path.split('/').collect();
    match (method, parts.as_slice()) {
        ("GET", [_, "functions"]) => "ListFunctions",
        ("POST", [_, "functions"]) => "CreateFunction",
        ("GET", [_, "functions", _]) => "GetFunction",
        ("DELETE", [_, "functions", _]) => "DeleteFunction",
        ("GET", [_, "functions", _, "configuration"]) => "GetFunctionConfiguration",
        ("PUT", [_, "functions", _, "configuration"]) => "UpdateFunctionConfiguration",
        ("PUT", [_, "functions", _, "code"]) => "UpdateFunctionCode",
        ("GET", [_, "functions", _, "versions"]) => "ListVersionsByFunction",
        ("POST", [_, "functions", _, "versions"]) => "PublishVersion",
        ("POST", [_, "tags", _]) => "TagResource",
        _ => panic!("unknown call {method} {uri}"),
    }
    .to_owned()
}
