use asl::Json;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::texts::short;

/// What Java's basic decoder takes: the padding may be missing, and bits that stand for nothing are ignored.
const JAVA: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// `States.Base64Decode(text)`: the UTF-8 text that was encoded; what is no UTF-8 becomes U+FFFD.
pub(super) fn call(arguments: &[Json]) -> Option<Json> {
    let [text] = arguments else { return None };
    let bytes = JAVA.decode(short(text)?).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned().into())
}
