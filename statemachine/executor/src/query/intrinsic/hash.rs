use asl::Json;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::texts::short;

/// `States.Hash(text, algorithm)`: the digest of the text's UTF-8 in lower-case hexadecimal.
pub(super) fn call(arguments: &[Json]) -> Option<Json> {
    let [text, algorithm] = arguments else { return None };
    let text = short(text)?;
    let digest = match algorithm.as_str()? {
        "MD5" => hexadecimal(&Md5::digest(text)),
        "SHA-1" => hexadecimal(&Sha1::digest(text)),
        "SHA-256" => hexadecimal(&Sha256::digest(text)),
        "SHA-384" => hexadecimal(&Sha384::digest(text)),
        "SHA-512" => hexadecimal(&Sha512::digest(text)),
        _ => return None,
    };
    Some(digest.into())
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .flatten()
        .collect()
}
