//! What answers and errors of AWS's APIs look like in the input of a state.

use asl::{Json, Resource};
use executor::{Failure, TaskRequest};
use jiff::Timestamp;

/// How a service refuses a call.
pub(super) struct Refusal {
    /// Its name in causes of the SDK, and in those of an optimised integration.
    pub(super) service: (&'static str, &'static str),
    /// What error names of the optimised integration begin with.
    pub(super) prefix: &'static str,
    /// The exception, without `Exception` where the service's own code has none.
    pub(super) code: &'static str,
    pub(super) status: u16,
    pub(super) message: String,
}

impl Refusal {
    /// The failure of the task, in the words of its integration.
    pub(super) fn failure(&self, request: &TaskRequest) -> Failure {
        let Refusal {
            service: (sdk, optimised),
            prefix,
            code,
            status,
            message,
        } = self;
        let id = &request.request_id;
        let exception = format!("{}Exception", code.strip_suffix("Exception").unwrap_or(code));
        match is_sdk(&request.resource) {
            true => Failure::new(
                format!("{sdk}.{exception}"),
                format!("{message} (Service: {sdk}, Status Code: {status}, Request ID: {id})"),
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

/// Whether it is an `aws-sdk:` integration.
pub(super) fn is_sdk(resource: &Resource) -> bool {
    matches!(resource, Resource::Integration(integration) if integration.sdk)
}

/// What the optimised integrations add to an answer; `own` are headers of the service, before the common ones.
pub(super) fn metadata(
    request: &TaskRequest,
    own: &[(&str, &str)],
    content: (&str, usize),
) -> [(&'static str, Json); 2] {
    let request_id = Json::String(request.request_id.clone());
    let (content_type, length) = content;
    let date = Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
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
        ("HttpStatusCode", Json::from(200_u64)),
    ]);
    [
        ("SdkHttpMetadata", http),
        ("SdkResponseMetadata", Json::object([("RequestId", request_id)])),
    ]
}
