//! S3, as far as the zips of functions need it.

use std::collections::BTreeMap;

use hyper::HeaderMap;

use crate::double::{Answer, Request};

/// Sizes by bucket and key, where paths begin with the bucket.
#[derive(Default)]
pub(crate) struct Objects(pub(crate) BTreeMap<String, usize>);

impl Objects {
    pub(crate) fn answer(&mut self, request: &Request) -> Answer {
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let path = path.trim_start_matches('/');
        match request.method.as_str() {
            "PUT" => {
                self.0.insert(path.to_owned(), request.body.len());
                answer(200, String::new())
            }
            "DELETE" => {
                self.0.remove(path);
                answer(204, String::new())
            }
            _ => answer(200, self.list(path.trim_end_matches('/'), query)),
        }
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
