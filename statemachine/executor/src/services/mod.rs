//! What answers and errors of AWS's APIs look like in the input of a state. Nothing is called here.

pub mod denied;
pub mod executions;
pub mod lambda;

use asl::{Json, Pattern, Resource};
use jiff::Timestamp;

use crate::{Answer, FailedAt, Failure, Reply, TaskRequest};

/// How a service refuses a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its name in causes of the SDK, and in those of an optimised integration.
    pub service: (&'static str, &'static str),
    /// What error names of the optimised integration begin with.
    pub prefix: &'static str,
    /// The exception, without `Exception` where the service's own code has none.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What the service says.
    pub message: String,
}

impl Refusal {
    /// The failure of the task, in the words of its integration.
    #[must_use]
    pub fn failure(&self, request: &TaskRequest) -> Failure {
        let code = self.code.strip_suffix("Exception").unwrap_or(self.code);
        self.named(&format!("{code}Exception"), request)
    }

    /// The same where the API models no exception for it: it is called by the name of the service's client.
    #[must_use]
    pub fn unmodelled(&self, request: &TaskRequest) -> Failure {
        let (sdk, optimised) = self.service;
        let client = if is_sdk(&request.resource) { sdk } else { optimised };
        self.named(&format!("{client}Exception"), request)
    }

    fn named(&self, exception: &str, request: &TaskRequest) -> Failure {
        let Refusal {
            service: (sdk, optimised),
            prefix,
            code,
            status,
            message,
        } = self;
        let id = &request.request_id;
        match is_sdk(&request.resource) {
            true => Failure::new(
                format!("{sdk}.{exception}"),
                format!("{message} (Service: {sdk}, Status Code: {status}, Request ID: {id}) (SDK Attempt Count: 1)"),
            ),
            false => Failure::new(
                format!("{prefix}.{exception}"),
                format!(
                    "{message} (Service: {optimised}; Status Code: {status}; Error Code: {code}; Request ID: {id}; \
                     Proxy: null)"
                ),
            ),
        }
    }
}

/// The task ends because its first call was refused.
pub(crate) fn refused(request: &TaskRequest, failure: Failure) -> Reply {
    let at = match is_submitted(&request.resource) {
        true => FailedAt::Submit,
        false => FailedAt::Run,
    };
    Reply {
        answer: Answer::Failed(failure, at),
        ..Reply::never()
    }
}

/// Whether it is an `aws-sdk:` integration.
#[must_use]
pub fn is_sdk(resource: &Resource) -> bool {
    matches!(resource, Resource::Integration(integration) if integration.sdk)
}

/// Whether the task goes on after its first call, and its history tells of that call's answer.
#[must_use]
pub fn is_submitted(resource: &Resource) -> bool {
    matches!(resource, Resource::Integration(integration) if integration.pattern != Pattern::RequestResponse)
}

/// What the first call of a job or a callback may have answered where nobody says: of an execution that is started its
/// ARN, of anything else what all answers have.
#[must_use]
pub fn submitted(request: &TaskRequest) -> Option<Json> {
    let Resource::Integration(integration) = &request.resource else {
        return None;
    };
    let answer = match is_submitted(&request.resource) {
        false => return None,
        true if integration.starts_execution() => {
            let text = |name: &str| request.arguments.get(name).and_then(Json::as_str);
            let arn = text("StateMachineArn").unwrap_or_default();
            let name = text("Name").unwrap_or(&request.request_id);
            let arn = format!("{}:{name}", arn.replacen(":stateMachine:", ":execution:", 1));
            executions::started(request, &arn.into(), request.at)
        }
        true if integration.sdk => Json::object::<&str>([]),
        true => Json::object(metadata(request, &[], ("application/json", 2), 200)),
    };
    Some(answer)
}

/// What the optimised integrations add to an answer; `own` are headers of the service, before the common ones.
pub(crate) fn metadata(
    request: &TaskRequest,
    own: &[(&str, &str)],
    content: (&str, usize),
    status: u64,
) -> [(&'static str, Json); 2] {
    let request_id = Json::String(request.request_id.clone());
    let (content_type, length) = content;
    let date = request.at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let common = [
        ("Connection", Json::from("keep-alive")),
        ("x-amzn-RequestId", request_id.clone()),
        ("Content-Length", Json::from(length.to_string())),
        ("Date", Json::from(date)),
        ("Content-Type", Json::from(content_type)),
    ];
    let own = own.iter().map(|(name, value)| (*name, Json::from(*value)));
    let headers: Vec<(&str, Json)> = own.chain(common).collect();
    let lists = headers
        .iter()
        .map(|(name, value)| (*name, Json::array(vec![value.clone()])));
    let http = Json::object([
        ("AllHttpHeaders", Json::object(lists)),
        ("HttpHeaders", Json::object(headers.iter().cloned())),
        ("HttpStatusCode", Json::from(status)),
    ]);
    [
        ("SdkHttpMetadata", http),
        ("SdkResponseMetadata", Json::object([("RequestId", request_id)])),
    ]
}

/// A time in an answer: the optimised integrations give a number, the SDK ISO 8601.
fn date(request: &TaskRequest, number: Json, time: Timestamp) -> Json {
    match is_sdk(&request.resource) {
        true => Json::from(crate::time::context_time(time)),
        false => number,
    }
}
