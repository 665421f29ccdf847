use asl::Json;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::texts::short;

/// `States.Base64Encode(text)`: the text's UTF-8 in Base64, padded and in one line.
pub(super) fn call(arguments: &[Json]) -> Option<Json> {
    let [text] = arguments else { return None };
    Some(BASE64_STANDARD.encode(short(text)?).into())
}
