use std::io::{self, Write};

use asl::{IntrinsicFunction, Json};
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter};

use super::problem::{Problem, check_size};
use crate::query::java;

/// `States.JsonToString(value)`: the value as JSON text without blanks.
pub(super) fn call(arguments: &[Json]) -> Result<Json, Problem> {
    check_size(arguments)?;
    let text = match arguments {
        [value] => jackson_text(value),
        _ => None,
    };
    text.map(Json::from)
        .ok_or(Problem::Arguments(IntrinsicFunction::JsonToString))
}

fn jackson_text(value: &Json) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.encoded_len());
    let mut serializer = Serializer::with_formatter(&mut bytes, Jackson);
    value.serialize(&mut serializer).ok()?;
    String::from_utf8(bytes).ok()
}

/// As Jackson, Java's usual JSON library, prints: numbers like Java, escapes with upper-case digits.
struct Jackson;

impl Formatter for Jackson {
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        writer.write_all(java::double(value).as_bytes())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        match escape {
            CharEscape::AsciiControl(byte) => write!(writer, "\\u{byte:04X}"),
            other => CompactFormatter.write_char_escape(writer, other),
        }
    }
}
