//! Requests and answers as they go over the wire.

use base64::prelude::{BASE64_STANDARD, Engine};
use hyper::HeaderMap;
use hyper::body::Bytes;
use sha2::Digest;
use winterbaume_core::MockRequest;

use crate::objects;

/// A call as it comes over the wire.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    /// SHA-256 of the body in base64, where the headers tell what it has to be.
    pub(crate) sha256: Option<String>,
}

/// The header of what the SHA-256 of the body has to be.
pub(crate) const CHECKSUM: &str = "x-amz-checksum-sha256";

impl Request {
    pub(crate) fn new(method: &str, path: String, headers: HeaderMap, body: &[u8]) -> Request {
        let digest = || BASE64_STANDARD.encode(sha2::Sha256::digest(body));
        Request {
            method: method.to_owned(),
            path,
            sha256: headers.contains_key(CHECKSUM).then(digest),
            headers,
            body: String::from_utf8_lossy(body).into_owned(),
        }
    }
}

/// What goes back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// Service and region, as the signature names them.
pub(crate) fn credential_scope(headers: &HeaderMap) -> (String, String) {
    let service = winterbaume_core::auth::extract_service_from_headers(headers).unwrap();
    // IAM is one for all regions, whatever region an endpoint of one's own has calls signed for.
    let region = match service.as_str() {
        "iam" => "us-east-1".to_owned(),
        _ => winterbaume_core::auth::extract_region_from_headers(headers).unwrap(),
    };
    (service, region)
}

impl Answer {
    pub(crate) fn ok(body: String) -> Answer {
        Answer {
            status: if body.is_empty() { 204 } else { 200 },
            headers: HeaderMap::new(),
            body,
        }
    }
}

impl Request {
    /// The request as the double's services take it.
    pub(crate) fn within(self, region: &str) -> MockRequest {
        MockRequest {
            method: self.method,
            uri: format!("https://service.{region}.amazonaws.com{}", self.path),
            headers: self.headers,
            body: Bytes::from(self.body),
        }
    }
}

#[derive(Clone, Copy)]
pub(crate) enum Protocol {
    Json,
    Xml,
    S3,
}

pub(crate) fn refusal(protocol: Protocol, status: u16, code: &str, message: &str) -> Answer {
    let body = match protocol {
        Protocol::Json => serde_json::json!({ "__type": code, "message": message }).to_string(),
        Protocol::S3 => format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>"),
        Protocol::Xml => format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
             <RequestId>11111111-2222-3333-4444-555555555555</RequestId></ErrorResponse>"
        ),
    };
    let mut headers = HeaderMap::new();
    headers.insert(
        "x-amzn-requestid",
        "11111111-2222-3333-4444-555555555555".parse().unwrap(),
    );
    if matches!(protocol, Protocol::Json) {
        headers.insert("x-amzn-errortype", code.parse().unwrap());
    }
    Answer { status, headers, body }
}

/// Whether an action changes something.
pub(crate) fn is_mutation(action: &str) -> bool {
    let reads = ["Get", "List", "Describe", "Validate"];
    !reads.iter().any(|read| action.starts_with(read))
}

/// The API action of a request: in a header, in the form, or in method and path.
pub(crate) fn action(request: &Request) -> (Protocol, String) {
    if let Some(target) = request.headers.get("x-amz-target") {
        return (
            Protocol::Json,
            target.to_str().unwrap().rsplit('.').next().unwrap().to_owned(),
        );
    }
    if credential_scope(&request.headers).0 == "s3" {
        return (Protocol::S3, objects::action(request).to_owned());
    }
    if let Some(action) = request.body.strip_prefix("Action=") {
        return (Protocol::Xml, action.split('&').next().unwrap().to_owned());
    }
    (Protocol::Json, lambda_action(&request.method, &request.path))
}

fn lambda_action(method: &str, path: &str) -> String {
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
        ("GET", [_, "functions", _, "aliases"]) => "ListAliases",
        ("POST", [_, "functions", _, "aliases"]) => "CreateAlias",
        ("POST", [_, "functions", _, "versions"]) => "PublishVersion",
        ("POST", [_, "tags", _]) => "TagResource",
        ("DELETE", [_, "tags", _]) => "UntagResource",
        _ => panic!("unknown call {method} {path}"),
    }
    .to_owned()
}
