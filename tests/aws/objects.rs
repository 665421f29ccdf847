//! S3, as far as the zips of functions need it.

use std::collections::BTreeMap;

use hyper::HeaderMap;
use serde_json::Value;

use crate::wire::{Answer, CHECKSUM, Protocol, Request, refusal};

/// SHA-256 in base64 by bucket, `/`, key.
#[derive(Default)]
pub(crate) struct Objects(pub(crate) BTreeMap<String, String>);

impl Objects {
    pub(crate) fn answer(&mut self, request: &Request) -> Answer {
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let path = path.trim_start_matches('/');
        match request.method.as_str() {
            "PUT" => {
                let sha256 = request.sha256.clone().unwrap();
                if request.headers[CHECKSUM] != sha256 {
                    let message = "The SHA256 you specified did not match the calculated checksum.";
                    return refusal(Protocol::S3, 400, "BadDigest", message);
                }
                self.0.insert(path.to_owned(), sha256);
                answer(200, String::new())
            }
            "DELETE" => {
                self.0.remove(path);
                answer(204, String::new())
            }
            _ => answer(200, self.list(path.trim_end_matches('/'), query)),
        }
    }

    /// A request that brings code with what Lambda fetches for it, whose hash stands for it; nothing where there is no
    /// such object.
    pub(crate) fn fetch(&self, action: &str, request: &str) -> Option<String> {
        let mut json: Value = match action {
            "CreateFunction" | "UpdateFunctionCode" => serde_json::from_str(request).unwrap(),
            _ => return Some(request.to_owned()),
        };
        let code = match action {
            "CreateFunction" => &mut json["Code"],
            _ => &mut json,
        };
        let Some((bucket, key)) = code["S3Bucket"].as_str().zip(code["S3Key"].as_str()) else {
            return Some(request.to_owned());
        };
        let sha256 = self.0.get(&format!("{bucket}/{key}"))?;
        code["ZipFile"] = sha256.as_str().into();
        code[FETCHED] = sha256.as_str().into();
        for field in ["S3Bucket", "S3Key"] {
            code.as_object_mut().unwrap().remove(field);
        }
        Some(json.to_string())
    }

    fn list(&self, bucket: &str, query: &str) -> String {
        let decoded = percent_encoding::percent_decode_str(query)
            .decode_utf8_lossy()
            .into_owned();
        let prefix = decoded
            .split('&')
            .find_map(|field| field.strip_prefix("prefix="))
            .unwrap();
        let keys = self
            .0
            .keys()
            .filter_map(|path| path.strip_prefix(bucket)?.strip_prefix('/'));
        let contents: String = keys
            .filter(|key| key.starts_with(prefix))
            .map(|key| format!("<Contents><Key>{key}</Key></Contents>"))
            .collect();
        format!("<ListBucketResult><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>")
    }
}

/// The field of a request that has the hash of what was fetched.
pub(crate) const FETCHED: &str = "Fetched";

/// What Lambda says where there is no such object.
pub(crate) const NO_SUCH_KEY: &str =
    "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.";

/// The API action.
pub(crate) fn action(request: &Request) -> &'static str {
    match request.method.as_str() {
        "PUT" => "PutObject",
        "DELETE" => "DeleteObject",
        _ => "ListObjectsV2",
    }
}

fn answer(status: u16, body: String) -> Answer {
    Answer {
        status,
        headers: HeaderMap::new(),
        body,
    }
}
