//! JavaScript's base64 is of characters that are bytes, the engine's of UTF-8.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonata_core::value::JValue;

use super::{Answer, Shared, arguments};

/// What the engine's `$base64encode` gives, as the reference has it: of each UTF-16 unit the lower byte.
pub(super) fn encoded(arguments: &[JValue], _: &Shared) -> Answer {
    let value = arguments::get(arguments, 0);
    let text = value.as_str().and_then(|text| STANDARD.decode(text).ok());
    let Some(text) = text.and_then(|bytes| String::from_utf8(bytes).ok()) else {
        return Ok(value);
    };
    if text.is_ascii() {
        return Ok(value);
    }
    let bytes: Vec<u8> = text.encode_utf16().map(|unit| unit.to_le_bytes()[0]).collect();
    Ok(JValue::string(STANDARD.encode(bytes)))
}

/// The argument of `$base64decode` for the engine, such that each byte becomes a character.
pub(super) fn to_decode(arguments: &[JValue], _: &Shared) -> Answer {
    let value = arguments::get(arguments, 0);
    let Some(bytes) = value.as_str().and_then(|text| STANDARD.decode(text).ok()) else {
        return Ok(value);
    };
    if bytes.is_ascii() {
        return Ok(value);
    }
    let text: String = bytes.into_iter().map(char::from).collect();
    Ok(JValue::string(STANDARD.encode(text)))
}
