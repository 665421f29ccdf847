use jsonata_core::evaluator::EvaluatorError;
use jsonata_core::value::JValue;
use sha2::Digest;

use super::{Answer, Shared, arguments};

/// `$hash(text, algorithm)`, in lower-case hexadecimal.
pub(super) fn hash(arguments: &[JValue], _: &Shared) -> Answer {
    arguments::at_most("hash", arguments, 2)?;
    let (Some(text), Some(algorithm)) = (
        arguments::text("hash", arguments, 0)?,
        arguments::text("hash", arguments, 1)?,
    ) else {
        return Ok(JValue::Undefined);
    };
    let bytes = text.as_bytes();
    let digest = match algorithm {
        "MD5" => hexadecimal(&md5::Md5::digest(bytes)),
        "SHA-1" => hexadecimal(&sha1::Sha1::digest(bytes)),
        "SHA-256" => hexadecimal(&sha2::Sha256::digest(bytes)),
        "SHA-384" => hexadecimal(&sha2::Sha384::digest(bytes)),
        "SHA-512" => hexadecimal(&sha2::Sha512::digest(bytes)),
        _ => {
            return Err(EvaluatorError::EvaluationError(format!(
                "unsupported hash algorithm: {algorithm}"
            )));
        }
    };
    Ok(JValue::string(digest))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
